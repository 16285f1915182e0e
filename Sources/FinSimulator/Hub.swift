internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore

/// The server's state: conversations, their turns and streams.
///
/// Lives on the one event loop, so it needs no lock, and a frozen loop freezes all of it.
final class Hub {
    let options: SimulatorOptions
    let settings: SimulatorSettings
    let signer: TokenSigner
    let text = AnswerText()
    /// The base URL written into subscription URLs; known once the address is bound.
    var base = ""
    /// The base URL written into callback URLs: that of the calls.
    var callBase = ""
    var conversations = ConversationStore()
    var limiter: RateLimiter
    var ledger = Ledger()
    let helpdesk: Helpdesk
    /// The other APIs, in the order of `APIFamilies.all`.
    let families: [any APIFamily] = APIFamilies.all.map { $0.init() }
    var connectors = ConnectorStore()
    /// Calls the data connector's endpoint; nil where turns execute none.
    private(set) var executor: ConnectorExecutor?
    /// Conversations that `/fin/escalate` made for a user; their ids are ours.
    var madeCount = 0
    let loop: any EventLoop
    private let timers: Timers
    private let truth: TruthLog?
    let hitlTruth: TruthLog?
    /// Posts events to the callback URL; nil where there is none.
    let webhooks: WebhookSender?
    /// Posts the notifications of topics to their subscriber; nil where there is none.
    let topics: TopicSender?
    let faults: FaultPlan
    /// When the first call came.
    private(set) var firstRequest: Instant?
    private var freezer: Freezer
    private var encoder: EventEncoder

    init(options: SimulatorOptions, loop: any EventLoop, truth: Truths) throws(SimulatorError) {
        self.options = options
        self.settings = options.settings
        self.loop = loop
        timers = Timers(loop: loop)
        self.truth = truth.turns
        hitlTruth = truth.hitl
        webhooks = try WebhookSender.make(options, loop, timers, truth.webhooks)
        topics = try TopicSender.make(options, loop, timers, truth.webhooks)
        // Not a secret: it only has to tell our tokens from damaged ones.
        signer = TokenSigner(
            key: Array("finbench-simulator-\(options.settings.seed)".utf8),
            life: options.tokenLife)
        helpdesk = Helpdesk(options.settings)
        limiter = RateLimiter(limit: options.settings.rateLimit)
        freezer = Freezer(options.settings.freezes)
        faults = FaultPlan(options.settings)
        encoder = EventEncoder(framing: options.settings.framing, text: text)
        // A cycle, until `stop` breaks it.
        timers.onTurn = { turn in self.advance(turn) }
        timers.onWebhook = { [webhooks] delivery in webhooks?.attempt(delivery) }
        executor = ConnectorExecutor(options, loop: loop, store: &connectors)
        for family in families {
            for secret in options.plantedSecrets { (family as? IdentitySecrets)?.plant(secret) }
        }
        timers.onNotification = { [topics] delivery in topics?.attempt(delivery) }
    }

    /// The first call, whatever becomes of it, is the zero of every freeze and window.
    func noteRequest(at instant: Instant) {
        if firstRequest != nil { return }
        firstRequest = instant
        freezer.start(at: instant, on: loop)
    }

    // MARK: turns

    /// Begins a turn, or queues it behind the one that runs.
    func start(_ turn: Turn) {
        let conversation = turn.conversation
        if conversation.running != nil {
            conversation.waiting.append(turn)
            return
        }
        conversation.running = turn
        conversation.status = .thinking
        if turn.isReplayable { replaceReplayable(turn, in: conversation) }
        schedule(turn)
    }

    /// Lets a conversation's next turn be replayed in place of one that nobody has read.
    private func replaceReplayable(_ turn: Turn, in conversation: Conversation) {
        if let old = conversation.replayable, old.number <= conversation.endedTurn { record(old) }
        conversation.replayable = turn
    }

