public import FinMeasure

extension Profile {
    /// The human who answers procedures: a stand-in with a delay and fixed values.
    public struct HITL: Sendable, Equatable {
        /// From a question's receipt to its answer, nanoseconds.
        public var answerDelay: Distribution = .uniform(low: 200e6, high: 800e6)
        /// The share of questions that are answered twice, to see the second one refused, 0 to 1.
        public var secondAnswers = 0.0
        /// What is answered, by an attribute's identifier or else by its type.
        ///
        /// A type without an entry has a value of our own; a list its first option.
        public var values: [String: String] = [:]

        /// The defaults.
        public init() {}

        /// How long after a question's receipt its answer is due, by seed, conversation, turn and
        /// question alone, and whether a second one follows.
        ///
        /// - Parameter question: which one of its turn, from 0.
        public func draw(
            seed: UInt64, conversation: UInt64, turn: Int, question: Int
        ) -> (delay: Nanoseconds, hasSecond: Bool) {
            var draws = SeededGenerator(
                seed: seed, stream: .answerDelay, index: conversation,
                subindex: UInt64(turn) | UInt64(question) << 32)
            let hasSecond = draws.unit() < secondAnswers
            let delay = min(max(0, answerDelay.draw(using: &draws)), 3.6e12)
            return (Nanoseconds(Int64(delay.rounded())), hasSecond)
        }
    }
}

extension HITLDataType {
    /// What is answered where the profile says nothing; nil: a list's first option.
    public var standardAnswer: String? {
        switch self {
        case .string: "Approved"
        case .integer: "1"
        case .decimal: "1.5"
        case .boolean: "true"
        case .list: nil
        case .datetime: "2026-01-01T00:00:00Z"
        }
    }

    /// Whether a text can be sent as a value of this type; a list's options are not known before.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .string, .list: true
        case .integer: Int64(text).map { String($0) == text } ?? false
        case .decimal: HITLDataType.isDecimal(text)
        case .boolean: text == "true" || text == "false"
        case .datetime: HITLDataType.integer.accepts(text) || HITLDataType.isDateTime(text)
        }
    }

    /// A number as JSON writes it, without an exponent.
    private static func isDecimal(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = parts.first else { return false }
        let digits = whole.hasPrefix("-") ? whole.dropFirst() : whole
        let isPlain = digits == "0" || !digits.hasPrefix("0")
        return isPlain
            && ([digits] + parts.dropFirst()).allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }

    /// Begins as `2026-02-03T09:15` does.
    private static func isDateTime(_ text: String) -> Bool {
        let shape = "0000-00-00T00:00".utf8
        guard text.utf8.count >= shape.count else { return false }
        return zip(text.utf8, shape).allSatisfy { byte, mark in
            mark == 0x30 ? (0x30...0x39).contains(byte) : byte == mark
        }
    }
}
