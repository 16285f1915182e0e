// Hot: once per event.
internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire
internal import HeapModule

/// A turn that waits for its instant.
struct PlannedTurn: Comparable {
    var at: Instant
    var row: Int

    static func < (left: PlannedTurn, right: PlannedTurn) -> Bool {
        (left.at, left.row) < (right.at, right.row)
    }
}

/// One conversation's place in the table.
struct ConversationRow {
    var conversation: Conversation
    /// The body of a response that is not an event stream, as far as it has come.
    var response: [UInt8] = []
    var isResponseTooLong = false
    /// The last message's time stamp; the next one must differ.
    var lastMilliseconds: UInt64 = 0
    /// The row of the series table for the current turn.
    var series = 0
    var isEventStream = false
    /// When the turn that follows is planned, once that is known.
    var nextPlanned: Instant?
    /// What the response under way says of the rate limit.
    var standing = RateLimitStanding()
    var entry = Ledger.Entry()
    /// Whether the conversation holds one of its user's seats.
    var holdsSeat = false
    /// The index of its scenario in the plan.
    var scenario = 0
    /// What its operations have left for later ones.
    var memory = CallMemory()
    /// Where its operations stand.
    var walk = SyncWalk()
    /// When the synchronisation under way was planned; nil between two.
    var syncBegan: Instant?
}

/// The one thread that loads: starts conversations when the plan says so, hands bytes to the parser,
/// events to the conversations, and what they say to the histograms.
///
/// Everything here belongs to its thread; other threads reach it through the mailbox and the
/// hand-over only. Bounds: rows are fixed, responses and events have limits, a turn that the
/// recorder has no room for is counted.
// Cold: one object a process, entered through `TransferDelegate`; its state is in tables.
final class LoadThread: TransferDelegate {
    static let responseLimit = 256 * 1024
    /// Starts in one go, at the most: sockets and the mailbox are looked at between two goes.
    static let startBatch = 64

    let plan: RunPlan
    let settings: DriveSettings
    let operations: OperationTable
    let helpdesk: HelpdeskAccess
    private let mailbox: Mailbox<DriveRequest>
    let handOver: HandOver<IntervalBuffer>
    var buffer: IntervalBuffer

    private let rowCount: Int
    let rows: RowTable<ConversationRow>
    let parsers: RowTable<EventParser>
    // Made after everything that it calls back into.
    private var loopStorage: TransferLoop?
    var freeRows: [Int]
    var cursor = 0
    var waiting = Heap<PlannedTurn>()
    var wheel: TimerWheel
    private var expired: [Int] = []
    /// The read whose events are being taken; none between two calls of libcurl.
    var openRead: OpenRead?

    var scanner = EventScanner()
    var bodies: RequestBody
    var streamGuard: StreamGuard
    var breaker = CircuitBreaker()
    var reach: ReachCheck
    var delivery: DeliveryWindow
    /// Whether anything is looked after beside the streams: webhooks, humans' questions.
    ///
    /// Asked with every event, where the desks themselves would be copied.
    let hasDesks: Bool
    /// Where webhooks are taken; nil where no event comes so.
    var desk: WebhookDesk?
    /// Where humans' questions are taken; nil where none are answered.
    var hitl: HITLDesk?
    var hitlLine: HITLLine
    var ledger: Ledger
    var rules: StopRules
    var floor: RateLimitFloor
    var seats: UserSeats
    /// When a stop rule ended the starts.
    var startsEnd: Instant?

    var begunCount = 0
    var turnCount = 0
    var openCount = 0
    var sums = RunSums()
    var stop: DriveEnd.Reason?
    var nextTick: Instant
    private var wallAtZero: Int64 = 0
    // Made on the thread that it looks at.
    private let coreWait = CoreWait()
    private let startURL: String
    private let replyURL: String

