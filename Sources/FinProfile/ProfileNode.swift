/// One value of a profile's YAML: a text, a list or a section, and where it was written.
///
/// Unlike a node of the YAML parser it knows its file, so that values of a base profile, of the
/// profile itself and of the command line can stand in one tree.
struct ProfileNode: Sendable {
    /// A text as it was written.
    struct Scalar: Sendable, Equatable {
        /// Its characters, without quotes.
        var string: String
        /// Whether it stood there without quotes.
        var isPlain: Bool
    }

    /// A key of a section and what follows it.
    struct Pair: Sendable {
        /// The key; nil when it is a list or section itself.
        var key: String?
        /// Where the key stands.
        var keyPlace: Place
        /// What follows it.
        var value: ProfileNode
    }

    /// The three shapes.
    private enum Content: Sendable {
        case scalar(Scalar)
        case sequence([ProfileNode])
        case mapping([Pair])
    }

    private let content: Content
    /// Where it was written.
    let place: Place

    init(_ text: String, isPlain: Bool = true, place: Place) {
        content = .scalar(Scalar(string: text, isPlain: isPlain))
        self.place = place
    }

    init(list sequence: [ProfileNode], place: Place) {
        content = .sequence(sequence)
        self.place = place
    }

    init(keys mapping: [Pair], place: Place) {
        content = .mapping(mapping)
        self.place = place
    }

    /// The text; nil for lists and sections.
    var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

    /// The elements; nil when it is no list.
    var sequence: [ProfileNode]? {
        if case .sequence(let sequence) = content { sequence } else { nil }
    }

    /// The keys in order; nil when it is no section.
    var mapping: [Pair]? { if case .mapping(let mapping) = content { mapping } else { nil } }

    /// The value of a key; nil without it, or when this is no section.
    subscript(key: String) -> ProfileNode? { mapping?.first { $0.key == key }?.value }

    /// The same section without one of its keys.
    func without(_ key: String) -> ProfileNode {
        guard let mapping else { return self }
        return ProfileNode(keys: mapping.filter { $0.key != key }, place: place)
    }
}

/// Where a value was written.
struct Place: Sendable {
    /// The file or the option.
    var source: ProfileSource
    /// The line, from 1; nil on a command line.
    var line: Int?
    /// The column, from 1; nil on a command line.
    var column: Int?

    /// A mistake that is found here.
    func error(_ message: String) -> ProfileError {
        ProfileError(origin: source.origin, line: line, column: column, message: message)
    }
}

/// A text that values of a profile come from.
struct ProfileSource: Sendable {
    /// As messages name it.
    var origin: ProfileError.Origin
    /// The folder that relative paths of the text begin in.
    var baseDirectory: String

    /// A path of the text as the system takes it.
    func resolve(_ path: String) -> String {
        if path.hasPrefix("/") || baseDirectory.isEmpty || baseDirectory == "." { return path }
        return baseDirectory.hasSuffix("/") ? baseDirectory + path : "\(baseDirectory)/\(path)"
    }
}
