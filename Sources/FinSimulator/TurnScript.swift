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
        /// Fin calls the data connector and waits for its answer; what follows is later by that.
        case execution
        /// The stream ends without a done signal, as 2.14 and 2.15 describe it.
        case close
        /// `csat_requested`, after `complete`.
        case survey
        /// The turn waits for a human; what follows counts from the answer.
        case pause
        /// The fault: an event that nobody expects.
        case oddity(Oddity)
        /// The fault: connections of this conversation end here.
        case broken(Break)
    }

    /// An event beside those of an answer.
    enum Oddity: Sendable, Equatable {
        /// Its data is JSON that breaks off.
        case malformed
        /// Its name and fields are not documented.
        case unknown
        /// The same, with so many bytes of data.
        case padded(Int)
    }

    /// How a stream ends before its turn does.
    enum Break: Sendable, Equatable {
        /// The connection is closed in order (FIN).
        case cut
        /// The connection is reset (RST).
        case reset
        /// The response ends with an error event.
        case tokenError
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
    /// How long the headers of the stream's response are held back.
    var headerDelay = Nanoseconds.zero
    /// Whether a survey follows the end.
    var hasSurvey = false
    /// Why it was escalated; nil where it was not.
    var reason: String?

    /// Lets the turn wait for a human before its first event, and go on `delay` after the answer.
    mutating func pause(resumingAfter delay: Nanoseconds) {
        guard let first = steps.first else { return }
        for index in steps.indices { steps[index].offset = steps[index].offset + delay }
        steps.insert(Step(offset: first.offset, action: .pause), at: 0)
    }

    /// Whether nothing follows an action in this turn; a stalled turn has no such action.
    func isLast(_ action: Action) -> Bool {
        switch action {
        case .status(.awaitingUserReply), .close, .survey: true
        case .status(.complete): !hasSurvey
        default: false
        }
    }
}

/// A documented way to end a turn.
enum Ending: Sendable, Equatable {
    case awaiting, resolved, complete
    /// With an answer, and nothing more: `/fin/ask`.
    case answered
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

    /// What `/fin/escalate` leads to.
    static let escalatedByCall = Ending.escalated(reason: "Escalation requested via API")

    /// Whether Fin says something before the end.
    var hasAnswer: Bool {
        switch self {
        case .awaiting, .answered, .resolved, .escalatedAfterAnswer: true
        case .complete, .escalated: false
        }
    }
}
