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
    var conversations = ConversationStore()
    var limiter: RateLimiter
    var ledger = Ledger()
    private let loop: any EventLoop
    private let timers: Timers
    private let truth: TruthLog?
    private var freezer: Freezer
    private var encoder: EventEncoder

    init(options: SimulatorOptions, loop: any EventLoop, truth: TruthLog?) {
        self.options = options
        self.settings = options.settings
        self.loop = loop
        timers = Timers(loop: loop)
        self.truth = truth
        // Not a secret: it only has to tell our tokens from damaged ones.
        signer = TokenSigner(
            key: Array("finbench-simulator-\(options.settings.seed)".utf8),
            life: options.tokenLife)
        limiter = RateLimiter(limit: options.settings.rateLimit)
        freezer = Freezer(options.settings.freezes)
        encoder = EventEncoder(framing: options.settings.framing, text: text)
        // A cycle, until `stop` breaks it.
        timers.onTurn = { turn in self.advance(turn) }
    }

    /// The first POST, whatever becomes of it, is the zero of every freeze.
    func startFreezes(at instant: Instant) { freezer.start(at: instant, on: loop) }

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
        if turn.isReplayable { conversation.replayable = turn }
        schedule(turn)
    }

    /// Makes every step that is due, then waits for the next.
    func advance(_ turn: Turn) {
        while let due = turn.nextDue, due <= Clock.now() {
            perform(turn)
        }
        schedule(turn)
    }

    private func schedule(_ turn: Turn) {
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
        if action == .cut {
            turn.hasCut = !conversation.streams.isEmpty
            for stream in conversation.streams { stream.end(.cut) }
        } else if !conversation.streams.isEmpty {
            let event = encode(action, turn, serial, created)
            for stream in conversation.streams where event.readableBytes > 0 {
                let stamp = stream.write(
                    event, split: turn.script.fault == .splitBytes,
                    isLast: action.isLast && stream.turn <= turn.number)
                turn.note(action, stamp)
            }
        }
        if action.isLast { finish(turn) }
    }

    private func apply(_ action: TurnScript.Action, _ turn: Turn) {
        switch action {
        case .chunk, .replied: turn.conversation.status = .replying
        case .status(let status): turn.conversation.status = status
        case .close: turn.conversation.status = .awaitingUserReply
        case .cut: break
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
    }

    /// Closes every stream and records every turn that is still open.
    func stop() {
        for conversation in conversations.all {
            for stream in conversation.streams { stream.end(.cut) }
            forget(conversation)
        }
        timers.stop()
    }

    // MARK: streams

    /// Opens a stream; what has gone by comes first, in one burst, if the ticket allows it.
    func open(_ ticket: StreamTicket, tap: ConnectionTap) -> EventLoopFuture<StreamEnding> {
        let conversation = ticket.conversation
        let stream = EventStream(
            turn: ticket.turn, conversation: conversation, tap: tap, loop: loop, timers: timers,
            expires: ticket.expires,
            keepAlive: Nanoseconds(Int64(settings.keepAliveInterval)))
        let future = stream.open()
        let kept = conversation.replayable ?? conversation.running
        if ticket.rewinds || ticket.resumesAfter != nil, let kept, kept.number == ticket.turn {
            replay(kept, to: stream, after: ticket.resumesAfter ?? -1)
            if !stream.isOpen { return future }
        }
        if conversation.endedTurn >= ticket.turn { stream.end(.finished) }
        return future
    }

    private func replay(_ turn: Turn, to stream: EventStream, after serial: Int) {
        var past = turn.past(now: Clock.unixNanoseconds() / 1_000_000)
        past = max(past.lowerBound, min(serial + 1, past.upperBound))..<past.upperBound
        let cut = turn.hasCut ? nil : past.first { turn.script.steps[$0].action == .cut }
        if let cut { past = past.lowerBound..<cut }
        var burst = ByteBuffer()
        for index in past {
            let action = turn.script.steps[index].action
            burst.writeImmutableBuffer(encode(action, turn, index, turn.created[index]))
        }
        if burst.readableBytes > 0 {
            let stamp = stream.write(
                burst, split: turn.script.fault == .splitBytes,
                isLast: cut == nil && turn.conversation.endedTurn >= turn.number)
            for index in past { turn.note(turn.script.steps[index].action, stamp) }
        }
        if cut != nil {
            turn.hasCut = true
            stream.end(.cut)
        } else if turn.conversation.endedTurn >= turn.number {
            retire(turn)
        }
    }
}
