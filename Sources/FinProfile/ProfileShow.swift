import FinMeasure
import Foundation

extension Profile {
    /// The whole profile as YAML: bases merged in, every default written out, each key explained.
    ///
    /// Loads again to an equal profile. Values stand as they were written; paths are made absolute.
    /// Keys that are left out and have no default stand as comments. Never holds a secret's value.
    /// - Parameters:
    ///   - path: a YAML file, or the name of a shipped profile.
    ///   - overrides: keys and values of `--set`, in order.
    ///   - hidesPrivate: whether message texts, e-mail, attributes and literal headers are replaced by
    ///     "(hidden)"; what is shown is then no longer equal.
    /// - Throws: `ProfileError` for the first mistake found; only a valid profile is shown.
    public static func shown(
        path: String, overrides: [(key: String, value: String)] = [], hidesPrivate: Bool = false
    ) throws(ProfileError) -> String {
        let named = try NamedProfile(path)
        return try shown(
            text: named.text, source: path, baseDirectory: named.folder, overrides: overrides,
            hidesPrivate: hidesPrivate)
    }

    /// The same for a profile given by its text.
    public static func shown(
        text: String, source: String, baseDirectory: String = "",
        overrides: [(key: String, value: String)] = [], hidesPrivate: Bool = false
    ) throws(ProfileError) -> String {
        let profile = try parse(
            text: text, source: source, baseDirectory: baseDirectory, overrides: overrides)
        var root = try tree(
            text: text, source: source, baseDirectory: baseDirectory, overrides: overrides,
            options: [])
        if hidesPrivate { root = root.hidingPrivate() }
        var writer = ProfileWriter(resolved: profile.resolvedDefaults(root))
        if profile.target != nil, root["simulator"] == nil { writer.skipped.insert("simulator") }
        writer.section(root.absolute(.section(.profile)), .profile, path: "", indent: "")
        return "# Everything that holds in \(profile.name); a line that is a comment is not set.\n"
            + writer.lines.map { $0 + "\n" }.joined()
    }

    /// Defaults that follow from other keys, by their dotted key.
    private func resolvedDefaults(_ root: ProfileNode) -> [String: String] {
        var defaults = ["name": YAMLText.key(name)]
        if let target { defaults["target.metered"] = target.isMetered ? "true" : "false" }
        guard case .open(.stages(let stages, let isPoisson)) = load.model else { return defaults }
        defaults["load.arrivals"] = isPoisson ? "poisson" : "constant"
        let isGiven = ["rate", "stages"].contains { root["load"]?[$0] != nil }
        if !isGiven, let stage = stages.first {
            defaults["load.rate"] = DurationText.words(stage.startRate) + "/s"
            defaults["load.duration"] = DurationText.words(stage.length)
        }
        return defaults
    }
}

/// Lays a profile's keys out in lines, in the order of the table.
private struct ProfileWriter {
    /// Defaults that only the whole profile knows.
    let resolved: [String: String]
    /// Dotted keys that are without effect and therefore left out.
    var skipped: Set<String> = ["extends"]
    private(set) var lines: [String] = []

    private static let width = 100
    /// Where comments begin if the value leaves room.
    private static let commentColumn = 44

    init(resolved: [String: String]) { self.resolved = resolved }

    mutating func section(
        _ node: ProfileNode?, _ shape: SectionShape, path: String, indent: String
    ) {
        for key in shape.keys {
            let dotted = path.isEmpty ? key.name : "\(path).\(key.name)"
            if skipped.contains(dotted) || isShutOut(key, of: shape, by: node) { continue }
            if path.isEmpty, case .section = key.value { lines.append("") }
            add(key, node?[key.name], path: dotted, indent: indent)
        }
    }

    /// Whether a key could not be given beside those that are.
    private func isShutOut(
        _ key: KeyShape, of shape: SectionShape, by node: ProfileNode?
    ) -> Bool {
        guard let pairs = node?.mapping, node?[key.name] == nil, key.standard == nil else {
            return false
        }
        return pairs.contains { shape.excludes($0, key.name, $0.value) }
    }

    private mutating func add(
        _ key: KeyShape, _ given: ProfileNode?, path: String, indent: String
    ) {
        // A section without an example is one whose keys have defaults of their own.
        if case .section(let shape) = key.value, given != nil || key.example == nil {
            return add(key, given, shape, path: path, indent: indent)
        }
        if let given {
            addValue(key, given, indent: indent)
        } else if let value = resolved[path] ?? key.standard {
            addDefault(key, value, indent: indent)
        } else if let example = key.example {
            addLine("\(indent)# \(key.name): \(example)", key.summary)
        }
    }

    /// A section over several lines; `{}` behind its name when all that follows is comments.
    private mutating func add(
        _ key: KeyShape, _ given: ProfileNode?, _ shape: SectionShape, path: String, indent: String
    ) {
        let title = lines.count
        addLine("\(indent)\(key.name):", key.summary)
        let first = lines.count
        section(given, shape, path: path, indent: indent + "  ")
        let isEmpty = lines[first...].allSatisfy { $0.drop { $0 == " " }.hasPrefix("#") }
        if !isEmpty { return }
        let inner = lines[first...]
        lines.removeSubrange(title...)
        addLine("\(indent)\(key.name): {}", key.summary)
        lines += inner
    }

