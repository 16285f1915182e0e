public import FinMeasure

extension Profile {
    /// A kind of visit to the target, and how often it comes among the others.
    public struct Scenario: Sendable, Equatable {
        /// What happens in it.
        public enum Kind: Sendable, Equatable {
            /// A conversation with Fin.
            case conversation(Conversation)
            /// Calls of the API, one after the other; never empty.
            case operations([Operation])
        }

        /// Its name in every output; never that of another one.
        public var name: String
        /// Its share is this over the sum of all weights; 1 at least.
        public var weight: Int
        /// What happens in it.
        public var kind: Kind

        /// Joins the parts.
        public init(name: String, weight: Int, kind: Kind) {
            self.name = name
            self.weight = weight
            self.kind = kind
        }

        /// Whether it is made of operations.
        public var hasOperations: Bool {
            if case .operations = kind { return true }
            return false
        }

        /// The names of its operations, each as often as it stands there; none for a conversation.
        public var operationNames: [String] {
            guard case .operations(let operations) = kind else { return [] }
            return operations.map(\.name)
        }

        /// The name of each turn's series: its own for all, or one for each of its operations.
        public var turnNames: [String] {
            guard case .operations(let operations) = kind else { return [name] }
            return operations.map { ScenarioName(scenario: name, operation: $0.name).text }
        }

        /// The number of its turns.
        public var turns: Distribution {
            switch kind {
            case .conversation(let conversation): conversation.turns
            case .operations(let operations): .fixed(Double(operations.count))
            }
        }
    }

    /// One call of the API, as a profile names it; what it is, the driver knows.
    public struct Operation: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its own settings, as they were written.
        public var settings: [String: String]
        /// The time from the end of the operation before it, nanoseconds.
        public var thinkTime: Distribution
        /// Where it was written, for messages.
        public var place: ProfilePlace

        /// Joins the parts.
        public init(
            name: String, settings: [String: String] = [:], thinkTime: Distribution = .fixed(0),
            place: ProfilePlace = ProfilePlace()
        ) {
            self.name = name
            self.settings = settings
            self.thinkTime = thinkTime
            self.place = place
        }
    }

    /// What conversations are drawn from: `scenarios`, or else the conversation alone.
    public var allScenarios: [Scenario] {
        guard scenarios.isEmpty else { return scenarios }
        return [
            Scenario(name: conversation.name, weight: 1, kind: .conversation(conversation))
        ]
    }
}

/// Where a value of a profile was written, for mistakes that only a later look can find.
///
/// Two places are equal: where a value stands is no part of what it says.
public struct ProfilePlace: Sendable, Equatable {
    private var field: Field?

    /// A place that nobody wrote.
    public init() {}

    init(_ field: Field) { self.field = field }

    /// A mistake in the value; `words` continue the sentence after its key.
    public func error(_ words: String) -> ProfileError {
        field?.unquoted(words)
            ?? ProfileError(origin: .profile("scenarios"), message: "scenarios \(words)")
    }

    /// All places are equal.
    public static func == (left: ProfilePlace, right: ProfilePlace) -> Bool { true }
}
