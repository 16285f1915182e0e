/// What may stand in a section of a profile.
///
/// The one table of keys: the loader takes its known keys from it, `extends` its way of merging,
/// `profile show` its defaults and comments, `profile schema` everything.
struct SectionShape: Sendable {
    /// Its keys, in the order in which messages and `profile show` name them.
    let keys: [KeyShape]

    init(_ keys: [KeyShape]) { self.keys = keys }

    /// The names of the keys.
    var names: [String] { keys.map(\.name) }

    /// The key of that name.
    subscript(name: String) -> KeyShape? { keys.first { $0.name == name } }

    /// Whether a key that is given shuts out another one with that value.
    func excludes(_ given: ProfileNode.Pair, _ key: String, _ value: ProfileNode) -> Bool {
        guard let name = given.key else { return false }
        return self[name]?.rivals.contains(key) == true
            || given.value.mapping != nil && self[name]?.sectionRivals.contains(key) == true
            || value.mapping != nil && self[key]?.sectionRivals.contains(name) == true
    }
}

extension SectionShape {
    /// The kinds of a distribution, each the only key of its section.
    static let distributionKinds = ["uniform", "lognormal", "recorded"]

    /// The two values that a log-normal is given by.
    static let lognormalKeys = ["median", "p95"]
}

/// A key of a section.
struct KeyShape: Sendable {
    /// As the user writes it.
    let name: String
    /// What may follow it.
    let value: ValueShape
    /// What it means, in a few words, for comments and editors.
    let summary: String
    /// What holds when it is left out, as YAML; nil when that depends or nothing is set.
    var standard: String?
    /// A value to imitate where there is no default, as YAML.
    var example: String?
    /// Whether its section is refused without it.
    var isRequired = false
    /// Keys of the section that may not stand beside this one.
    var rivals: [String] = []
    /// Keys that may not stand beside this one where its value is a section.
    var sectionRivals: [String] = []
}

extension KeyShape {
    /// A share of something, 0% to 100%.
    static func share(_ name: String, _ summary: String, standard: String = "0%") -> KeyShape {
        KeyShape(
            name: name, value: .quantity(.percent, isPositive: false), summary: summary,
            standard: standard)
    }

    /// True or false.
    static func flag(_ name: String, _ summary: String, standard: String) -> KeyShape {
        KeyShape(name: name, value: .flag, summary: summary, standard: standard)
    }

    /// A time that is drawn each time anew.
    static func delay(_ name: String, _ summary: String, standard: String) -> KeyShape {
        KeyShape(
            name: name, value: .distribution(.duration), summary: summary, standard: standard)
    }
}

/// What may follow a key.
indirect enum ValueShape: Sendable {
    /// Keys of ours; merged key by key by `extends`.
    case section(SectionShape)
    /// Keys of ours that belong together; replaced as a whole.
    case whole(SectionShape)
    /// Keys of the user's own, each with a value of one shape; at most so many.
    case texts(ValueShape, keyPattern: String?, limit: Int?)
    /// Any text.
    case text
    /// A text that matches a pattern.
    case pattern(String)
    /// A path; relative ones begin in the profile's folder.
    case path
    /// One of these words.
    case word([String])
    /// True or false.
    case flag
    /// A number with its unit; `isPositive`: above zero.
    case quantity(Unit, isPositive: Bool)
    /// A whole number.
    case count(ClosedRange<Int>)
    /// A whole number of 64 bits.
    case seed
    /// A value with a unit, or one of the distributions.
    case distribution(Unit)
    /// A whole number within bounds, or a distribution of such.
    case countDistribution(ClosedRange<Int>)
    /// A list of values of one shape.
    case list(ValueShape, least: Int = 1)
    /// Any one of several shapes.
    case either([ValueShape])
}
