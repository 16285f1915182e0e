public import FinMeasure

extension SimulatorSettings {
    /// Procedures that wait for a human (human in the loop), and what becomes of the answers.
    public struct HITL: Codable, Sendable, Equatable {
        /// The share of the turns with an answer that wait before it, 0 to 1.
        public var share = 1.0
        /// How often such a turn asks, one question after the answer to the one before.
        public var questions = 1
        /// The bounds of `questions`.
        public static let questionCounts = 1...10
        /// What a human is asked for: an attribute for each type.
        public var attributes = HITLDataType.allCases
        /// From the request to its expiry, nanoseconds; nil: it waits for ever.
        public var expiresAfter: Double?
        /// From an answer to the next event of the turn, nanoseconds.
        public var resumeDelay: Distribution = .fixed(100e6)
        /// The share of the requests whose conversation the caller has no access to, 0 to 1.
        public var noAccess = 0.0
        /// The share that is answered in another channel first, 0 to 1.
        public var answeredElsewhere = 0.0
        /// From the request to that answer, nanoseconds.
        public var elsewhereAfter: Distribution = .fixed(0)
        /// Whether the workspace has the feature; without it every answer is refused.
        public var isEnabled = true

        /// Every answered turn waits, and nothing goes wrong.
        public init() {}
    }
}

/// The types of an attribute that a human is asked for; the raw value is its `data_type`.
public enum HITLDataType: String, Codable, Sendable, CaseIterable {
    case string, integer, decimal, boolean, list, datetime
}
