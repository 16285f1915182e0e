internal import FinMeasure
internal import FinProfile
internal import NIOCore

/// A procedure's question to a human; the first answer wins.
///
/// Lives on the event loop.
final class HITLRequest {
    enum State { case open, answered, expired }

    let stepID: String
    let turn: Turn
    let attributes: [HITLAttribute]
    let hasAccess: Bool
    /// From the question to an answer in another channel; nil: only the callback can answer.
    let elsewhere: Nanoseconds?
    /// Unix seconds after which no answer is taken; nil: never.
    let expires: UInt64?
    private(set) var state = State.open
    /// Ends the wait by expiry or an answer from elsewhere.
    var deadline: Scheduled<Void>?
    var turnIsOver = false
    private var truth: HITLTruthRow
    private var isWritten = false

    /// A turn's next question, by seed, conversation, turn and its place in it alone.
    ///
    /// - Parameter unix: now, Unix nanoseconds.
    init(_ turn: Turn, _ settings: SimulatorSettings.HITL, seed: UInt64, now: Instant, unix: UInt64)
    {
        var draws = SeededGenerator(
            seed: seed, stream: .serverHITL, index: turn.conversation.number,
            subindex: UInt64(turn.number) << 20 | UInt64(turn.questions.count + 1))
        self.turn = turn
        stepID = HITLAttribute.uuid(&draws)
        hasAccess = draws.unit() >= settings.noAccess
        let isElsewhere = draws.unit() < settings.answeredElsewhere
        let after = settings.elsewhereAfter.draw(using: &draws)
        elsewhere = isElsewhere ? Nanoseconds(Int64(min(max(0, after), 3.6e12))) : nil
        attributes = settings.attributes.map { HITLAttribute($0, using: &draws) }
        // Whole seconds, rounded up: no answer is refused sooner than the profile says.
        expires = settings.expiresAfter.map { (unix + UInt64($0) + 999_999_999) / 1_000_000_000 }
        truth = HITLTruthRow(
            conversationID: turn.conversation.id, turn: turn.number, stepID: stepID, paused: now)
    }

    /// Whether the turn waits for it.
    var isOpen: Bool { state == .open }

    func hasExpired(unix: UInt64) -> Bool {
        state == .expired || expires.map { unix > $0 * 1_000_000_000 } ?? false
    }

    /// Notes the notification's first attempt.
    func noteNotified(_ stamp: Instant) { truth.notified = stamp }

    /// Whether nothing more will be known of it; the receiver may answer after the turn's end.
    var isWhole: Bool { turnIsOver && truth.notified != nil }

    func close(_ state: State, _ how: HITLTruthRow.End, at now: Instant) {
        self.state = state
        deadline?.cancel()
        deadline = nil
        truth.end = how
        if state == .answered { truth.answered = now }
    }

    /// Notes the first bytes of the turn that went to a socket after the wait.
    func noteEvent(_ stamp: Instant) {
        if !isOpen, truth.resumed == nil { truth.resumed = stamp }
    }

    /// Hands the truth row out, once.
    func takeTruth() -> HITLTruthRow? {
        if isWritten { return nil }
        isWritten = true
        return truth
    }
}

/// A wait for a human; one line of the truth file of human answers.
struct HITLTruthRow: Sendable, Equatable {
    enum End: String, Sendable { case open, callback, elsewhere, expired }

    var conversationID: String
    var turn: Int
    var stepID: String
    var end = End.open
    /// When the turn began to wait.
    var paused: Instant
    /// When the notification's bytes were handed to the socket.
    var notified: Instant?
    /// When the answer that won was read.
    var answered: Instant?
    /// When the first event after it was handed to the socket.
    var resumed: Instant?

    static let header =
        "conversation_id,turn,step_id,end,paused_ns,notified_ns,answered_ns,resumed_ns\n"

    /// The CSV line; empty where it did not happen.
    var line: String {
        let stamps = [paused, notified, answered, resumed].map { instant in
            instant.map { String($0.nanoseconds) } ?? ""
        }
        return "\(CSVText.field(conversationID)),\(turn),\(stepID),\(end.rawValue),"
            + stamps.joined(separator: ",") + "\n"
    }
}
