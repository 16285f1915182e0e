/// A data connector's call as its endpoint saw it.
public struct ConnectorVisit: Sendable, Equatable {
    /// The conversation that the call named; empty where it named none.
    public var conversationID: String
    /// The request was read to its end.
    public var received: Instant
    /// The answer was handed to the socket.
    public var answered: Instant

    /// Joins the three.
    public init(conversationID: String, received: Instant, answered: Instant) {
        self.conversationID = conversationID
        self.received = received
        self.answered = answered
    }

    /// What the endpoint took.
    public var length: Nanoseconds { answered - received }
}

/// An execution as the target reports it.
public struct ReportedExecution: Sendable, Equatable {
    /// Its number among the target's; later ones have larger numbers.
    public var id: UInt64
    /// The conversation it belongs to; empty where none is named.
    public var conversationID: String
    /// `execution_time_ms`; nil where it was not measured.
    public var milliseconds: UInt64?
    /// Whether the target calls it a success.
    public var isSuccess: Bool

    /// Joins the parts.
    public init(id: UInt64, conversationID: String, milliseconds: UInt64?, isSuccess: Bool) {
        self.id = id
        self.conversationID = conversationID
        self.milliseconds = milliseconds
        self.isSuccess = isSuccess
    }
}

/// Lays calls as the endpoint saw them beside executions as the target reports them.
///
/// Both are laid into the turns whose first words waited for them. Pure.
///
/// The k-th call of a conversation is its k-th execution, where both sides count the same number of
/// them; else that conversation stays unmatched, and is counted so.
public struct ConnectorJoin: Sendable {
    /// The first words of a turn that calls were made for.
    private struct Wait: Sendable {
        /// Places of its calls among those of the conversation.
        let places: Range<Int>
        let length: Nanoseconds
    }
    private struct Conversation: Sendable {
        var visits: [ConnectorVisit] = []
        var waits: [Wait] = []
    }

    /// Calls kept for joining; further ones are counted only.
    public static let visitLimit = 200_000

    private var conversations: [String: Conversation] = [:]
    private var kept = 0
    private var totals = RunDocument.Connectors()

    /// Nothing yet.
    public init() {}

    /// Takes a call; in the order in which they were answered.
    public mutating func take(_ visit: ConnectorVisit) {
        totals.seen += 1
        if visit.conversationID.isEmpty || kept == ConnectorJoin.visitLimit {
            totals.seenUnmatched += 1
            return
        }
        kept += 1
        conversations[visit.conversationID, default: Conversation()].visits.append(visit)
    }

    /// Takes a turn's end: calls between `sent` and `firstChunk` are part of its TTFT.
    public mutating func take(
        turnOf conversationID: String, sent: Instant, firstChunk: Instant
    ) {
        guard var conversation = conversations[conversationID] else { return }
        let places = conversation.visits.indices.filter { place in
            let visit = conversation.visits[place]
            return visit.received >= sent && visit.answered <= firstChunk
        }
        guard let first = places.first, let last = places.last else { return }
        let wait = Wait(places: first..<(last + 1), length: firstChunk - sent)
        conversation.waits.append(wait)
        conversations[conversationID] = conversation
        totals.turns += 1
        totals.ttftSeconds += wait.length.seconds
        for place in places { totals.answerSeconds += conversation.visits[place].length.seconds }
    }

    /// Takes everything that the target reports, and answers the totals.
    ///
    /// - Parameters:
    ///   - reported: in any order; those of conversations without calls are not this run's.
    ///   - note: why some are lacking; empty when none are.
    /// - Returns: the executions of this run, each with the instant of its conversation's first call.
    public mutating func finish(
        _ reported: [ReportedExecution], note: String
    ) -> (
        ours: [(reported: ReportedExecution, visited: Instant)], totals: RunDocument.Connectors
    ) {
        totals.note = note
        var byConversation: [String: [ReportedExecution]] = [:]
        for execution in reported where conversations[execution.conversationID] != nil {
            byConversation[execution.conversationID, default: []].append(execution)
        }
        var ours: [(reported: ReportedExecution, visited: Instant)] = []
        for (id, conversation) in conversations {
            let found = (byConversation[id] ?? []).sorted { $0.id < $1.id }
            ours += found.map { (reported: $0, visited: conversation.visits[0].received) }
            match(conversation, found)
        }
        totals.foreign = reported.count - ours.count
        totals.reported = ours.count
        totals.failed = ours.filter { !$0.reported.isSuccess }.count
        return (ours, totals)
    }

    private mutating func match(_ conversation: Conversation, _ found: [ReportedExecution]) {
        guard found.count == conversation.visits.count else {
            totals.seenUnmatched += conversation.visits.count
            totals.reportedUnmatched += found.count
            return
        }
        for wait in conversation.waits {
            let times = found[wait.places].compactMap(\.milliseconds)
            guard times.count == wait.places.count else { continue }
            totals.reportedTurns += 1
            totals.reportedTtftSeconds += wait.length.seconds
            totals.executionSeconds += Double(times.reduce(0, +)) / 1000
        }
    }
}

extension RunDocument {
    /// What a run's data connectors came to.
    ///
    /// Sums, not shares: the parts of a divided run can be added.
    public struct Connectors: Codable, Sendable, Equatable {
        /// Calls that the endpoint answered.
        public var seen = 0
        /// Executions of them that the target reports.
        public var reported = 0
        /// Those of the reported ones that the target calls failed.
        public var failed = 0
        /// Reported executions of conversations that are not this run's.
        public var foreign = 0
        /// Calls without their execution.
        public var seenUnmatched = 0
        /// Executions without their call.
        public var reportedUnmatched = 0
        /// Turns whose first chunk came after a call that was made in them.
        public var turns = 0
        /// Their TTFT from `sent`, added up.
        public var ttftSeconds = 0.0
        /// What the endpoint took in them, added up.
        public var answerSeconds = 0.0
        /// Those of the turns whose executions the target reports.
        public var reportedTurns = 0
        /// Their TTFT from `sent`, added up.
        public var reportedTtftSeconds = 0.0
        /// Their `execution_time_ms`, added up.
        public var executionSeconds = 0.0
        /// Why reported executions are lacking; empty when none are.
        public var note = ""

        /// Nothing.
        public init() {}

        /// The endpoint's share of TTFT, 0 to 1; nil without such a turn.
        public var answerShare: Double? { ttftSeconds > 0 ? answerSeconds / ttftSeconds : nil }

        /// The reported executions' share of TTFT, 0 to 1; nil without such a turn.
        public var executionShare: Double? {
            reportedTtftSeconds > 0 ? executionSeconds / reportedTtftSeconds : nil
        }
    }
}
