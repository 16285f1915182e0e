internal import FinLoop
internal import FinMeasure

/// The thread that sends: one loop, one row for each open request, the plan as a cursor.
///
/// A late delivery keeps its `planned`; nothing is re-anchored and nothing is dropped.
final class SendThread: TransferDelegate {
    /// Requests that must fail to connect, all of the first, before the endpoint counts as gone.
    private static let reachLimit: UInt64 = 20

    private static let burst = 64

    private struct Row {
        var number = -1
        var kind = SendClass.valid
        var planned = Instant.never
        var sent = Instant.never
        var status = 0
        var hasExpired = false
    }

    private let sender: WebhookSender
    private let plan: SendPlan
    private let zero: Instant
    private let bodies: SendBody
    private var rows: [Row]
    private var free: [Int]
    // Made after everything that it calls back into.
    private var loopStorage: TransferLoop?
    private var tallies = SendClass.allCases.map { SendTally($0) }
    private var lag = SeriesHistogram(metric: .scheduleLag)
    private var next = 0
    private var heldUpTo = 0
    private var heldBack: UInt64 = 0
    private var ended: UInt64 = 0
    private var mostOpen = 0
    private var unreached: UInt64 = 0
    private var hasAnswered = false
    /// The last valid delivery that was answered, else the last that was sent.
    private var base = (number: 0, offset: Int64(0))
    private var hasAnsweredBase = false
    // Open requests in the order of their time-outs, which is that of their sending.
    private var timeouts = DeadlineQueue<(row: Int, number: Int)>()
    private var nextReport: Instant
    private var stop: SendResult.Stop?
    private var lastEnd: Instant

    init(_ sender: WebhookSender, zero: Instant, unixZero: UInt64) throws(LoopError) {
        self.sender = sender
        self.zero = zero
        plan = sender.plan
        lastEnd = zero
        nextReport = zero + .seconds(1)
        let options = sender.options
        bodies = SendBody(
            seed: plan.seed, isTopic: options.isTopic, secret: options.secret, unixZero: unixZero)
        rows = Array(repeating: Row(), count: options.openLimit)
        free = Array((0..<options.openLimit).reversed())
        var settings = TransferSettings(rowCount: options.openLimit)
        settings.postHeaders = [
            "Content-Type: application/json", "Accept: application/json", "Expect:",
            options.isTopic
                ? "User-Agent: intercom-parrot-service-client/1.0" : "User-Agent: finbench",
        ]
        settings.connectTimeout = options.timeout
        // A burst must not close connections that the next one opens again.
        settings.keptPosts = options.openLimit
        settings.caFile = options.caFile
        if let resolved = options.resolved { settings.resolved = [resolved] }
        let loop = try TransferLoop(settings: settings, delegate: self)
        try loop.watch(sender.mailbox)
        loopStorage = loop
    }

    private var loop: TransferLoop {
        guard let loopStorage else { preconditionFailure("the loop is made with its thread") }
        return loopStorage
    }

    private var openCount: Int { rows.count - free.count }

    // MARK: - the loop

    /// Sends the whole plan, or until it is stopped.
    func run() -> SendResult {
        let processorTime = Clock.threadCPUNanoseconds()
        while stop == nil && (next < plan.count || openCount > 0) {
            let now = Clock.now()
            startDue(now)
            expire(now)
            if now >= nextReport { report(now) }
            _ = loop.poll(
                precise: free.isEmpty ? .never : due(next),
                coarse: min(timeouts.first?.at ?? .never, nextReport))
        }
        if stop != nil { cutOpen() }
        return SendResult(
            tallies: tallies, lag: lag, stop: stop, length: lastEnd - zero,
            unsent: plan.count - next, mostOpen: mostOpen, heldBack: heldBack,
            processorTime: Nanoseconds(Int64(Clock.threadCPUNanoseconds() - processorTime)))
    }

    private func due(_ number: Int) -> Instant {
        number < plan.count ? zero + Nanoseconds(plan.arrivals.offsets[number]) : .never
    }

