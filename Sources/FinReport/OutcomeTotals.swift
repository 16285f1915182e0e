internal import FinMeasure

/// Turns counted by how they ended.
struct OutcomeTotals: Equatable {
    /// Turns that ended, or were never begun, for whatever reason.
    var planned: UInt64 = 0
    /// Turns that the other side, or the way to it, failed.
    var failed: UInt64 = 0
    /// Turns that we cut.
    var cut: UInt64 = 0

    /// The denominator of `error_rate`: what we cut says nothing of the other side.
    var n: UInt64 { planned - cut }

    /// Failed over `n`; nil without any.
    var errorRate: Double? { n == 0 ? nil : Double(failed) / Double(n) }

    mutating func add(_ row: OutcomeRow) {
        planned += row.count
        if row.outcome.isFailure { failed += row.count }
        if row.outcome == .cut { cut += row.count }
    }

    /// Adds up the rows that a filter lets through.
    init(_ rows: [OutcomeRow], where isWanted: (OutcomeRow) -> Bool) {
        for row in rows where isWanted(row) { add(row) }
    }

    init() {}
}
