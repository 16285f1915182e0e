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
}

/// The one thread that loads: starts conversations when the plan says so, hands bytes to the parser,
/// events to the conversations, and what they say to the histograms.
///
/// Everything here belongs to its thread; other threads reach it through the mailbox and the
/// hand-over only. Bounds: rows are fixed, responses and events have limits, a turn that the
/// recorder has no room for is counted.
final class LoadThread: TransferDelegate {
    static let responseLimit = 256 * 1024

    let plan: RunPlan
    let settings: DriveSettings
    private let mailbox: Mailbox<DriveRequest>
    let handOver: HandOver<IntervalBuffer>
    var buffer: IntervalBuffer

    private let rowCount: Int
    let rows: RowTable<ConversationRow>
    private let parsers: RowTable<EventParser>
    // Made after everything that it calls back into.
    private var loopStorage: TransferLoop?
    var freeRows: [Int]
    var cursor = 0
    var waiting = Heap<PlannedTurn>()
    var wheel: TimerWheel
    private var expired: [Int] = []

    private var scanner = EventScanner()
    private var bodies: RequestBody
    private var streamGuard: StreamGuard
    var breaker = CircuitBreaker()
    private var reach: ReachCheck
    private var delivery: DeliveryWindow
    private let deliveryRows: Int

    var begunCount = 0
    var turnCount = 0
    var openCount = 0
    var sums = RunSums()
    var stop: DriveEnd.Reason?
    var nextTick: Instant
    private var wallAtZero: Int64 = 0
    private let startURL: String
    private let replyURL: String

    init(
        plan: RunPlan, settings: DriveSettings, mailbox: Mailbox<DriveRequest>,
        handOver: HandOver<IntervalBuffer>, buffer: IntervalBuffer, classCount: Int
    ) throws(LoopError) {
        let now = Clock.now()
        let rowCount = settings.rowCount(plan)
        self.plan = plan
        self.settings = settings
        self.mailbox = mailbox
        self.handOver = handOver
        self.buffer = buffer
        self.rowCount = rowCount
        let idle = Conversation(
            identity: TextDigest(""), turnCount: 0, timeouts: plan.profile.conversation.timeouts)
        rows = RowTable(count: rowCount) { _ in ConversationRow(conversation: idle) }
        parsers = RowTable(count: rowCount) { _ in EventParser() }
        freeRows = Array((0..<rowCount).reversed())
        wheel = TimerWheel(rowCount: rowCount, now: now)
        bodies = RequestBody(plan: plan)
        streamGuard = StreamGuard(isLive: settings.isLive)
        reach = ReachCheck(plannedConversations: plan.conversationLimit)
        delivery = DeliveryWindow(classCount: classCount, now: now)
        deliveryRows = classCount
        nextTick = settings.zero + settings.interval
        startURL = settings.baseURL + "/fin/start"
        replyURL = settings.baseURL + "/fin/reply"
        buffer.start = settings.zero
        let loop = try TransferLoop(settings: transferSettings(), delegate: self)
        loop.watch(mailbox)
        loopStorage = loop
        wallAtZero = loop.wallOffsetNanoseconds
    }

    var loop: TransferLoop {
        guard let loopStorage else { preconditionFailure("the loop is made with its thread") }
        return loopStorage
    }

    private func transferSettings() -> TransferSettings {
        let target = plan.profile.target
        var made = TransferSettings(rowCount: rowCount)
        made.connectTimeout = plan.profile.conversation.timeouts.connect
        made.caFile = target?.caFile
        made.proxy = target?.proxy
        made.resolved = settings.resolved
        made.postHeaders =
            ["Content-Type: application/json", "Accept: application/json", "Expect:"]
            + ["Intercom-Version: \(plan.profile.version)", "User-Agent: finbench"]
            + settings.headers
        if let authorization = settings.authorization {
            made.postHeaders.append("Authorization: \(authorization)")
        }
        // The key goes to the target only: a stream's URL carries its own token.
        made.streamHeaders = [
            "Accept: text/event-stream", "Cache-Control: no-cache", "User-Agent: finbench",
        ]
        return made
    }

    // MARK: - the loop

    /// Runs until everything planned has ended, the drain is over, or somebody asks to stop.
    func run() -> DriveEnd.Reason {
        beginRamp()
        while true {
            var now = Clock.now()
            startDue(&now)
            expireTimers(now)
            if now >= nextTick { tick(now) }
            if isFinished(now) { break }
            let gap = loop.poll(precise: nextStart, coarse: nextDeadline)
            buffer.loopGaps.record(gap)
            buffer.counts.longestLoopGap = max(buffer.counts.longestLoopGap, gap)
            buffer.counts.fewestOpenStreams = min(
                buffer.counts.fewestOpenStreams, loop.openStreamCount)
        }
        return finish()
    }