    /// A default as the table has it; taken apart where it is too long for a line.
    private mutating func addDefault(_ key: KeyShape, _ value: String, indent: String) {
        let source = ProfileSource(origin: .profile("table of keys"), baseDirectory: "")
        let line = "\(indent)\(key.name): \(value)"
        if line.count > ProfileWriter.width, let node = try? ProfileText.tree(value, source: source)
        {
            addValue(key, node, indent: indent)
        } else {
            addLine(line, key.summary)
        }
    }

    private mutating func addValue(_ key: KeyShape, _ value: ProfileNode, indent: String) {
        let line = "\(indent)\(key.name): \(YAMLText.flow(value))"
        guard line.count > ProfileWriter.width, let sequence = value.sequence else {
            return addLine(line, key.summary)
        }
        addLine("\(indent)\(key.name):", key.summary)
        lines += sequence.flatMap {
            ProfileWriter.block($0, after: "\(indent)  - ", indent: "\(indent)    ")
        }
    }

    /// A value behind a key or a dash: on its line where that has room, else taken apart below it.
    private static func block(
        _ value: ProfileNode, after head: String, indent: String
    ) -> [String] {
        let line = head + YAMLText.flow(value)
        if line.count <= width { return [line] }
        let isElement = head.hasSuffix("- ")
        let title = isElement ? [] : [String(head.dropLast())]
        if let mapping = value.mapping {
            return title
                + mapping.enumerated().flatMap { index, pair in
                    let start = index == 0 && isElement ? head : indent
                    return block(
                        pair.value, after: "\(start)\(YAMLText.key(pair.key ?? "")): ",
                        indent: indent + "  ")
                }
        }
        guard let sequence = value.sequence, !isElement else { return [line] }
        return title
            + sequence.flatMap { block($0, after: indent + "- ", indent: indent + "  ") }
    }

    private mutating func addLine(_ line: String, _ comment: String) {
        let gap = max(2, ProfileWriter.commentColumn - line.count)
        let whole = line + String(repeating: " ", count: gap) + "# " + comment
        if whole.count <= ProfileWriter.width {
            lines.append(whole)
        } else {
            lines.append(line.prefix { $0 == " " } + "# " + comment)
            lines.append(line)
        }
    }
}

extension ProfileNode {
    /// The same values with the paths among them made absolute.
    fileprivate func absolute(_ shape: ValueShape) -> ProfileNode {
        switch shape {
        case .path:
            guard let scalar else { return self }
            let path = URL(fileURLWithPath: place.source.resolve(scalar.string)).standardized.path
            return ProfileNode(path, isPlain: false, place: place)
        case .section(let section), .whole(let section):
            return changed { key, value in section[key].map { value.absolute($0.value) } ?? value }
        case .distribution, .countDistribution:
            return changed { key, value in key == "recorded" ? value.absolute(.path) : value }
        case .list(let element, _):
            guard let sequence else { return self }
            return ProfileNode(list: sequence.map { $0.absolute(element) }, place: place)
        case .either(let shapes):
            return shapes.first { $0.isFit(self) }.map { absolute($0) } ?? self
        default:
            return self
        }
    }

    /// The same without what may be private: texts become "(hidden)".
    fileprivate func hidingPrivate() -> ProfileNode {
        changed { section, value in
            if section == "scenarios" { return value.hidingScenarios() }
            return value.changed { key, value in
                switch (section, key) {
                case ("conversation", "messages") where value["file"] == nil,
                    ("conversation", "attributes"), ("target", "headers"), ("hitl", "values"):
                    value.hidden()
                case ("conversation", "user_pool"):
                    value.changed { key, value in key == "email" ? value.hidden() : value }
                default: value
                }
            }
        }
    }

    /// The same for a list of scenarios: what users ask, and the settings of operations.
    private func hidingScenarios() -> ProfileNode {
        if let sequence {
            return ProfileNode(list: sequence.map { $0.hidingScenarios() }, place: place)
        }
        return changed { key, value in
            switch key {
            case "messages" where value["file"] == nil, "settings": value.hidden()
            case "conversation", "operations": value.hidingScenarios()
            default: value
            }
        }
    }

    /// Every text below becomes "(hidden)", but the names of questions.
    private func hidden() -> ProfileNode {
        if let sequence {
            return ProfileNode(list: sequence.map { $0.hidden() }, place: place)
        }
        if mapping != nil { return changed { $0 == "question" ? $1 : $1.hidden() } }
        return ProfileNode("(hidden)", isPlain: true, place: place)
    }

    private func changed(_ change: (String, ProfileNode) -> ProfileNode) -> ProfileNode {
        guard let mapping else { return self }
        return ProfileNode(
            keys: mapping.map { pair in
                var pair = pair
                if let key = pair.key { pair.value = change(key, pair.value) }
                return pair
            }, place: place)
    }
}

extension ValueShape {
    /// Whether a value of this shape could look like that node.
    fileprivate func isFit(_ node: ProfileNode) -> Bool {
        switch self {
        case .section, .whole, .texts: node.mapping != nil
        case .list: node.sequence != nil
        default: node.scalar != nil
        }
    }
}
