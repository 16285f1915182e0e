internal import FinMeasure
internal import FinProfile

/// The turns of an SLO and the slow ones among them, interval by interval: what shows how slow
/// turns cluster.
///
/// Turns are placed by when they were planned where `turns.csv` says so. Without it they are placed
/// by when they ended, and what ended after the last arrival is left out: there only slow turns
/// are left to end, which would look like one great cluster.
struct SLOBlocks {
    private let slo: SLO
    private let record: RunRecord
    private var list: [Overdispersion.Interval] = []

    /// Consecutive intervals from the run's zero on, empty ones included.
    static func intervals(
        _ slo: SLO, _ record: RunRecord
    ) throws -> [Overdispersion.Interval] {
        var blocks = SLOBlocks(slo: slo, record: record)
        if record.turnsPath != nil, blocks.isDecidedByTurns {
            try blocks.addTurns()
        } else if case .percentile(let metric, let anchor, _, let limit) = slo.subject {
            blocks.addHistograms(metric, anchor, limit)
        } else {
            blocks.addOutcomes()
        }
        return blocks.list
    }

    private init(slo: SLO, record: RunRecord) {
        self.slo = slo
        self.record = record
    }

    private var isDecidedByTurns: Bool {
        if case .percentile(let metric, _, _, _) = slo.subject { return metric.isPrimary }
        return true
    }

    private var isPercentile: Bool {
        if case .percentile = slo.subject { return true }
        return false
    }

    private func selects(_ scenario: String, _ phase: Phase, _ turn: TurnClass) -> Bool {
        phase == .main && (slo.turn == .all || slo.turn == turn)
            && slo.selects(series: scenario)
    }

    private mutating func addTurns() throws {
        var found = self
        let calls = Set(record.document.calls ?? [])
        try record.forEachTurn { turn in
            // A call has no value of a metric of answers, not even when it fails.
            if isPercentile && calls.contains(turn.scenario) { return }
            guard selects(turn.scenario, turn.phase, turn.turnClass),
                let isSlow = isSlow(turn)
            else { return }
            found.add(1, isSlow ? 1 : 0, at: Double(turn.planned) / 1e9)
        }
        self = found
    }

    /// Nil for a turn that does not count.
    private func isSlow(_ turn: TurnRow) -> Bool? {
        if turn.outcome == .cut { return nil }
        if turn.outcome.isFailure { return true }
        guard case .percentile(let metric, let anchor, _, let limit) = slo.subject else {
            return false
        }
        let end =
            switch metric {
            case .ttft: turn.firstChunk
            case .firstReply: turn.firstReplied
            default: turn.done
            }
        guard let end else { return nil }
        let start = anchor == .sent ? turn.sent ?? turn.planned : turn.planned
        return end - start >= limit.count
    }

    private mutating func addHistograms(
        _ metric: Metric, _ anchor: Anchor, _ limit: Nanoseconds
    ) {
        for interval in record.intervals {
            let series = interval.series
            guard series.metric == metric, series.anchor == anchor,
                selects(series.scenario, series.phase, series.turn)
            else { continue }
            addEnded(
                interval.counts.n, interval.counts.slow(limit: limit), interval.start,
                interval.length)
        }
    }

    private mutating func addOutcomes() {
        for row in record.outcomes
        where row.outcome != .cut && selects(row.scenario, row.phase, row.turn) {
            addEnded(row.count, row.outcome.isFailure ? row.count : 0, row.start, row.length)
        }
    }

    private mutating func addEnded(
        _ turns: UInt64, _ slow: UInt64, _ start: Nanoseconds, _ length: Nanoseconds
    ) {
        // By the interval's middle: its ends jitter by a wake-up.
        let middle = start.seconds + length.seconds / 2
        if middle <= record.document.plan.lengthSeconds { add(turns, slow, at: middle) }
    }

    private mutating func add(_ turns: UInt64, _ slow: UInt64, at seconds: Double) {
        let index = max(0, Int(seconds / record.document.intervalSeconds))
        while list.count <= index { list.append(Overdispersion.Interval()) }
        list[index].turns += turns
        list[index].slow += slow
    }
}
