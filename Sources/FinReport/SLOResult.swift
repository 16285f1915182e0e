public import FinMeasure
public import FinProfile

/// What a run says of one SLO of its profile.
public struct SLOResult: Sendable {
    /// The SLO.
    public var slo: SLO
    /// The percentile (or the rate) that the run showed; nil where nothing counts.
    public var value: SLOValue?
    /// The verdict and its figures.
    public var judgement: SLOJudgement
}

/// The figure that an SLO is about.
public enum SLOValue: Sendable, Equatable {
    /// A percentile of a metric.
    case span(RankedValue)
    /// A share, 0 to 1.
    case share(Double)
}

extension SLOResult {
    /// Judges one SLO by the main phase of a run.
    init(_ slo: SLO, _ record: RunRecord, _ rollup: Rollup) throws {
        self.slo = slo
        switch slo.subject {
        case .percentile(let metric, let anchor, let percentile, let limit):
            let counts =
                rollup.main(metric, anchor, turn: slo.turn, where: slo.selects)
                ?? SeriesCounts(metric: metric)
            // A profile writes percentiles from 0 to 100.
            value = counts.value(at: percentile / 100).map { .span($0) }
            judgement = SLOResult.judge(
                slo, n: counts.n, slow: counts.slow(limit: limit),
                cut: counts.cut, blocks: try SLOBlocks.intervals(slo, record), record)
        case .errorRate:
            let rows = record.outcomes.filter { SLOResult.selects(slo, $0) }
            let totals = OutcomeTotals(rows) { _ in true }
            value = totals.errorRate.map { .share($0) }
            judgement = SLOResult.judge(
                slo, n: totals.n, slow: totals.failed, cut: totals.cut,
                blocks: try SLOBlocks.intervals(slo, record), record)
        }
    }

    private static func judge(
        _ slo: SLO, n: UInt64, slow: UInt64, cut: UInt64,
        blocks: [Overdispersion.Interval], _ record: RunRecord
    ) -> SLOJudgement {
        let seconds = record.document.intervalSeconds
        let pauses = PauseGuard(
            pauseSeconds: record.document.longestPauseSeconds ?? 0,
            runSeconds: Overdispersion.seconds(blocks, intervalSeconds: seconds))
        let test = SLOTest(slo, confidence: record.document.confidence)
        var found = test.judge(
            n: n, slow: slow, cut: cut,
            dispersion: Overdispersion.estimate(blocks, intervalSeconds: seconds), pauses: pauses)
        guard found.verdict == .pass, cut > 0 else { return found }
        // Any turn that was cut might have been a slow one, all of them in one bunch at the end.
        let worst = test.judge(
            n: n + cut, slow: slow + cut, cut: 0,
            dispersion: Overdispersion.estimate(
                adding(cut, to: blocks), intervalSeconds: seconds),
            pauses: pauses)
        if worst.verdict == .pass { return found }
        found.verdict = .notEnoughData
        (found.needed, found.neededAtRate) = (nil, nil)
        found.reason +=
            "; \(cut) more were cut: were they slow, it would not pass; let the run come to its end"
        return found
    }

    /// The blocks with so many slow turns more in the last one that holds any.
    private static func adding(
        _ slow: UInt64, to blocks: [Overdispersion.Interval]
    ) -> [Overdispersion.Interval] {
        guard let last = blocks.lastIndex(where: { $0.turns > 0 }) else { return blocks }
        var blocks = blocks
        blocks[last].turns += slow
        blocks[last].slow += slow
        return blocks
    }

    private static func selects(_ slo: SLO, _ row: OutcomeRow) -> Bool {
        row.phase == .main && (slo.turn == .all || slo.turn == row.turn)
            && slo.selects(series: row.scenario)
    }
}
