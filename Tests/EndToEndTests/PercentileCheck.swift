import Testing

/// Recomputes percentiles from `turns.csv` alone and compares `summary.csv` with them.
enum PercentileCheck {
    private static let ends = [
        "ttft": "first_chunk_ns", "first_reply": "first_replied_ns", "turn_time": "done_ns",
    ]
    private static let shares = [
        "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999, "max": 1,
    ]
    private static let successes: Set<String> = ["done", "escalated", "resolved", "complete"]

    /// Checks the primary metrics of all main turns.
    static func expect(_ run: some RunFiles) throws {
        let turns = try run.table("turns.csv").rows.filter { $0["phase"] == "main" }
        let summary = try run.table("summary.csv").rows
        var checked = 0
        for (metric, end) in ends {
            for anchor in ["planned", "sent"] {
                let values = turns.filter { successes.contains($0["outcome"]) }.compactMap { turn in
                    turn.integer(end).flatMap { end in
                        turn.integer("\(anchor)_ns").map { Double(end - $0) / 1e6 }
                    }
                }
                let failed = turns.filter {
                    !successes.contains($0["outcome"]) && $0["outcome"] != "cut"
                }
                for row in summary
                where row["metric"] == metric && row["anchor"] == anchor && row["turn"] == "0"
                    && row["phase"] == "main"
                {
                    guard let share = shares[row["stat"]] else { continue }
                    compare(row, values.sorted(), failed.count, share)
                    checked += 1
                }
            }
        }
        #expect(checked == ends.count * 2 * shares.count)
    }

    private static func compare(
        _ row: CSVTable.Row, _ values: [Double], _ censored: Int, _ share: Double
    ) {
        let n = values.count + censored
        let rank = max(1, Int((share * Double(n)).rounded(.up)))
        let name = "\(row["metric"]) \(row["anchor"]) \(row["stat"])"
        #expect(row.integer("n") == n, "\(name)")
        #expect(row.integer("censored") == censored, "\(name)")
        let isBound = rank > values.count
        #expect(row["is_lower_bound"] == (isBound ? "1" : "0"), "\(name)")
        guard let value = row.number("value") else {
            Issue.record("\(name) has no value")
            return
        }
        if isBound {
            #expect(value >= values.last ?? 0, "\(name)")
        } else {
            // Three significant digits, and the microsecond below which nothing is told apart.
            let exact = values[rank - 1]
            #expect(abs(value - exact) <= exact * 0.001 + 0.001, "\(name): exact \(exact)")
        }
    }
}
