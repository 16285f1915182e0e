internal import FinMeasure

/// The latencies of the main phase, a row for each metric and anchor: 80 columns.
///
/// Turns outside `n` (absent, cut) have no columns: they stand below, where there are any.
enum LatencyTable {
    private static let columns: [(name: String, width: Int)] = [
        ("censored", 9), ("p50", 9), ("p90", 9), ("p99", 9), ("p99.9", 9), ("max", 9),
    ]
    // A long name has a short n and the other way round: they share their room.
    private static let headWidth = 26

    /// Header and rows; the primary metrics always, the others where they have values.
    static func lines(_ rollup: Rollup) -> [String] {
        let rows = Metric.allCases.filter { $0 != .opLatency }.flatMap { metric in
            metric.anchors.compactMap { Row(metric, $0, rollup) }
        }
        return [line("main phase, from", "n", columns.map(\.name))] + rows.map(line)
            + outside(rows)
    }

    /// `op_latency`, operation by operation: together they would say nothing; empty without any.
    static func operations(_ rollup: Rollup) -> [String] {
        if rollup.operations.isEmpty { return [] }
        let blocks = rollup.operations.flatMap { name in
            [name]
                + Metric.opLatency.anchors.compactMap { anchor in
                    Row(.opLatency, anchor, rollup, name: "  \(anchor.rawValue)") { $0 == name }
                }.map(line)
        }
        return [line("op_latency, from", "n", columns.map(\.name))] + blocks
    }

    /// One metric from one anchor.
    private struct Row {
        let name: String
        let metric: String
        let counts: SeriesCounts
        let isPrimary: Bool

        init?(
            _ metric: Metric, _ anchor: Anchor, _ rollup: Rollup, name: String? = nil,
            where isSelected: (String) -> Bool = { _ in true }
        ) {
            counts =
                rollup.main(metric, anchor, where: isSelected) ?? SeriesCounts(metric: metric)
            let own = anchor == .none ? metric.rawValue : "\(metric.rawValue) \(anchor.rawValue)"
            self.name = name ?? own
            isPrimary = metric.isPrimary
            self.metric = metric.rawValue
            guard counts.n > 0 || isPrimary else { return nil }
        }
    }

    private static func line(_ row: Row) -> String {
        let values = row.counts.values(at: [0.5, 0.9, 0.99, 0.999]) + [row.counts.maximum]
        return line(
            row.name, "\(row.counts.n)", ["\(row.counts.censored)"] + values.map(cell))
    }

    private static func line(_ name: String, _ n: String, _ cells: [String]) -> String {
        let room = max(1, headWidth - name.count)
        return zip(columns, cells).reduce(name + Human.pad(n, room, right: true)) {
            $0 + Human.pad($1.1, $1.0.width, right: true)
        }
    }

    /// At most eight characters: `>=1.00 s`, `>=600 s`.
    private static func cell(_ value: RankedValue?) -> String {
        guard let value else { return "-" }
        // Minutes and seconds would need twice the room; no histogram holds more than 600 s.
        let words =
            value.nanoseconds < 119_500_000_000
            ? Human.span(value.nanoseconds)
            : "\(Decimals.number(Double(value.nanoseconds) / 1e9, places: 0)) s"
        return (value.isLowerBound ? ">=" : "") + words
    }

    /// The turns that no percentile of a primary metric counts.
    ///
    /// Metrics with the same counts stand together; parts of a turn are left to `summary.csv`.
    private static func outside(_ rows: [Row]) -> [String] {
        let found = rows.filter { $0.isPrimary && $0.counts.absent + $0.counts.cut > 0 }
        var groups: [(words: String, names: [String])] = []
        for row in found {
            let words = "\(row.counts.absent) absent, \(row.counts.cut) cut"
            if let index = groups.firstIndex(where: { $0.words == words }) {
                // Both anchors of a metric have the same turns.
                if groups[index].names.last != row.metric { groups[index].names.append(row.metric) }
            } else {
                groups.append((words: words, names: [row.metric]))
            }
        }
        return groups.flatMap {
            TerminalSummary.wrap("outside n: \($0.words): \($0.names.joined(separator: ", "))")
        }
    }
}
