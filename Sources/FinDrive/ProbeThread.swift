internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

/// The thread of a probe: one row of the load path's own loop, and a note of all that happens on it.
final class ProbeThread: TransferDelegate {
    private static let row = 0

    private let plan: RunPlan
    private let settings: DriveSettings
    private let mailbox: Mailbox<DriveRequest>
    private let say: (String) -> Void
    private var session: ProbeSession
    private var bodies: RequestBody
    private var lines: ProbeLines
    // Made after everything that it calls back into.
    private var loopStorage: TransferLoop?
    private var saidCount = 0
    private var lastMilliseconds: UInt64 = 0
    private var nextTurn: TurnRecord?
    private var isOver = false
    private var isInterrupted = false
    private var errorText = ""

    init(
        plan: RunPlan, settings: DriveSettings, mailbox: Mailbox<DriveRequest>,
        say: @escaping (String) -> Void
    ) throws(LoopError) {
        self.plan = plan
        self.settings = settings
        self.mailbox = mailbox
        self.say = say
        session = ProbeSession(
            identity: TextDigest(plan.conversationID(0)), turnCount: plan.draft(0).turnCount,
            timeouts: plan.profile.conversation.timeouts, isLive: settings.isLive)
        bodies = RequestBody(plan: plan)
        lines = ProbeLines(
            version: plan.profile.version, sendsKey: settings.authorization != nil)
        let loop = try TransferLoop(
            settings: settings.transferSettings(plan, rowCount: 1), delegate: self)
        try loop.watch(mailbox)
        loopStorage = loop
    }

    private var loop: TransferLoop {
        guard let loopStorage else { preconditionFailure("the loop is made with its thread") }
        return loopStorage
    }

    // MARK: - the loop

    /// Runs the conversation to its end.
    func run() -> ProbeReport {
        nextTurn = firstTurn()
        while true {
            session.wallOffset = loop.wallOffsetNanoseconds
            let now = Clock.now()
            if let turn = nextTurn, turn.planned <= now { start(turn) }
            if now >= session.conversation.deadline { perform(session.expire(at: now)) }
            sayNewLines()
            if isOver { break }
            _ = loop.poll(
                precise: nextTurn?.planned ?? .never, coarse: session.conversation.deadline)
        }
        return ProbeReport(
            ProbeEvidence(
                entries: session.entries, lostCount: session.lostCount, plan: plan,
                settings: settings, errorText: errorText, isInterrupted: isInterrupted))
    }

    private func sayNewLines() {
        while saidCount < session.entries.count {
            for line in lines.text(session.entries[saidCount]) { say(line) }
            saidCount += 1
        }
    }

    private func firstTurn() -> TurnRecord {
        let draft = plan.draft(0)
        var turn = TurnRecord()
        turn.user = draft.user
        turn.question = draft.question
        turn.planned = Clock.now()
        return turn
    }

    private func start(_ turn: TurnRecord) {
        nextTurn = nil
        session.plan(turn)
        // Fin takes an equal message with an equal stamp for a repeat.
        lastMilliseconds = max(Clock.unixNanoseconds() / 1_000_000, lastMilliseconds + 1)
        let body = bodies.bytes(turn, unixMilliseconds: lastMilliseconds)
        let url = settings.baseURL + (turn.turn == 1 ? "/fin/start" : "/fin/reply")
        session.begin(url, byteCount: body.count, at: Clock.now())
        loop.post(ProbeThread.row, url: url, body: body)
    }

    // MARK: - what the conversation asks for

    private func perform(_ action: Conversation.Action) {
        switch action {
        case .none: return
        // It names no retry to the conversation: a 429 is what the probe is to show.
        case .postAgain: preconditionFailure("a probe does not wait for a rate limit")
        case .openStream(let url): openStream(url, lastEventID: nil)
        case .resumeStream:
            openStream(session.conversation.url, lastEventID: session.lastEventID)
        case .listen: preconditionFailure("a probe follows the stream")
        case .hangUp: loop.hangUp(ProbeThread.row)
        case .turnOver: turnOver()
        }
    }

    private func openStream(_ url: String, lastEventID: String?) {
        session.dial(url, isResumed: lastEventID != nil, at: Clock.now())
        loop.openStream(ProbeThread.row, url: url, lastEventID: lastEventID)
    }

    private func turnOver() {
        let now = Clock.now()
        session.turnOver(at: now)
        guard session.conversation.canGoOn && !isInterrupted else {
            isOver = true
            return
        }
        let turn = session.conversation.record
        let think = plan.thinkTime(conversation: 0, afterTurn: Int(turn.turn))
        session.think(think, at: now)
        var next = TurnRecord()
        next.turn = turn.turn + 1
        next.user = turn.user
        next.question = turn.question
        next.planned = session.conversation.nextPlanned(afterThinking: think)
        nextTurn = next
    }

    func mailboxIsReady() {
        guard !mailbox.drain().isEmpty, !isOver else { return }
        isInterrupted = true
        nextTurn = nil
        // Between two turns nothing runs that could end.
        if session.conversation.state == .over { isOver = true }
        perform(session.cut(at: Clock.now()))
    }

    // MARK: - what the network says

    func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>) {
        session.take(headerLine: headerLine)
    }

    func transfer(_ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp) {
        if !session.headers(kind, status: status, at: stamp) { loop.hangUp(row) }
    }

    func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool {
        for action in session.bytes(kind, bytes, at: stamp) { perform(action) }
        return true
    }

    func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult) {
        if result.end != .complete && result.end != .hungUp { errorText = loop.lastErrorText }
        perform(session.finished(kind, result))
    }
}
