import Yams

/// A profile's YAML as a tree of nodes with places: parsed, strict, with `--set` values put in.
enum ProfileText {
    /// Parses one document; refuses what YAML allows but a reader would misread.
    static func tree(_ text: String, source: ProfileSource) throws(ProfileError) -> Node {
        do {
            let parser = try Parser(yaml: text)
            let root = try parser.singleRoot() ?? Node([] as [(Node, Node)])
            // The parser owns the anchors: they vanish from the nodes when it goes.
            try withExtendedLifetime(parser) { try refuseTricks(root, source: source) }
            return isEmpty(root) ? Node([] as [(Node, Node)]) : root
        } catch let error as ProfileError {
            throw error
        } catch let error as YamlError {
            throw YAMLMistake(error).error(source: source)
        } catch {
            throw ProfileError(origin: source.origin, message: "is not valid YAML")
        }
    }

    /// A document of comments alone is a plain scalar without text.
    private static func isEmpty(_ root: Node) -> Bool {
        root.scalar.map { $0.style == .plain && $0.string.isEmpty } ?? false
    }

    /// Anchors would let one key change another's value, tags its type, at a distance.
    private static func refuseTricks(
        _ node: Node, source: ProfileSource
    ) throws(ProfileError) {
        if node.anchor != nil {
            throw refusal("an anchor (&)", "write the value out where it is used", node, source)
        }
        switch node {
        case .scalar(let scalar):
            let tag = scalar.tag.rawValue
            if !tag.isEmpty, tag != "tag:yaml.org,2002:str" {
                throw refusal("a tag (\(tag))", "remove it", node, source)
            }
        case .mapping(let mapping):
            for (key, value) in mapping {
                if key.anchor != nil || key.scalar?.string == "<<" {
                    throw refusal("an anchor or merge key", "write the keys out", key, source)
                }
                try refuseTricks(value, source: source)
            }
        case .sequence(let sequence):
            for value in sequence { try refuseTricks(value, source: source) }
        case .alias:
            throw refusal("an alias (*)", "write the value out", node, source)
        }
    }

    private static func refusal(
        _ what: String, _ remedy: String, _ node: Node, _ source: ProfileSource
    ) -> ProfileError {
        source.error("has \(what), which profiles do not use: \(remedy)", at: node.mark, path: "")
    }

    /// Puts the value of a `--set` into the tree, in place of what stood there.
    ///
    /// - Parameters:
    ///   - key: the dotted key; sections on the way are made when missing.
    ///   - text: the value, as YAML.
    static func override(
        _ root: Node, key: String, text: String
    ) throws(ProfileError) -> Node {
        let source = ProfileSource(origin: .override(key), baseDirectory: "")
        let words = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if words.contains(where: \.isEmpty) {
            throw source.error(
                "is not a key: write section and key joined by a dot, such as load.rate",
                at: nil, path: "")
        }
        do throws(ProfileError) {
            let value = try tree(text, source: source)
            let isAbsent = value.mapping?.isEmpty == true && !text.contains("{")
            if isAbsent { throw source.error("has no value after =", at: nil, path: "") }
            return try put(value, at: words[...], into: root, source: source)
        } catch {
            // A place in one line of a command says nothing.
            throw ProfileError(origin: error.origin, message: error.message)
        }
    }

    private static func put(
        _ value: Node, at words: ArraySlice<String>, into node: Node, source: ProfileSource
    ) throws(ProfileError) -> Node {
        guard let word = words.first else { return value }
        guard let mapping = node.mapping else {
            throw source.error("\"\(word)\" lies below a key that is no section", at: nil, path: "")
        }
        var pairs = mapping.map { ($0.key, $0.value) }
        let index = pairs.firstIndex { $0.0.scalar?.string == word }
        let inner = index.map { pairs[$0].1 } ?? Node([] as [(Node, Node)])
        let changed = try put(value, at: words.dropFirst(), into: inner, source: source)
        if let index {
            pairs[index].1 = changed
        } else {
            pairs.append((Node(word), changed))
        }
        return .mapping(
            Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark))
    }
}

/// What the YAML parser found, in our words.
private struct YAMLMistake {
    let words: String
    let mark: Mark?

    init(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            self.init("is not valid YAML: \(problem)", mark)
        case .composer(_, let problem, let mark, _) where problem.contains("alias"):
            self.init("has an alias (*), which profiles do not use: write the value out", mark)
        case .composer(_, _, let mark, _):
            self.init("has a second document: keep one profile in a file", mark)
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.sorted().first ?? ""
            self.init("has the key \"\(key)\" twice in one section: keep one of them", context.mark)
        case .reader(let problem, _, _, _):
            self.init("is not valid YAML: \(problem)", nil)
        default:
            self.init("is not valid YAML", nil)
        }
    }

    private init(_ words: String, _ mark: Mark?) {
        self.words = words
        self.mark = mark
    }

    func error(source: ProfileSource) -> ProfileError { source.error(words, at: mark, path: "") }
}
