internal import FinMeasure
internal import FinProfile

/// What one turn will do and when, drawn before it begins.
///
/// Pure: the same settings, conversation number, turn and version give the same script, whatever
/// else the server is doing.
struct TurnScript: Sendable, Equatable {
    /// One thing that happens.
    struct Step: Sendable, Equatable {
        /// When, counted from the turn's start.
        var offset: Nanoseconds
        var action: Action
    }

    enum Action: Sendable, Equatable {
        /// The text of a part so far: `length` bytes of it.
        case chunk(part: Int, index: Int, length: Int)
        case replied(part: Int)
        case status(FinStatus)
        /// The stream ends without a done signal, as 2.14 and 2.15 describe it.
        case close
        /// The fault: connections of this conversation are closed here.
        case cut

        /// Whether nothing follows in this turn.
        var isLast: Bool {
            switch self {
            case .status(.awaitingUserReply), .status(.complete), .close: true
            default: false
            }
        }
    }

    /// One message of the answer.
    struct Part: Sendable, Equatable {
        /// Where its text begins, and how many bytes it has.
        var textStart: Int
        var textLength: Int
        /// Thirty-two hexadecimal digits; nil for a part that is not streamed.
        var streamID: String?
        var messageID: String
    }

    var parts: [Part] = []
    var steps: [Step] = []
    var fault: SimulatorSettings.Fault?
    /// Why it was escalated; nil where it was not.
    var reason: String?
}

/// A documented way to end a turn.
enum Ending: Sendable, Equatable {
    case awaiting, resolved, complete
    /// At once, without an answer.
    case escalated(reason: String)
    /// After an answer that did not help.
    case escalatedAfterAnswer(reason: String)

    /// Every documented reason that `/fin/start` and `/fin/reply` can lead to.
    static let escalations: [Ending] = [
        .escalated(reason: "Escalation requested by user"),
        .escalated(reason: "Escalation rule: Payment disputes"),
        .escalated(reason: "Escalation rule matched"),
        .escalated(reason: "Routed to team"),
        .escalatedAfterAnswer(reason: "Conversation finished without resolution"),
    ]

    /// Whether Fin says something before the end.
    var hasAnswer: Bool {
        switch self {
        case .awaiting, .resolved, .escalatedAfterAnswer: true
        case .complete, .escalated: false
        }
    }
}
