internal import FinMeasure
internal import FinProfile

/// One `abort_when` rule over its sliding window: the turns that ended within it, and the bad ones.
///
/// Pure. A percentile lies above its limit when more than the rest of the turns are slower, so that
/// counting is enough. The window moves in thirtieths of its length. It says nothing below
/// `leastTurns` turns and `leastBad` bad ones: one failure among a few turns is no trend. Turns that
/// were cut or blocked by us are left out: they say nothing of the target.
struct AbortWindow: Sendable {
    /// Turns that must have ended within the window.
    static let leastTurns = 10
    /// Bad ones that must be among them.
    static let leastBad = 3
    static let bucketCount = 30

    private struct Bucket {
        var turns = 0
        var bad = 0
    }

    let rule: Profile.AbortRule
    private let bucketLength: UInt64
    // Invariant: `sum` is the sum of `buckets`; bucket i holds the newest k <= newest with
    // k mod bucketCount = i.
    private var buckets = [Bucket](repeating: Bucket(), count: bucketCount)
    private var sum = Bucket()
    private var newest: UInt64 = 0

    init(_ rule: Profile.AbortRule) {
        self.rule = rule
        bucketLength = max(1, UInt64(max(0, rule.window.count)) / UInt64(AbortWindow.bucketCount))
    }

    /// Takes a turn that ended now.
    ///
    /// - Returns: why the run is to stop, or nil.
    mutating func take(_ turn: TurnRecord, at now: Instant) -> String? {
        guard let isBad = isBad(turn) else { return nil }
        slide(to: now.nanoseconds / bucketLength)
        let place = Int(newest % UInt64(AbortWindow.bucketCount))
        buckets[place].turns += 1
        sum.turns += 1
        if isBad {
            buckets[place].bad += 1
            sum.bad += 1
        }
        return isExceeded ? words : nil
    }

    private mutating func slide(to bucket: UInt64) {
        let count = UInt64(AbortWindow.bucketCount)
        guard bucket > newest else { return }
        for step in 1...min(bucket - newest, count) {
            let place = Int((newest + step) % count)
            sum.turns -= buckets[place].turns
            sum.bad -= buckets[place].bad
            buckets[place] = Bucket()
        }
        newest = bucket
    }

    /// Nil for a turn that does not count.
    private func isBad(_ turn: TurnRecord) -> Bool? {
        if turn.outcome == .blocked || turn.outcome == .cut { return nil }
        switch rule.subject {
        case .errorRate: return turn.outcome.isFailure
        case .percentile(let metric, let anchor, _, let limit):
            switch turn.observe(metric, from: anchor) {
            case .measured(let span): return span > limit
            case .censored: return true
            case .absent, .cut: return nil
            }
        }
    }

    private var isExceeded: Bool {
        if sum.turns < AbortWindow.leastTurns || sum.bad < AbortWindow.leastBad { return false }
        switch rule.subject {
        case .errorRate(let share): return Double(sum.bad) > share * Double(sum.turns)
        case .percentile(_, _, let percentile, _):
            // The percentile is the value of this rank; what is slower lies behind it.
            let rank = (percentile / 100 * Double(sum.turns) - 1e-9).rounded(.up)
            return sum.bad > sum.turns - Int(rank)
        }
    }

    private var words: String {
        let kind =
            switch rule.subject {
            case .errorRate: "failed"
            case .percentile: "were slower or failed"
            }
        return
            "abort_when \"\(rule.text)\": \(sum.bad) of the \(sum.turns) turns that ended in the "
            + "window \(kind)"
    }
}
