internal import FinLoop
public import FinMeasure
internal import Foundation
internal import Synchronization

/// Times signature checks: rounds of slices, every row in each round, results into sinks.
public final class VerifyBench: Sendable {
    /// What it came to.
    public struct End: Sendable {
        /// Rows that gave a wrong verdict, and how many.
        public var wrongVerdicts: [(scenario: VerifyScenario, count: Int)] = []
        /// Whether it was ended early.
        public var wasStopped = false
        /// Rounds that did every row.
        public var wholeRounds = 0
    }

    private let schedule: VerifySchedule
    private let isStopping = Atomic(false)

    /// Takes what to do.
    public init(_ schedule: VerifySchedule) { self.schedule = schedule }

    /// Ends the measurement within the batch; any thread.
    public func stop() { isStopping.store(true, ordering: .relaxed) }

    /// Measures on threads of its own.
    ///
    /// - Parameters:
    ///   - zero: the instant that intervals are counted from.
    ///   - makeSinks: called on the measuring thread.
    /// - Throws: what a sink throws; what was written before stays.
    public func run(
        zero: Instant, makeSinks: @escaping @Sendable () throws -> [any RunSink]
    ) async throws -> End {
        try await withCheckedThrowingContinuation { continuation in
            PlainThread.start(name: "finbench-verify") {
                continuation.resume(
                    with: Result { try self.measure(zero: zero, sinks: try makeSinks()) })
            }
        }
    }

    private func measure(zero: Instant, sinks: [any RunSink]) throws -> End {
        var end = End()
        var counts = [Int](repeating: 0, count: schedule.cells.count)
        for _ in 0..<schedule.rounds where !isStopping.load(ordering: .relaxed) {
            let snapshot = round(zero: zero, wrong: &counts)
            for sink in sinks { try sink.interval(snapshot) }
            if snapshot.series.count == schedule.cells.count { end.wholeRounds += 1 }
        }
        end.wasStopped = isStopping.load(ordering: .relaxed)
        end.wrongVerdicts = zip(schedule.scenarios, counts).filter { $0.1 > 0 }
        for sink in sinks { try sink.finish(totals(end)) }
        return end
    }

    private func totals(_ end: End) -> RunDocument.Totals {
        RunDocument.Totals(
            conversationsBegun: 0, turnsPlanned: 0, postsSent: 0, streamsOpened: 0, rowsDropped: 0,
            events: 0, eventsKernelStamped: 0, eventsCoalesced: 0, clockSteps: 0,
            stopReason: end.wasStopped ? "interrupted" : "")
    }

    private func round(zero: Instant, wrong: inout [Int]) -> IntervalSnapshot {
        let begin = Clock.now()
        var series: [(key: Series, values: SeriesHistogram)] = []
        var health: [HealthSample] = []
        for (index, cell) in schedule.cells.enumerated()
        where !isStopping.load(ordering: .relaxed) {
            let tally = perform(cell)
            wrong[index] += tally.wrongVerdicts
            let key = Series(
                metric: .webhookVerify, anchor: .none, scenario: cell.scenario.name, phase: .main,
                turn: .all)
            series.append((key, tally.values))
            health.append(
                HealthSample(thread: cell.scenario.name, metric: .cpu, value: tally.cores))
        }
        return IntervalSnapshot(
            start: begin - zero, length: Clock.now() - begin, series: series, outcomes: [:],
            health: health, turns: [])
    }

    /// One row's slice: on this thread when it is the only one, else on new ones that begin together.
    private func perform(_ cell: VerifyCell) -> VerifyCell.Tally {
        let count = cell.scenario.threads
        if count == 1 {
            return cell.run(thread: 0, slice: schedule.slice, stop: isStopping) {}
        }
        let line = StartLine(count: count)
        for thread in 0..<count {
            PlainThread.start(name: "finbench-check") {
                let tally = cell.run(
                    thread: thread, slice: self.schedule.slice, stop: self.isStopping
                ) { line.wait() }
                line.finish(tally)
            }
        }
        return line.sum()
    }
}

/// Where threads wait for each other before a slice, and leave what they measured after it.
private final class StartLine: @unchecked Sendable {
    // Every access to the counts and the sum is under the condition's lock.
    private let condition = NSCondition()
    private let count: Int
    private var waiting = 0
    private var finished = 0
    private var total = VerifyCell.Tally()

    init(count: Int) { self.count = count }

    /// Returns when all are here.
    func wait() {
        condition.withLock {
            waiting += 1
            if waiting == count { condition.broadcast() }
            while waiting < count { condition.wait() }
        }
    }

    /// Leaves one thread's tally.
    func finish(_ tally: VerifyCell.Tally) {
        condition.withLock {
            total.add(tally)
            finished += 1
            condition.broadcast()
        }
    }

    /// The sum, when all have left theirs.
    func sum() -> VerifyCell.Tally {
        condition.withLock {
            while finished < count { condition.wait() }
            return total
        }
    }
}
