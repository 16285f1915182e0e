internal import FinLoop
internal import FinMeasure

/// The thread beside the load thread: turns intervals into snapshots and gives them to the sink.
///
/// Percentiles, text and files are made here, so that measuring never waits for a disk.
final class Recorder {
    private let handOver: HandOver<IntervalBuffer>
    private let sinks: [any RunSink]
    private let zero: Instant
    private var lastThreadCPU: UInt64 = 0
    private var lastThreadSpin = Nanoseconds.zero
    private var lastThreadWait: UInt64 = 0
    private var lastProcessCPU = Clock.processCPUNanoseconds()
    private var lastOwnCPU: UInt64 = 0
    private var lastReading = Clock.now()
    private var lastSteps = 0
    private var firstError: String?

    init(handOver: HandOver<IntervalBuffer>, sinks: [any RunSink], zero: Instant) {
        self.handOver = handOver
        self.sinks = sinks
        self.zero = zero
    }

    /// Works until the run's last interval.
    ///
    /// - Parameter failed: called once when a sink cannot take more; measuring goes on without it.
    /// - Returns: the first error of a sink.
    func run(failed: (String) -> Void) -> String? {
        while true {
            let buffer = handOver.take()
            let totals = buffer.totals
            offer(failed) { try $0.interval(snapshot(buffer)) }
            if let totals {
                offer(failed) { try $0.finish(totals) }
                return firstError
            }
            buffer.reset()
            handOver.giveBack(buffer)
        }
    }

    private func offer(_ failed: (String) -> Void, _ body: (any RunSink) throws -> Void) {
        guard firstError == nil else { return }
        do {
            for sink in sinks { try body(sink) }
        } catch {
            let words = String(describing: error)
            firstError = words
            failed(words)
        }
    }

    private func snapshot(_ buffer: IntervalBuffer) -> IntervalSnapshot {
        var series = buffer.series.filled()
        if !buffer.loopGaps.isEmpty {
            let key = Series(
                metric: .loopGap, anchor: .none, scenario: "", phase: .main, turn: .all)
            series.append((key: key, values: buffer.loopGaps))
        }
        return IntervalSnapshot(
            start: buffer.start - zero, length: buffer.end - buffer.start, series: series,
            outcomes: buffer.outcomes, health: health(buffer), turns: buffer.turns,
            liveTTFT: buffer.liveTTFT, ledger: buffer.ledger)
    }

    private func health(_ buffer: IntervalBuffer) -> [HealthSample] {
        let counts = buffer.counts
        let seconds = max((buffer.end - buffer.start).seconds, 1e-9)
        let ownCPU = Clock.threadCPUNanoseconds()
        let processCPU = Clock.processCPUNanoseconds()
        // What is read here was used since the last reading: later than the interval's end, and soon
        // after the one before where two intervals waited. The longer of the two overstates nothing.
        let reading = Clock.now()
        let elapsed = max((reading - lastReading).seconds, seconds)
        defer {
            lastReading = reading
            lastThreadCPU = counts.threadCPU
            lastThreadSpin = counts.threadSpin
            lastThreadWait = counts.threadWait ?? lastThreadWait
            lastOwnCPU = ownCPU
            lastProcessCPU = processCPU
            lastSteps = counts.clockSteps
        }
        let load: [(HealthMetric, Double)] = [
            (.cpu, Double(counts.threadCPU - lastThreadCPU) / 1e9 / seconds),
            (.spin, (counts.threadSpin - lastThreadSpin).seconds / seconds),
            (.inFlight, Double(counts.inFlight)),
            (.openStreams, Double(counts.fewestOpenStreams)),
            (.offeredStarts, Double(counts.offeredStarts)),
            (.starts, Double(counts.starts)),
            (.blockedStarts, Double(counts.blockedStarts)),
            (.events, Double(counts.events)),
            (.eventsKernelStamped, Double(counts.eventsKernelStamped)),
            (.eventsCoalesced, Double(counts.eventsCoalesced)),
            (.clockSteps, Double(counts.clockSteps - lastSteps)),
            (.rowsDropped, Double(counts.rowsDropped)),
            (.longestLoopGap, counts.longestLoopGap.milliseconds),
            (.clockDrift, Double(counts.clockDrift.count) / 1000),
            (.clockOffsetError, Double(counts.clockOffsetError.count) / 1000),
            (.postRate, Double(counts.posts) / seconds),
        ]
        let process: [(HealthMetric, Double)] = [
            (.cpu, Double(processCPU - lastProcessCPU) / 1e9 / elapsed),
            (.residentMemory, Double(Host.residentBytes())),
            (.openFiles, Double(Host.openFileCount())),
        ]
        let waited = counts.threadWait.map { Double($0 - lastThreadWait) / 1e9 / seconds }
        let wait: [(HealthMetric, Double)] = waited.map { [(.cpuWait, $0)] } ?? []
        let limit: [(HealthMetric, Double)] =
            counts.rateLimitRemaining.map { [(.rateLimitRemaining, Double($0))] } ?? []
        return (load + wait + limit).map { HealthSample(thread: "load", metric: $0.0, value: $0.1) }
            + [
                HealthSample(
                    thread: "recorder", metric: .cpu,
                    value: Double(ownCPU - lastOwnCPU) / 1e9 / elapsed)
            ] + process.map { HealthSample(thread: "process", metric: $0.0, value: $0.1) }
    }
}