    /// Starts what is due, a few at a time: in a burst answers and time-outs must be seen as well.
    private func startDue(_ now: Instant) {
        for _ in 0..<SendThread.burst where stop == nil && due(next) <= now {
            guard let row = free.popLast() else { return holdBack(now) }
            start(row)
        }
    }

    /// Counts each delivery that is due while no request is free, once.
    private func holdBack(_ now: Instant) {
        heldUpTo = max(heldUpTo, next)
        while due(heldUpTo) <= now {
            heldBack += 1
            heldUpTo += 1
        }
    }

    private func start(_ row: Int) {
        let number = next
        next += 1
        let kind = plan.classes[number]
        let offset = plan.arrivals.offsets[number]
        let request = bodies.request(kind, number: number, offset: offset, base: base)
        if kind == .valid, !hasAnsweredBase { base = (number, offset) }
        let planned = due(number)
        let sent = Clock.now()
        rows[row] = Row(number: number, kind: kind, planned: planned, sent: sent)
        lag.record(sent - planned)
        tallies[Int(kind.rawValue)].sent += 1
        mostOpen = max(mostOpen, openCount)
        timeouts.append((row: row, number: number), at: sent + sender.options.timeout)
        loop.post(row, url: sender.options.url, body: request.body, header: request.header)
    }

    private func expire(_ now: Instant) {
        while let entry = timeouts.first, entry.at <= now {
            _ = timeouts.popFirst()
            let (row, number) = entry.element
            // Answered long ago: the row is free, or has another delivery.
            if rows[row].number != number { continue }
            rows[row].hasExpired = true
            loop.hangUp(row)
        }
    }

    private func report(_ now: Instant) {
        while nextReport <= now { nextReport = nextReport + .seconds(1) }
        let sums = tallies.reduce(into: (sent: UInt64(0), right: UInt64(0))) {
            $0.sent += $1.sent
            $0.right += $1.right
        }
        var waiting = next
        while due(waiting) <= now { waiting += 1 }
        sender.onProgress(
            SendProgress(
                elapsed: now - zero, sent: sums.sent, ended: ended, right: sums.right,
                waiting: waiting - next))
    }

    private func cutOpen() {
        for row in rows.indices where rows[row].number >= 0 { loop.hangUp(row) }
    }

    func mailboxIsReady() {
        if !sender.mailbox.drain().isEmpty, stop == nil { stop = .interrupted }
    }

    // MARK: - what the network says

    func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>) {}

    func transfer(_ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp) {
        rows[row].status = status
    }

    func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool { true }

    func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult) {
        let ending = rows[row]
        rows[row] = Row()
        free.append(row)
        ended += 1
        let end = result.stamp.instant
        lastEnd = max(lastEnd, end)
        let place = Int(ending.kind.rawValue)
        let (fromPlanned, fromSent) = (end - ending.planned, end - ending.sent)
        // An answer that came too late is none, also where the loop saw it before the time-out.
        if ending.hasExpired || (result.end != .hungUp && fromSent > sender.options.timeout) {
            tallies[place].miss(
                isTimeout: true, fromPlanned: fromPlanned, fromSent: fromSent)
        } else if result.end == .hungUp {
            tallies[place].cut += 1
        } else if ending.status > 0 {
            // A receiver that answers before it has read all may close at once: it has answered.
            hasAnswered = true
            tallies[place].answer(
                ending.status, fromPlanned: fromPlanned, fromSent: fromSent)
            if ending.kind == .valid, (200..<300).contains(ending.status) { settle(ending.number) }
        } else {
            let isTimeout = result.end == .connectTimeout
            tallies[place].miss(
                isTimeout: isTimeout, fromPlanned: fromPlanned, fromSent: fromSent)
            if !isTimeout { missed(result.end) }
        }
    }

    private func settle(_ number: Int) {
        base = (number, plan.arrivals.offsets[number])
        hasAnsweredBase = true
    }

    private func missed(_ end: TransferEnd) {
        guard !hasAnswered, stop == nil else { return }
        unreached += 1
        if unreached >= min(SendThread.reachLimit, UInt64(plan.count)) {
            stop = .unreachable(loop.lastErrorText)
        }
    }
}