    private var nextStart: Instant {
        let arrival =
            cursor < plan.arrivals.count
            ? settings.zero + Nanoseconds(plan.arrivals[cursor]) : Instant.never
        return min(arrival, waiting.min?.at ?? .never)
    }

    private var nextDeadline: Instant {
        min(nextTick, min(wheel.wakeUp, min(lastInstant, delivery.end)))
    }

    /// When the drain is over.
    var lastInstant: Instant { settings.zero + plan.length + plan.drain }

    private func isFinished(_ now: Instant) -> Bool {
        if stop != nil || now >= lastInstant { return true }
        return openCount == 0 && cursor >= plan.arrivals.count && waiting.isEmpty
            && !mayBeginMore(now)
    }

    private func expireTimers(_ now: Instant) {
        expired.removeAll(keepingCapacity: true)
        wheel.expire(now, into: &expired)
        for row in expired {
            perform(rows.with(row) { $0.conversation.expire(at: now) }, row)
            arm(row)
        }
        if now >= delivery.end { drainDelivery(now) }
    }

    /// Sets the row's timer to its conversation's deadline, unless it is set already.
    func arm(_ row: Int) {
        wheel.set(row, at: rows.with(row) { $0.conversation.deadline })
    }

    func drainDelivery(_ now: Instant) {
        let buffer = buffer
        delivery.drain(at: now) { row, excess, count in
            buffer.series.record(
                excess, count: count, place: SeriesTable.deliveryExcess, row: row)
        }
    }

    // MARK: - what conversations ask for

    func perform(_ action: Conversation.Action, _ row: Int) {
        switch action {
        case .none: return
        case .openStream(let url): openStream(row, url, lastEventID: nil)
        case .resumeStream: resumeStream(row)
        case .hangUp: loop.hangUp(row)
        case .turnOver: turnOver(row)
        }
    }

    /// Posts the row's turn; it was planned for some instant before `now`.
    func post(_ row: Int) {
        let turn = rows.with(row) { $0.conversation.record }
        let wall = UInt64(max(0, Int64(Clock.now().nanoseconds) + loop.wallOffsetNanoseconds))
        let milliseconds = rows.with(row) { row in
            row.lastMilliseconds = max(wall / 1_000_000, row.lastMilliseconds + 1)
            row.response.removeAll(keepingCapacity: true)
            row.isResponseTooLong = false
            return row.lastMilliseconds
        }
        let body = bodies.bytes(turn, unixMilliseconds: milliseconds)
        rows.with(row) { $0.conversation.begin(at: Clock.now()) }
        buffer.counts.posts += 1
        sums.posts += 1
        loop.post(row, url: turn.turn == 1 ? startURL : replyURL, body: body)
        arm(row)
    }

    private func openStream(_ row: Int, _ url: String, lastEventID: String?) {
        parsers.with(row) { $0.reset(keepsLastEventID: lastEventID != nil) }
        rows.with(row) { row in
            row.response.removeAll(keepingCapacity: true)
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
        openStream(row, url, lastEventID: String(decoding: id, as: UTF8.self))
    }

    // MARK: - what the network says

    func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>) {
        rows.with(row) { row in
            if kind == .post, let id = HeaderValue.of("x-request-id", in: headerLine) {
                row.conversation.record.requestID = ShortText(id)
            }
            if kind == .stream, let type = HeaderValue.of("content-type", in: headerLine) {
                row.isEventStream = HeaderValue.begins(type, with: "text/event-stream")
            }
        }
    }

    func transfer(_ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp) {
        let goesOn = rows.with(row) { row in
            if kind == .post {
                row.conversation.postHeaders(status: status, at: stamp)
                return true
            }
            return row.conversation.streamHeaders(
                status: status, isEventStream: row.isEventStream, at: stamp)
        }
        if kind == .stream { breaker.succeeded() }
        if !goesOn { loop.hangUp(row) }
    }

    func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool {
        let isStream =
            kind == .stream && rows.with(row) { $0.conversation.state != .dialing }
        return isStream ? feed(row, bytes, stamp) : keep(row, bytes)
    }

    /// Keeps a body that is parsed when it is whole.
    private func keep(_ row: Int, _ bytes: Span<UInt8>) -> Bool {
        rows.with(row) { row in
            row.conversation.record.bytes += UInt64(bytes.count)
            if row.response.count + bytes.count > LoadThread.responseLimit {
                row.isResponseTooLong = true
                return true
            }
            for index in bytes.indices { row.response.append(bytes[index]) }
            return true
        }
    }