    /// Makes every step that is due, then waits for the next.
    func advance(_ turn: Turn) {
        while let due = turn.nextDue, due <= Clock.now() {
            perform(turn)
        }
        schedule(turn)
    }

    func schedule(_ turn: Turn) {
        guard let due = turn.nextDue else { return }
        timers.wait(for: .turn(turn), until: due)
    }

    // Hot: once per event.
    private func perform(_ turn: Turn) {
        let serial = turn.next
        let created = Clock.unixNanoseconds() / 1_000_000
        let action = turn.takeStep(now: created)
        let conversation = turn.conversation
        ledger.take(action, of: conversation)
        apply(action, turn)
        if case .broken(let how) = action {
            turn.hasBroken = !conversation.streams.isEmpty
            for stream in conversation.streams { breakOff(stream, of: turn, how) }
        } else if !conversation.streams.isEmpty {
            let event = encode(action, turn, serial, created)
            let isLast = turn.script.isLast(action)
            for stream in conversation.streams where event.readableBytes > 0 {
                let stamp = stream.write(event, isLast: isLast && stream.turn <= turn.number)
                turn.note(action, stamp)
            }
        }
        post(action, turn, serial, created)
        if turn.script.isLast(action) { finish(turn) }
    }

    /// Hands a step to the webhooks, if it is one that they carry.
    private func post(
        _ action: TurnScript.Action, _ turn: Turn, _ serial: Int, _ created: UInt64
    ) {
        guard let webhooks, turn.script.isPosted(serial) else { return }
        let body = encoder.bare(
            action, of: turn.script, about: turn.subject, version: turn.version, created: created)
        webhooks.post(body, of: turn, serial: serial, now: Clock.now())
    }

    private func breakOff(_ stream: EventStream, of turn: Turn, _ how: TurnScript.Break) {
        stream.breakOff(how)
        if how == .tokenError {
            turn.conversation.revokedTurn = max(turn.conversation.revokedTurn, turn.number)
        }
    }

    private func apply(_ action: TurnScript.Action, _ turn: Turn) {
        switch action {
        case .chunk, .replied: turn.conversation.status = .replying
        case .status(let status): turn.conversation.status = status
        case .close: turn.conversation.status = .awaitingUserReply
        case .survey: turn.conversation.survey = Survey(asked: Clock.now())
        case .execution: execute(turn)
        case .pause: pause(turn)
        case .oddity, .broken: break
        }
    }

    private func encode(
        _ action: TurnScript.Action, _ turn: Turn, _ serial: Int, _ created: UInt64
    ) -> ByteBuffer {
        encoder.encode(
            action, of: turn.script, about: turn.subject, version: turn.version, serial: serial,
            created: created)
    }

    private func finish(_ turn: Turn) {
        for request in turn.questions {
            request.turnIsOver = true
            record(request)
        }
        let conversation = turn.conversation
        let wasSeen = !conversation.streams.isEmpty
        conversation.running = nil
        conversation.endedTurn = turn.number
        conversation.lastActive = Clock.now()
        if wasSeen || !turn.isReplayable || options.revokesUnreadTokens {
            retire(turn)
        } else {
            retireLater(turn)
        }
        for stream in conversation.streams where stream.turn <= turn.number {
            stream.end(.finished)
        }
        startWaiting(conversation)
    }

    private func startWaiting(_ conversation: Conversation) {
        if conversation.status == .complete {
            for turn in conversation.waiting { record(turn) }
            conversation.waiting = []
        } else if !conversation.waiting.isEmpty {
            let turn = conversation.waiting.removeFirst()
            turn.start = Clock.now()
            start(turn)
        }
    }

    /// Revokes a turn's tokens and forgets its past.
    private func retire(_ turn: Turn) {
        let conversation = turn.conversation
        conversation.revokedTurn = max(conversation.revokedTurn, turn.number)
        if conversation.replayable === turn { conversation.replayable = nil }
        record(turn)
    }

