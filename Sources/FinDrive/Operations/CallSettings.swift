internal import FinProfile

/// The settings of an operation in a profile, taken out one by one.
struct CallSettings {
    private var texts: [String: String]
    private let operation: Profile.Operation

    init(_ operation: Profile.Operation) {
        self.operation = operation
        texts = operation.settings
    }

    /// A text; nil where it is not given.
    mutating func text(_ key: String) -> String? { texts.removeValue(forKey: key) }

    /// One of some words.
    mutating func word(
        _ key: String, _ words: [String], standard: String
    ) throws(ProfileError) -> String {
        guard let word = text(key) else { return standard }
        if words.contains(word) { return word }
        // Not the value: a setting may be a private text.
        throw error(
            "has a setting \"\(key)\" that is none of \(words.joined(separator: ", "))")
    }

    /// A whole number within bounds.
    mutating func count(
        _ key: String, _ bounds: ClosedRange<Int>, standard: Int
    ) throws(ProfileError) -> Int {
        guard let text = text(key) else { return standard }
        if let count = Int(text), bounds.contains(count) { return count }
        throw error(
            "has a setting \"\(key)\" that must be a whole number from \(bounds.lowerBound) to "
                + "\(bounds.upperBound)")
    }

    /// A text that must fit a path: letters, digits, `_`, `-`.
    mutating func identifier(_ key: String, standard: String) throws(ProfileError) -> String {
        guard let text = text(key) else { return standard }
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0))
        }
        if isPlain && !text.isEmpty { return text }
        throw error(
            "has a setting \"\(key)\" that may hold only letters, digits, \"_\" and \"-\"")
    }

    /// Refuses what nobody took out.
    func refuseRest() throws(ProfileError) {
        guard let key = texts.keys.min() else { return }
        throw error("has a setting \"\(key)\" that \(operation.name) does not know: remove it")
    }

    /// A mistake in the settings; `words` continue the sentence after the operation's place.
    func error(_ words: String) -> ProfileError { operation.place.error(words) }
}