    /// Parses a read of an event stream: libcurl's bytes, uncopied.
    private func feed(_ row: Int, _ bytes: Span<UInt8>, _ stamp: ArrivalStamp) -> Bool {
        rows.with(row) { $0.conversation.streamBytes(bytes.count, at: stamp) }
        var visitor = ReadVisitor(thread: self, row: row, stamp: stamp)
        let overflow = parsers.with(row) { parser in
            do throws(WireError) {
                try parser.feed(bytes, to: &visitor)
                return false
            } catch { return true }
        }
        visitor.settle()
        if overflow {
            perform(rows.with(row) { $0.conversation.streamOverflow(at: stamp) }, row)
        }
        arm(row)
        return true
    }

    /// Scans one event's data; nil when it is not JSON of ours.
    func scan(_ data: Span<UInt8>, mark: inout TextMark) -> EventFields? {
        do throws(WireError) { return try scanner.scan(data, mark: &mark) } catch { return nil }
    }

    func scanError(_ data: Span<UInt8>) -> ErrorFields? {
        do throws(WireError) { return try scanner.scanError(data) } catch { return nil }
    }

    /// Takes one event of a read.
    func take(_ fields: EventFields, _ row: Int, at stamp: ArrivalStamp, isCoalesced: Bool) {
        let (effect, series, planned) = rows.with(row) { row in
            (
                row.conversation.take(fields, at: stamp, isCoalesced: isCoalesced), row.series,
                row.conversation.record.planned
            )
        }
        if let gap = effect.chunkGap {
            buffer.series.record(gap, place: SeriesTable.chunkGap, row: series)
        }
        if let gap = effect.serverChunkGap {
            buffer.series.record(gap, place: SeriesTable.serverChunkGap, row: series)
        }
        if let delay = effect.swapDelay {
            buffer.series.record(delay, place: SeriesTable.swapDelay, row: series)
        }
        if let created = effect.deliveryCreated {
            let wall = Int64(stamp.instant.nanoseconds) + loop.wallOffsetNanoseconds
            delivery.add(wall - created * 1_000_000, to: series)
        }
        if effect.isFirstChunk { buffer.liveTTFT.record(stamp.instant - planned) }
        perform(effect.action, row)
    }

    /// Counts the events of a read, and the loop's own lag where one event had its stamp alone.
    func countEvents(_ count: Int, _ row: Int, _ stamp: ArrivalStamp) {
        buffer.counts.events += count
        if stamp.isKernel { buffer.counts.eventsKernelStamped += count }
        if count > 1 { buffer.counts.eventsCoalesced += count }
        guard count == 1, stamp.isKernel else { return }
        let series = rows.with(row) { $0.series }
        buffer.series.record(
            stamp.callback - stamp.instant, place: SeriesTable.harnessLag, row: series)
    }

    func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult) {
        if result.end == .connectFailed || result.end == .connectTimeout {
            breaker.failed(at: result.stamp.callback)
        }
        switch kind {
        case .post: postFinished(row, result)
        case .stream: perform(rows.with(row) { $0.conversation.streamFinished(result) }, row)
        }
        arm(row)
    }

    private func postFinished(_ row: Int, _ result: TransferResult) {
        let fields = parseResponse(row)
        if result.end == .complete { breaker.succeeded() }
        let action = rows.with(row) { row in
            row.conversation.postFinished(result, fields: fields) { streamGuard.allows($0) }
        }
        let turn = rows.with(row) { $0.conversation.record }
        if let reason = reach.take(turn, errorText: loop.lastErrorText), stop == nil {
            stop = .unreachable(reason)
        }
        perform(action, row)
    }

    /// The fields of a 200; of anything else only the request id is wanted.
    private func parseResponse(_ row: Int) -> ResponseFields? {
        let (body, status, isTooLong) = rows.with(row) { row in
            (row.response, row.conversation.record.httpStatus, row.isResponseTooLong)
        }
        if isTooLong || body.isEmpty { return nil }
        if status == 200 {
            do throws(WireError) { return try scanner.scanResponse(body.span) } catch {
                return nil
            }
        }
        if let id = scanError(body.span)?.requestID {
            let bytes = Array(id.utf8)
            rows.with(row) { $0.conversation.record.requestID = ShortText(bytes.span) }
        }
        return nil
    }

    func mailboxIsReady() {
        for request in mailbox.drain() where stop == nil {
            switch request {
            case .interrupt: stop = .interrupted
            case .abort(let words): stop = .aborted(words)
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
        buffer.counts.clockSteps = loop.clockStepCount
        buffer.counts.clockDrift = Nanoseconds(loop.wallOffsetNanoseconds - wallAtZero)
        sums.add(buffer.counts)
    }
}
