import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// The workers of a run, and what is known of each; events in, orders out.
struct WorkerCrew {
    enum Event: Sendable {
        /// A worker said something.
        case line(Int, String)
        /// A worker's process is over.
        case ended(Int, WorkerProcess.Ended)
        /// A worker could not be started.
        case refused(Int, Complaint)
        /// Ctrl-C or SIGTERM.
        case signal
    }

    /// A worker that died.
    struct Loss {
        var words: String
        /// Since the run's zero.
        var death: Nanoseconds
    }

    private let run: WorkerRun
    private var streams: [AsyncStream<String>] = []
    private var orders: [AsyncStream<String>.Continuation] = []
    private var ready: Set<Int> = []
    private var live: Set<Int>
    private var signalCount = 0
    private var view: Progress?
    private var board: WorkerBoard
    /// The run's zero; nil until every worker is ready.
    private(set) var anchor: RunDocument.ClockAnchor?
    /// Workers that died, and how.
    private(set) var losses: [Int: Loss] = [:]
    /// What to say of a run that could not begin.
    private(set) var startComplaint: Complaint?
    /// What a worker complained of although its record is whole.
    private(set) var complaint: Complaint?

    init(_ run: WorkerRun) {
        self.run = run
        live = Set(0..<run.count)
        board = WorkerBoard(workers: 0..<run.count, interval: run.plan.recordInterval)
        for _ in 0..<run.count {
            let (stream, continuation) = AsyncStream.makeStream(of: String.self)
            streams.append(stream)
            orders.append(continuation)
        }
    }

    var hasLosses: Bool { !losses.isEmpty }
    /// Whether no worker is left.
    var isOver: Bool { live.isEmpty }

    /// The lines for a worker's standard input.
    func orders(_ worker: Int) -> AsyncStream<String> { streams[worker] }

    /// The last count that a worker told.
    func ledger(_ worker: Int) -> RunDocument.Ledger? { board.ledgers[worker] }

    mutating func take(_ event: Event) {
        switch event {
        case .line(let worker, WorkerLine.ready):
            ready.insert(worker)
            if ready.count == run.count { begin() }
        case .line(let worker, let text):
            guard let interval = WorkerInterval(line: text) else { return }
            show(board.take(worker, interval.snapshot))
        case .ended(let worker, let ended): end(worker, ended)
        case .refused(let worker, let complaint):
            leave(worker)
            startComplaint = startComplaint ?? complaint
            dismiss()
        case .signal:
            signalCount += 1
            // The workers' input closes with this process.
            if signalCount > 1 { exit(Exit.interrupted.rawValue) }
            dismiss()
        }
    }

    /// Tells all workers when the run's zero is: at a whole interval of unix time, so that their
    /// intervals are those of every other slice.
    private mutating func begin() {
        let unix = Clock.unixNanoseconds()
        let now = Clock.now().nanoseconds
        let soonest = unix + 250_000_000
        if let start = run.start, start < soonest {
            startComplaint = Complaint(
                .usage,
                "--start-at is over, or too near, now that everything is ready; nothing was sent")
            return dismiss()
        }
        let second: UInt64 = 1_000_000_000
        let zero = run.start ?? (soonest + second - 1) / second * second
        let anchor = RunDocument.ClockAnchor(
            monotonicNanoseconds: now + (zero - unix), unixNanoseconds: zero)
        self.anchor = anchor
        for order in orders { order.yield(WorkerLine.text(.start(anchor))) }
    }

    /// Closes the workers' input: each ends what it does.
    private func dismiss() { for order in orders { order.finish() } }

    private mutating func leave(_ worker: Int) {
        live.remove(worker)
        orders[worker].finish()
        show(board.end(worker))
    }

    // MARK: - a worker's end

    private mutating func end(_ worker: Int, _ ended: WorkerProcess.Ended) {
        leave(worker)
        guard let anchor else {
            startComplaint = startComplaint ?? WorkerCrew.complaint(ended)
            return dismiss()
        }
        let document = try? RecordReader.document(directory: run.directory(worker))
        guard let totals = document?.totals else {
            let death = Clock.now() - Instant(nanoseconds: anchor.monotonicNanoseconds)
            let loss = Loss(words: WorkerCrew.words(ended), death: max(death, .zero))
            losses[worker] = loss
            Terminal.note(
                "finbench: worker \(worker) died (\(loss.words)); its turns that are not over count as "
                    + "failed, the rest goes on")
            return
        }
        if let status = ended.status, status >= Exit.usage.rawValue, status < 128 {
            complaint = complaint ?? WorkerCrew.complaint(ended)
        }
        let reason = totals.stopReason
        for start in ["aborted: ", "host limit: "] where reason.hasPrefix(start) {
            let words = "worker \(worker): \(reason.dropFirst(start.count))"
            for other in live { orders[other].yield(WorkerLine.text(.abort(words))) }
        }
    }

    /// How a process ended that left no whole record.
    private static func words(_ ended: WorkerProcess.Ended) -> String {
        if let signal = ended.signal { return "signal \(signal)" }
        let last = ended.lastWords.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
        return "exit status \(ended.status ?? 0)\(last)"
    }

    /// A worker's complaint as ours; an end before the begin without one is an interruption.
    private static func complaint(_ ended: WorkerProcess.Ended) -> Complaint {
        let lines = ended.lastWords.split(whereSeparator: \.isNewline)
        let words = lines.last.map { String($0.trimmingPrefix("finbench: ")) }
        let status = ended.status.flatMap { Exit(rawValue: $0) }
        return Complaint(
            status ?? .software,
            words ?? "a worker process ended before the run began (\(self.words(ended)))")
    }

    // MARK: - progress

    private mutating func show(_ intervals: [IntervalSnapshot]) {
        for interval in intervals {
            if view == nil { view = makeView() }
            view?.interval(interval)
        }
    }

    private func makeView() -> Progress? {
        for worker in 0..<run.count {
            guard var document = try? RecordReader.document(directory: run.directory(worker)) else {
                continue
            }
            document.plan.conversations = run.plan.conversationLimit
            return Progress(
                style: run.progress, document: document, profile: run.plan.profile)
        }
        return nil
    }
}
