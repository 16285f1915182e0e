internal import FinMeasure

/// Everything the load thread measures in one interval; two of them change places with the recorder.
final class IntervalBuffer {
    var start = Instant(nanoseconds: 0)
    var end = Instant(nanoseconds: 0)
    var series: SeriesTable
    var loopGaps = SeriesHistogram(metric: .loopGap)
    var liveTTFT = SeriesHistogram(metric: .ttft)
    var outcomes: [OutcomeKey: UInt64] = [:]
    // Invariant: turns.count <= turnLimit; what does not fit is counted in rowsDropped.
    private(set) var turns: [TurnRecord] = []
    private let turnLimit: Int
    var counts = Counts()
    /// The run's ledger as it stood at the interval's end.
    var ledger: RunDocument.Ledger?
    /// Set with the run's last interval.
    var totals: RunDocument.Totals?

    /// What is counted in an interval.
    struct Counts {
        var offeredStarts = 0
        var starts = 0
        var blockedStarts = 0
        var posts = 0
        var streams = 0
        var events = 0
        var eventsKernelStamped = 0
        var eventsCoalesced = 0
        var clockSteps = 0
        var rowsDropped = 0
        var inFlight = 0
        var fewestOpenStreams = 0
        var threadCPU: UInt64 = 0
        var threadSpin = Nanoseconds.zero
        /// How long the load thread was ready and had no core, since it began; nil: not known.
        var threadWait: UInt64?
        var clockDrift = Nanoseconds.zero
        var clockOffsetError = Nanoseconds.zero
        var longestLoopGap = Nanoseconds.zero
        /// The newest that a response named; nil when none did.
        var rateLimitRemaining: Int64?

        /// Counts the events of one read.
        mutating func add(events count: Int, isKernelStamped: Bool, isCoalesced: Bool) {
            events += count
            if isKernelStamped { eventsKernelStamped += count }
            if isCoalesced { eventsCoalesced += count }
        }
    }

    /// - Parameter turnLimit: rows kept at the most; 0 when turns are not written.
    init(series: SeriesTable, turnLimit: Int) {
        self.series = series
        self.turnLimit = turnLimit
        turns.reserveCapacity(turnLimit)
    }

    /// Notes a turn of the loop: how long it did not listen, and what is open.
    func polled(_ gap: Nanoseconds, openStreams: Int) {
        loopGaps.record(gap)
        counts.longestLoopGap = max(counts.longestLoopGap, gap)
        counts.fewestOpenStreams = min(counts.fewestOpenStreams, openStreams)
    }

    /// Takes a finished turn.
    func record(_ turn: TurnRecord) {
        let turnClass = TurnClass(turn: Int(turn.turn))
        series.record(turn, row: series.row(turn.scenario, turn.phase, turnClass))
        let key = OutcomeKey(
            scenario: turn.scenario, phase: turn.phase, turn: turnClass, outcome: turn.outcome,
            detail: turn.detail)
        outcomes[key, default: 0] += 1
        guard turnLimit > 0 else { return }
        if turns.count < turnLimit { turns.append(turn) } else { counts.rowsDropped += 1 }
    }

    /// Forgets everything; keeps the memory.
    func reset() {
        series.reset()
        loopGaps.reset()
        liveTTFT.reset()
        outcomes.removeAll(keepingCapacity: true)
        turns.removeAll(keepingCapacity: true)
        counts = Counts()
        ledger = nil
        totals = nil
    }
}
