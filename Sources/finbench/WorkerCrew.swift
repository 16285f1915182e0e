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
        /// What serves all of them ended, with words.
        case fallen(String)
        /// Ctrl-C or SIGTERM.
        case signal
    }

    /// A worker that died.
    struct Loss {
        var words: String
        /// Since the run's zero.
        var death: Nanoseconds
    }

    /// What the workers came to.
    struct Outcome: Sendable {
        /// Workers that died, and how.
        var losses: [Int: Loss] = [:]
        /// The last count that each worker told.
        var ledgers: [Int: RunDocument.Ledger] = [:]
        /// What to say of a run that could not begin.
        var startComplaint: Complaint?
        /// What a worker complained of although its record is whole.
        var complaint: Complaint?
        /// What their common receiver of webhooks has counted; nil where there is none.
        var webhooks: RunDocument.Webhooks?
    }

    private let run: WorkerRun
    private let orders: [WorkerOrders]
    private let conversations: WorkerConversations
    private var ready: Set<Int> = []
    private var live: Set<Int>
    private var signalCount = 0
    /// Whether one was stopped, and the others know.
    private var isStopped = false
    /// Conversations that each worker was asked to begin.
    private var begun: [Int: Int] = [:]
    private var view: Progress?
    private var board: WorkerBoard
    /// The run's zero; nil until every worker is ready.
    private var anchor: RunDocument.ClockAnchor?
    private var result = Outcome()

    /// - Parameters:
    ///   - orders: for each worker.
    ///   - conversations: learn when the run begins, and how far it is.
    init(_ run: WorkerRun, orders: [WorkerOrders], conversations: WorkerConversations) {
        self.run = run
        self.orders = orders
        self.conversations = conversations
        live = Set(0..<run.count)
        board = WorkerBoard(workers: 0..<run.count, interval: run.plan.recordInterval)
    }

    /// Whether no worker is left.
    var isOver: Bool { live.isEmpty }

    /// What they came to so far.
    var outcome: Outcome {
        var outcome = result
        outcome.ledgers = board.ledgers
        return outcome
    }

    mutating func take(_ event: Event) {
        switch event {
        case .line(let worker, WorkerLine.ready):
            ready.insert(worker)
            if ready.count == run.count { begin() }
        case .line(let worker, let text): hear(text, from: worker)
        case .ended(let worker, let ended): end(worker, ended)
        case .refused(let worker, let complaint): refuse(worker, complaint)
        case .fallen(let words):
            if anchor == nil { return giveUp(Complaint(.software, words)) }
            // What they say of it when they end is no news.
            isStopped = true
            for worker in live { orders[worker].add(.abort(words)) }
        case .signal:
            signalCount += 1
            // The workers' input closes with this process.
            if signalCount > 1 { exit(Exit.interrupted.rawValue) }
            dismiss()
        }
    }

    private mutating func hear(_ line: String, from worker: Int) {
        if let reason = WorkerLine.stopReason(line) { return spread(reason, from: worker) }
        guard let interval = WorkerInterval(line: line)?.snapshot else { return }
        let offered = interval.health.filter { $0.metric == .offeredStarts }
        begun[worker, default: 0] += Int(offered.reduce(0) { $0 + $1.value })
        conversations.began(begun[worker] ?? 0)
        show(board.take(worker, interval))
    }

    /// Tells all workers when the run's zero is: at a whole interval of unix time, so that their
    /// intervals are those of every other slice.
    private mutating func begin() {
        let (monotonic, unix) = Clock.anchor()
        let now = monotonic.nanoseconds
        let soonest = unix + 250_000_000
        if let start = run.start, start < soonest {
            return giveUp(
                Complaint(
                    .usage,
                    "--start-at is over, or too near, now that everything is ready; nothing was "
                        + "sent"))
        }
        let second: UInt64 = 1_000_000_000
        let zero = run.start ?? (soonest + second - 1) / second * second
        let anchor = RunDocument.ClockAnchor(
            monotonicNanoseconds: now + (zero - unix), unixNanoseconds: zero)
        self.anchor = anchor
        for order in orders { order.add(.start(anchor)) }
        guard run.receiver != nil else { return }
        conversations.begin(at: Instant(nanoseconds: anchor.monotonicNanoseconds))
    }

    /// The run cannot begin.
    private mutating func giveUp(_ complaint: Complaint) {
        result.startComplaint = result.startComplaint ?? complaint
        dismiss()
    }

    /// Closes the workers' input: each ends what it does.
    private func dismiss() { for order in orders { order.finish() } }

    private mutating func leave(_ worker: Int) {
        live.remove(worker)
        orders[worker].finish()
        show(board.end(worker))
    }

    // MARK: - a worker's end

    /// What a worker was refused on its way ends it alone.
    private mutating func refuse(_ worker: Int, _ complaint: Complaint) {
        if anchor != nil {
            return end(worker, WorkerProcess.Ended(lastWords: complaint.message))
        }
        leave(worker)
        giveUp(complaint)
    }

    private mutating func end(_ worker: Int, _ ended: WorkerProcess.Ended) {
        leave(worker)
        guard let anchor else { return giveUp(WorkerCrew.complaint(ended)) }
        let document = try? RecordReader.document(directory: run.directory(worker))
        guard let totals = document?.totals else {
            let death = Clock.now() - Instant(nanoseconds: anchor.monotonicNanoseconds)
            let loss = Loss(words: WorkerCrew.words(ended), death: max(death, .zero))
            result.losses[worker] = loss
            Terminal.note(
                "finbench: worker \(worker) died (\(loss.words)); its turns that are not over count as "
                    + "failed, the rest goes on")
            return
        }
        if let status = ended.status, status >= Exit.usage.rawValue, status < 128 {
            result.complaint = result.complaint ?? WorkerCrew.complaint(ended)
        }
        if let reason = DriveEnd.Reason(words: totals.stopReason) { spread(reason, from: worker) }
    }

    /// Stops the others as one was stopped, by a rule or the host; the first one counts.
    private mutating func spread(_ reason: DriveEnd.Reason, from worker: Int) {
        let told: DriveEnd.Reason
        switch reason {
        case .aborted(let words): told = .aborted("worker \(worker): \(words)")
        case .hostLimit(let words): told = .hostLimit("worker \(worker): \(words)")
        case .finished, .interrupted, .unreachable: return
        }
        if isStopped { return }
        isStopped = true
        for other in live where other != worker { orders[other].add(.stop(told)) }
    }

    /// How a process ended that left no whole record.
    private static func words(_ ended: WorkerProcess.Ended) -> String {
        if let signal = ended.signal { return "signal \(signal)" }
        let last = ended.lastWords.split(whereSeparator: \.isNewline).last.map(String.init)
        guard let status = ended.status else { return last ?? "no reason is known" }
        return "exit status \(status)" + (last.map { ": \($0)" } ?? "")
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
