internal import FinMeasure

/// The latencies of the main phase, a row for each metric and anchor.
enum LatencyTable {
    private static let columns: [(name: String, width: Int)] = [
        ("n", 8), ("censored", 9), ("absent", 7), ("cut", 5), ("p50", 9), ("p90", 9),
        ("p99", 10), ("p99.9", 10), ("max", 10),
    ]
    private static let nameWidth = 19

    /// Header and rows; the primary metrics always, the others where they have values.
    static func lines(_ rollup: Rollup) -> [String] {
        let head = columns.reduce(Human.pad("main phase, from", nameWidth)) {
            $0 + " " + Human.pad($1.name, $1.width, right: true)
        }
        let rows = Metric.allCases.flatMap { metric in
            metric.anchors.compactMap { row(metric, $0, rollup) }
        }
        return [head] + rows
    }

    private static func row(_ metric: Metric, _ anchor: Anchor, _ rollup: Rollup) -> String? {
        let counts = rollup.main(metric, anchor) ?? SeriesCounts(metric: metric)
        guard counts.n > 0 || metric.isPrimary else { return nil }
        let name = anchor == .none ? metric.rawValue : "\(metric.rawValue) \(anchor.rawValue)"
        let values = counts.values(at: [0.5, 0.9, 0.99, 0.999]) + [counts.maximum]
        let figures =
            [counts.n, counts.censored, counts.absent, counts.cut].map(String.init)
            + values.map { Human.span($0) }
        return zip(columns, figures).reduce(Human.pad(name, nameWidth)) {
            $0 + " " + Human.pad($1.1, $1.0.width, right: true)
        }
    }
}
