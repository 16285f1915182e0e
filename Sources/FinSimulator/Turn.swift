internal import FinMeasure
private import FinProfile

/// One user message and its answer, under way; lives on the event loop.
final class Turn {
    let conversation: Conversation
    let number: Int
    let version: APIVersion
    private(set) var script: TurnScript
    let subject: EventSubject
    /// What the user said, where a human may have to see it.
    let message: String
    /// Whether a stream gets what has gone by: the first turn, and one whose fault would else be
    /// missed by a stream that opens late.
    let isReplayable: Bool
    /// The zero of the script's offsets.
    var start: Instant
    /// The step that comes next.
    private(set) var next = 0
    /// Unix milliseconds at which each past step was made; kept only for replay.
    private(set) var created: [UInt64] = []
    var truth: TruthRow
    private(set) var isWritten = false

    init(
        conversation: Conversation, number: Int, version: APIVersion, script: TurnScript,
        userID: String, isReplayable: Bool, received: Instant, message: String = ""
    ) {
        self.conversation = conversation
        self.number = number
        self.version = version
        self.script = script
        self.isReplayable = isReplayable
        self.message = message
        start = received
        subject = EventSubject(
            conversationID: conversation.id, userID: userID, channel: conversation.channel,
            number: conversation.number)
        truth = TruthRow(
            conversationID: conversation.id, turn: number, fault: script.fault?.rawValue ?? "",
            requestReceived: received)
    }

    /// What it has asked humans, oldest first: only the newest can be open.
    var questions: [HITLRequest] = []

    /// When the next step is due; nil when there is none, while a data connector is called, and while
    /// a human's answer comes first.
    var nextDue: Instant? {
        if isWaiting || questions.last?.isOpen == true || next >= script.steps.count { return nil }
        return start + script.steps[next].offset
    }

    /// Whether it waits for a data connector: no step is made meanwhile.
    private(set) var isWaiting = false

    /// Holds every later step back.
    func hold() { isWaiting = true }

    /// Goes on as if the step before the next had been made at `now`.
    func resume(at now: Instant) {
        isWaiting = false
        if next > 0 { start = now - script.steps[next - 1].offset }
    }

    /// Ends it as a procedure does whose human did not answer in time.
    func escalateUnanswered() {
        let offset = script.steps[max(0, next - 1)].offset
        script.steps.replaceSubrange(
            next...,
            with: [FinStatus.escalated, .complete].map {
                TurnScript.Step(offset: offset, action: .status($0))
            })
        script.reason = "Escalation rule matched"
        script.hasSurvey = false
    }

    /// Takes the next step, made at `now` (Unix milliseconds).
    func takeStep(now: UInt64) -> TurnScript.Action {
        let action = script.steps[next].action
        next += 1
        if isReplayable { created.append(now) }
        return action
    }

    /// Whether the break has met its stream: only the first to come that far is broken.
    var hasBroken = false

    /// The steps that a rewind shows: of the last two minutes, and at most the newest hundred.
    func past(now: UInt64) -> Range<Int> {
        let first = created.firstIndex { $0 + 120_000 > now } ?? created.count
        return max(first, created.count - 100)..<created.count
    }

    /// Notes that the bytes of an action went to a socket; the first time counts.
    func note(_ action: TurnScript.Action, _ stamp: Instant) {
        if action != .pause {
            for question in questions { question.noteEvent(stamp) }
        }
        switch action {
        case .chunk: truth.firstChunkWritten = truth.firstChunkWritten ?? stamp
        case .replied: truth.firstRepliedWritten = truth.firstRepliedWritten ?? stamp
        case .status: truth.doneWritten = truth.doneWritten ?? stamp
        case .close, .survey, .execution, .oddity, .broken, .pause: break
        }
    }

    /// Hands the truth row out, once.
    func takeTruth() -> TruthRow? {
        if isWritten { return nil }
        isWritten = true
        return truth
    }
}