    init(
        plan: RunPlan, operations: OperationTable, settings: DriveSettings,
        mailbox: Mailbox<DriveRequest>,
        handOver: HandOver<IntervalBuffer>, buffer: IntervalBuffer, classCount: Int
    ) throws(LoopError) {
        let now = Clock.now()
        let rowCount = settings.rowCount(plan)
        self.plan = plan
        self.settings = settings
        self.operations = operations
        helpdesk = HelpdeskAccess(settings.helpdesk)
        self.mailbox = mailbox
        self.handOver = handOver
        self.buffer = buffer
        self.rowCount = rowCount
        let idle = Conversation(
            identity: TextDigest(""), turnCount: 0, timeouts: plan.profile.conversation.timeouts)
        rows = RowTable(count: rowCount) { _ in ConversationRow(conversation: idle) }
        parsers = RowTable(count: rowCount) { _ in EventParser() }
        freeRows = Array((0..<rowCount).reversed())
        let hitlCount = plan.profile.hitl == nil ? 0 : HITLLine.width
        wheel = TimerWheel(rowCount: rowCount + hitlCount, now: now)
        expired.reserveCapacity(rowCount + hitlCount)
        hitlLine = HITLLine(firstRow: rowCount)
        hitl = plan.profile.hitl.map {
            HITLDesk($0, seed: plan.profile.load.seed, baseURL: settings.baseURL)
        }
        bodies = RequestBody(plan: plan)
        streamGuard = StreamGuard(isLive: settings.isLive)
        reach = ReachCheck(
            plannedConversations: plan.conversationLimit, baseURL: settings.baseURL)
        desk = WebhookDesk(plan.profile, settings.webhooks, classCount: classCount)
        hasDesks = desk != nil || hitl != nil
        // Behind the series of what came by stream, those of what came by webhook.
        delivery = DeliveryWindow(classCount: desk == nil ? classCount : 2 * classCount, now: now)
        ledger = Ledger(profile: plan.profile)
        rules = StopRules(profile: plan.profile, shard: plan.shard)
        floor = RateLimitFloor(share: plan.profile.safety.rateLimitFloor)
        seats = UserSeats(limit: plan.profile.perUserLimit)
        nextTick = settings.zero + settings.interval
        startURL = settings.baseURL + "/fin/start"
        replyURL = settings.baseURL + "/fin/reply"
        buffer.start = settings.zero
        let loop = try TransferLoop(
            settings: settings.transferSettings(plan, rowCount: rowCount + hitlCount),
            delegate: self)
        try loop.watch(mailbox)
        loopStorage = loop
        wallAtZero = loop.wallOffsetNanoseconds
    }

    var loop: TransferLoop {
        guard let loopStorage else { preconditionFailure("the loop is made with its thread") }
        return loopStorage
    }

    // MARK: - the loop

    /// Runs until everything planned has ended, the drain is over, or somebody asks to stop.
    func run() -> DriveEnd.Reason {
        beginRamp()
        while true {
            var now = Clock.now()
            obeyRules(now)
            startDue(&now)
            if hasDesks { sendDueAnswers(now) }
            expireTimers(now)
            if let error = loop.failure, stop == nil { fail(error) }
            if isFinished(now) { break }
            // After that: an interval of microseconds would be no interval.
            if now >= nextTick { tick(now) }
            wakeUp()
        }
        return finish()
    }

    private func wakeUp() {
        let (precise, coarse) = (nextStart, nextDeadline)
        Uncounted(loop).with { loop in
            let gap = loop.poll(precise: precise, coarse: coarse)
            Uncounted(buffer).with { $0.polled(gap, openStreams: loop.openStreamCount) }
        }
    }

    private var nextStart: Instant {
        let arrival =
            cursor < plan.arrivals.count && startsEnd == nil
            ? settings.zero + Nanoseconds(plan.arrivals[cursor]) : Instant.never
        return min(arrival, waiting.min?.at ?? .never)
    }

    private var nextDeadline: Instant {
        let asked =
            hasDesks
            ? min(desk?.join.deadline ?? .never, hitl?.nextDue ?? .never) : Instant.never
        return min(nextTick, min(wheel.wakeUp, min(lastInstant, min(delivery.end, asked))))
    }

    /// When the drain is over.
    var lastInstant: Instant {
        min(settings.zero + plan.length, startsEnd ?? .never) + plan.drain
    }

    private func isFinished(_ now: Instant) -> Bool {
        if stop != nil || now >= lastInstant { return true }
        // Turns that wait for webhooks are not over.
        guard openCount == 0, desk?.isIdle ?? true, hitl?.isIdle ?? true else { return false }
        if startsEnd != nil { return true }
        return cursor >= plan.arrivals.count && waiting.isEmpty
            && !mayBeginMore(now)
    }

    private func expireTimers(_ now: Instant) {
        expired.removeAll(keepingCapacity: true)
        wheel.expire(now, into: &expired)
        if !expired.isEmpty { fire(now) }
        if now >= delivery.end { drainDelivery(now) }
        if hasDesks { expireWebhooks(now) }
    }

    private func fire(_ now: Instant) {
        for row in expired {
            if row >= rows.count {
                expireAnswer(row)
                continue
            }
            perform(rows.with(row) { $0.conversation.expire(at: now) }, row)
            arm(row)
        }
    }

    /// Sets the row's timer to its conversation's deadline, unless it is set already.
    func arm(_ row: Int) {
        wheel.set(row, at: rows.with(row) { $0.conversation.deadline })
    }

