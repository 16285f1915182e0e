import Yams

/// A profile's YAML as a tree of nodes with places: parsed, strict.
enum ProfileText {
    /// Parses one document; refuses what YAML allows but a reader would misread.
    static func tree(
        _ text: String, source: ProfileSource
    ) throws(ProfileError) -> ProfileNode {
        do {
            let parser = try Parser(yaml: text)
            let root = try parser.singleRoot() ?? Node([] as [(Node, Node)])
            // The parser owns the anchors: they vanish from the nodes when it goes.
            try withExtendedLifetime(parser) { try refuseTricks(root, source: source) }
            return isEmpty(root)
                ? ProfileNode(keys: [], place: place(of: root.mark, source))
                : node(root, source: source)
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

    private static func node(_ node: Node, source: ProfileSource) -> ProfileNode {
        let here = place(of: node.mark, source)
        switch node {
        case .scalar(let scalar):
            return ProfileNode(scalar.string, isPlain: scalar.style == .plain, place: here)
        case .sequence(let sequence):
            return ProfileNode(list: sequence.map { self.node($0, source: source) }, place: here)
        case .mapping(let mapping):
            let pairs = mapping.map { key, value in
                ProfileNode.Pair(
                    key: key.scalar?.string, keyPlace: place(of: key.mark ?? node.mark, source),
                    value: self.node(value, source: source))
            }
            return ProfileNode(keys: pairs, place: here)
        case .alias:
            preconditionFailure("aliases were refused before")
        }
    }

    /// A place in one line of a command says nothing: there the option is enough.
    private static func place(of mark: Mark?, _ source: ProfileSource) -> Place {
        switch source.origin {
        case .override, .option: Place(source: source)
        default: Place(source: source, line: mark?.line, column: mark?.column)
        }
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
        place(of: node.mark, source)
            .error("has \(what), which profiles do not use: \(remedy)")
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
                self.init(
                    "has the key \"\(key)\" twice in one section: keep one of them", context.mark)
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

        func error(source: ProfileSource) -> ProfileError {
            ProfileText.place(of: mark, source).error(words)
        }
    }
}
