internal import FinMeasure
internal import FinProfile

/// Starts of a step that one of finbench's own limits held back: they say nothing of the target.
///
/// What the circuit breaker or the rate limit's floor holds back is not among them: there it is the
/// target that takes no more.
public struct CapacityHold: Sendable, Equatable {
    /// What can hold starts back.
    enum Limit: CaseIterable {
        case maxInFlight, openFiles, perUser
    }

    /// The limit that held back the most.
    let limit: Limit
    /// Conversations of the main phase that a limit held back.
    public let held: UInt64
    /// Conversations that were due in the main phase.
    public let due: UInt64

    /// Nil where no more than a hundredth was held back, or where an objective is missed without
    /// the held starts as well: a target that is overloaded fills every limit, and is overloaded.
    ///
    /// - Parameter isFileBound: whether the open-file limit allows fewer conversations at a time
    ///   than `load.max_in_flight`.
    init?(_ record: RunRecord, _ slos: [SLOResult], isFileBound: Bool) {
        let starts = record.outcomes.filter { $0.phase == .main && $0.turn == .first }
        var counts: [Limit: UInt64] = [:]
        for row in starts {
            guard let limit = CapacityHold.limit(row, isFileBound: isFileBound) else { continue }
            counts[limit, default: 0] += row.count
        }
        let held = counts.values.reduce(0, +)
        let due = starts.reduce(0) { $0 + $1.count }
        guard Double(held) > MeasurementWarning.noticeableShare * Double(due),
            let limit = Limit.allCases.max(by: { counts[$0, default: 0] < counts[$1, default: 0] })
        else { return nil }
        let isMissed = slos.contains { CapacityHold.isMissed($0, without: starts, record) }
        if isMissed { return nil }
        self.init(limit: limit, held: held, due: due)
    }

    init(limit: Limit, held: UInt64, due: UInt64) {
        self.limit = limit
        self.held = held
        self.due = due
    }

    private static func limit(_ row: OutcomeRow, isFileBound: Bool) -> Limit? {
        guard row.outcome == .blocked else { return nil }
        if row.mentions(OutcomeCause.maxInFlight.rawValue) {
            return isFileBound ? .openFiles : .maxInFlight
        }
        return row.mentions(OutcomeCause.userLimit.rawValue) ? .perUser : nil
    }

    /// Whether an objective is missed even when each held start counts as never asked for.
    private static func isMissed(
        _ result: SLOResult, without starts: [OutcomeRow], _ record: RunRecord
    ) -> Bool {
        guard result.judgement.verdict == .fail else { return false }
        let slo = result.slo
        let calls = Set(record.document.calls ?? [])
        let count = starts.reduce(UInt64(0)) { sum, row in
            let isSelected = slo.turn != .later && slo.selects(series: row.scenario)
            let isCounted = slo.countsBlocked(calls.contains(row.scenario))
            let isHeld = limit(row, isFileBound: false) != nil
            return sum + (isCounted && isSelected && isHeld ? row.count : 0)
        }
        let found = result.judgement
        let test = SLOTest(slo, confidence: record.document.confidence)
        return test.judge(
            n: found.n - min(found.n, count), slow: found.slow - min(found.slow, count), cut: 0,
            dispersion: found.dispersion
        ).verdict == .fail
    }

    /// The limit as its key in a profile, where it has one.
    var name: String {
        switch limit {
        case .maxInFlight: "load.max_in_flight"
        case .openFiles: "the open-file limit"
        case .perUser: "safety.max_per_user"
        }
    }

    /// What to do.
    var advice: String {
        switch limit {
        case .maxInFlight: "raise load.max_in_flight"
        case .openFiles: "raise the open-file limit (ulimit -n)"
        case .perUser: "raise safety.max_per_user, or conversation.user_pool.size"
        }
    }

    /// What was seen, with its figure.
    var message: String { "\(name) held back \(Human.share(held, due)) of the starts" }
}

extension SLO {
    /// Whether a start that was held back is among what the objective counts: parts of a turn that never
    /// began are in no metric.
    fileprivate func countsBlocked(_ isCall: Bool) -> Bool {
        switch subject {
        case .errorRate: true
        case .percentile(let metric, _, _, _):
            isCall ? metric == .opLatency : [.ttft, .firstReply, .turnTime].contains(metric)
        }
    }
}