    /// Nobody has read the answer yet: its events stay for as long as a rewind reaches.
    private func retireLater(_ turn: Turn) {
        let bound = NIOLoopBound((self, turn), eventLoop: loop)
        loop.scheduleTask(in: .seconds(120)) {
            let (hub, turn) = bound.value
            hub.retire(turn)
        }
    }

    func record(_ turn: Turn) {
        if let truth, let row = turn.takeTruth() { truth.append(row) }
    }

    /// Records a turn that was refused on purpose.
    func record(refused id: String, turn: Int, fault: String, received: Instant) {
        truth?.append(
            TruthRow(conversationID: id, turn: turn, fault: fault, requestReceived: received))
    }

    func forget(_ conversation: Conversation) {
        for turn in [conversation.running, conversation.replayable] + conversation.waiting {
            if let turn { record(turn) }
        }
        for request in conversation.hitlRequests {
            request.deadline?.cancel()
            if let row = request.takeTruth() { hitlTruth?.append(row) }
            request.turn.questions = []
        }
        // Turns, requests and their conversation hold each other.
        conversation.hitlRequests = []
        conversation.running = nil
        conversation.replayable = nil
        conversation.waiting = []
    }

    /// Closes every stream and records every turn that is still open.
    func stop() {
        for conversation in conversations.all {
            for stream in conversation.streams { stream.end(.cut) }
            forget(conversation)
        }
        executor?.stop()
        webhooks?.stop()
        topics?.stop()
        timers.stop()
    }

    // MARK: streams

    /// Opens a stream; what has gone by comes first, in one burst, if the ticket allows it.
    func open(_ ticket: StreamTicket, tap: ConnectionTap) -> EventLoopFuture<StreamEnding> {
        guard tap.isOpen else { return loop.makeSucceededFuture(.gone) }
        let conversation = ticket.conversation
        let turn = conversation.turn(ticket.turn)
        let stream = EventStream(
            turn: ticket.turn, conversation: conversation, tap: tap, loop: loop, timers: timers,
            expires: ticket.expires, keepAlive: Nanoseconds(Int64(settings.keepAliveInterval)),
            style: WireStyle(turn?.script.fault))
        let future = stream.open()
        if ticket.rewinds || ticket.resumesAfter != nil, let turn {
            replay(turn, to: stream, after: ticket.resumesAfter ?? -1)
            if !stream.isOpen { return future }
        }
        if conversation.endedTurn >= ticket.turn { stream.end(.finished) }
        return future
    }

    private func replay(_ turn: Turn, to stream: EventStream, after serial: Int) {
        var past = turn.past(now: Clock.unixNanoseconds() / 1_000_000)
        past = max(past.lowerBound, min(serial + 1, past.upperBound))..<past.upperBound
        let broken = turn.hasBroken ? nil : past.first { turn.script.steps[$0].action.isBreak }
        if let broken { past = past.lowerBound..<broken }
        // In packets, each event takes its time and has an instant of its own.
        let bursts = stream.isSplit ? past.map { $0..<$0 + 1 } : [past]
        let hasEnded = broken == nil && turn.conversation.endedTurn >= turn.number
        for burst in bursts {
            write(
                burst, of: turn, to: stream, isLast: hasEnded && burst.upperBound == past.upperBound
            )
        }
        if let broken, case .broken(let how) = turn.script.steps[broken].action {
            turn.hasBroken = true
            breakOff(stream, of: turn, how)
        } else if turn.conversation.endedTurn >= turn.number {
            retire(turn)
        }
    }

    /// Writes past steps of a turn at once.
    private func write(_ past: Range<Int>, of turn: Turn, to stream: EventStream, isLast: Bool) {
        var bytes = ByteBuffer()
        for index in past {
            let action = turn.script.steps[index].action
            bytes.writeImmutableBuffer(encode(action, turn, index, turn.created[index]))
        }
        if bytes.readableBytes == 0 { return }
        let stamp = stream.write(bytes, isLast: isLast)
        for index in past { turn.note(turn.script.steps[index].action, stamp) }
    }
}