    func drainDelivery(_ now: Instant) {
        let buffer = buffer
        let webhooks = desk?.firstSeries ?? .max
        delivery.drain(at: now) { row, excess, count in
            if row >= webhooks {
                buffer.series.record(
                    excess, count: count, place: SeriesTable.webhookExcess, row: row - webhooks)
            } else {
                buffer.series.record(
                    excess, count: count, place: SeriesTable.deliveryExcess, row: row)
            }
        }
    }

    // MARK: - what conversations ask for

    func perform(_ action: Conversation.Action, _ row: Int) {
        switch action {
        case .none: return
        case .postAgain: postAgain(row)
        case .openStream(let url): openStream(row, url, lastEventID: nil)
        case .resumeStream: resumeStream(row)
        case .listen: listen(row)
        case .hangUp: loop.hangUp(row)
        case .turnOver: turnOver(row)
        }
    }

    /// Posts the row's turn; it was planned for some instant before `now`.
    func post(_ row: Int) {
        send(row) { $0.begin(at: $1) }
    }

    /// Posts it again, with a new time stamp: an equal message would count as a repeat.
    private func postAgain(_ row: Int) {
        send(row) { $0.postAgain(at: $1) }
    }

    private func send(_ row: Int, _ begin: (inout Conversation, Instant) -> Void) {
        let turn = rows.with(row) { $0.conversation.record }
        let wall = UInt64(max(0, Int64(Clock.now().nanoseconds) + loop.wallOffsetNanoseconds))
        let milliseconds = rows.with(row) { row in
            row.lastMilliseconds = max(wall / 1_000_000, row.lastMilliseconds + 1)
            row.response.removeAll(keepingCapacity: true)
            row.isResponseTooLong = false
            row.standing = RateLimitStanding()
            return row.lastMilliseconds
        }
        buffer.counts.posts += 1
        sums.posts += 1
        if let step = step(row) {
            rows.with(row) { begin(&$0.conversation, Clock.now()) }
            call(step, row, turn, milliseconds)
        } else {
            let body = bodies.bytes(turn, unixMilliseconds: milliseconds)
            rows.with(row) { begin(&$0.conversation, Clock.now()) }
            loop.post(row, url: turn.turn == 1 ? startURL : replyURL, body: body)
        }
        arm(row)
    }

    private func openStream(_ row: Int, _ url: String, lastEventID: String?) {
        parsers.with(row) { $0.reset(keepsLastEventID: lastEventID != nil) }
        rows.with(row) { row in
            // Half a kilobyte that nothing needs while the stream is open.
            row.response = []
            row.isEventStream = false
            row.conversation.dialled(at: Clock.now())
        }
        buffer.counts.streams += 1
        sums.streams += 1
        loop.openStream(row, url: url, lastEventID: lastEventID)
        arm(row)
    }

    private func resumeStream(_ row: Int) {
        let id = parsers.with(row) { parser in
            let bytes = parser.lastEventID
            var copy: [UInt8] = []
            // A header line must not be broken by what a server put into an id.
            for index in bytes.indices where bytes[index] >= 0x20 && bytes[index] != 0x7F {
                copy.append(bytes[index])
            }
            return copy
        }
        let url = rows.with(row) { $0.conversation.url }
        // Cold: once per broken stream.
        openStream(row, url, lastEventID: String(decoding: id, as: UTF8.self))
    }

    func mailboxIsReady() {
        for request in mailbox.drain() {
            switch request {
            case .interrupt: stop = stop ?? .interrupted
            case .abort(let words): stop = stop ?? .aborted(words)
            case .stop(let reason): follow(reason)
            case .webhook(let arrival): take(arrival)
            case .question(let question): take(question)
            }
        }
    }

    // MARK: - intervals

    /// Ends the interval if the recorder has room for it; else the interval goes on.
    private func tick(_ now: Instant) {
        while nextTick <= now { nextTick = nextTick + settings.interval }
        guard let spare = handOver.takeSpare() else { return }
        closeInterval(at: now)
        handOver.hand(buffer)
        spare.start = buffer.end
        spare.counts.fewestOpenStreams = loop.openStreamCount
        buffer = spare
    }

    /// Fills in what is known only at an interval's end.
    func closeInterval(at now: Instant) {
        buffer.end = max(now, buffer.start)
        buffer.counts.inFlight = openCount
        buffer.counts.threadCPU = Clock.threadCPUNanoseconds()
        buffer.counts.threadSpin = loop.spun
        buffer.counts.threadWait = coreWait.nanoseconds
        buffer.counts.clockSteps = loop.clockStepCount
        buffer.counts.clockDrift = Nanoseconds(loop.wallOffsetNanoseconds - wallAtZero)
        buffer.counts.clockOffsetError = loop.takeLargestOffsetError()
        buffer.ledger = ledger.counts
        sums.add(buffer.counts)
    }
}
