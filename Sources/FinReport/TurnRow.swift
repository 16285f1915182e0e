public import FinMeasure

/// A row of `turns.csv`, read back: what projections and the audit need of it.
public struct TurnRow: Sendable, Equatable {
    /// The conversation's id on the wire.
    public var conversationID = ""
    /// The turn's number in its conversation, from 1.
    public var turn = 1
    /// The scenario's name.
    public var scenario = ""
    /// What the user asked: a name, or a hash of the text.
    public var question = ""
    /// The server's name of the POST's response; empty where it gave none.
    public var requestID = ""
    /// Warm-up or main phase.
    public var phase = Phase.main
    /// How it ended.
    public var outcome = Outcome.cut
    /// Why, and what was found: words joined by `+`.
    public var detail = ""

    // All instants are nanoseconds since the run's zero; nil where it did not happen.
    /// When the schedule said that the turn must start.
    public var planned: Int64 = 0
    /// Just before the POST was handed over.
    public var sent: Int64?
    /// The POST's response body was complete.
    public var response: Int64?
    /// The SSE GET was handed over.
    public var streamDial: Int64?
    /// The SSE response's headers were complete.
    public var streamOpen: Int64?
    /// The first `fin_reply_chunk`.
    public var firstChunk: Int64?
    /// The first `fin_replied`.
    public var firstReplied: Int64?
    /// The done signal.
    public var done: Int64?

    /// An empty row.
    public init() {}

    /// Which class of turns it belongs to.
    public var turnClass: TurnClass { TurnClass(turn: turn) }

    /// `ttft` from `planned`, when the turn ended well and had one.
    public var ttft: Int64? {
        guard outcome.isSuccess, let firstChunk else { return nil }
        return firstChunk - planned
    }
}
