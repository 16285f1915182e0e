import Testing

/// What must hold in the files of every run, computed here from the files alone.
enum RunChecks {
    /// Metrics with one value a turn at the most.
    private static let turnMetrics: Set<String> = [
        "ttft", "first_reply", "turn_time", "schedule_lag", "post", "subscribe_gap",
        "stream_connect", "first_wait", "accept", "post_dns", "post_tcp", "post_tls",
        "stream_dns", "stream_tcp", "stream_tls", "server_ttft", "tail", "op_latency",
    ]
    private static let series = ["scenario", "phase", "turn", "metric", "anchor"]

    private static func key(_ row: CSVTable.Row, _ names: [String]) -> String {
        names.map { row[$0] }.joined(separator: "|")
    }

    /// Bucket counts add up to `n`, series by series, and both files have the same series.
    static func expectBucketsAddUp(_ run: some RunFiles) throws {
        var n: [String: Int] = [:]
        // Shares and rates are no distributions.
        for row in try run.table("summary.csv").rows where row["unit"] == "ms" {
            let key = key(row, series)
            let value = row.integer("n")
            #expect(n[key] == nil || n[key] == value, "\(key) has more than one n")
            n[key] = value
        }
        var sums: [String: Int] = [:]
        for row in try run.table("histogram.csv").rows {
            let key = key(row, series)
            sums[key, default: 0] += row.integer("count") ?? 0
            #expect(row.integer("cumulative_count") == sums[key], "\(key)")
        }
        #expect(!sums.isEmpty)
        #expect(n.filter { $0.value > 0 } == sums)
    }

    /// measured + censored + absent + cut = planned turns, for every metric of a turn.
    static func expectEveryTurnCounted(_ run: some RunFiles) throws {
        var planned: [String: Int] = [:]
        for turn in try run.table("turns.csv").rows {
            let kind = turn["turn"] == "1" ? "1" : "2+"
            for each in ["0", kind] {
                planned["\(turn["scenario"])|\(turn["phase"])|\(each)", default: 0] += 1
            }
        }
        #expect(!planned.isEmpty)
        var checked = 0
        // "all" sums up the scenarios that have the metric.
        for row in try run.table("summary.csv").rows
        where turnMetrics.contains(row["metric"]) && row["scenario"] != "all" {
            // n holds the measured and the censored.
            let parts = ["n", "absent", "cut"].compactMap { row.integer($0) }
            let sum = parts.reduce(0, +)
            let kind = key(row, ["scenario", "phase", "turn"])
            #expect(sum == planned[kind], "\(kind) \(row["metric"]) \(row["anchor"])")
            checked += 1
        }
        #expect(checked > 0)
    }

    /// `outcomes.csv` is `turns.csv`, counted.
    static func expectOutcomesMatchTurns(_ run: some RunFiles) throws {
        let kinds = ["scenario", "phase", "outcome", "detail"]
        let turns = try run.table("turns.csv").rows.reduce(into: [String: Int]()) {
            $0[($1["turn"] == "1" ? "1|" : "2+|") + key($1, kinds), default: 0] += 1
        }
        let outcomes = try run.table("outcomes.csv").rows.reduce(into: [String: Int]()) {
            $0["\($1["turn"])|" + key($1, kinds), default: 0] += $1.integer("count") ?? 0
        }
        #expect(turns == outcomes)
    }

    /// The instants of a turn ascend: no part of it is negative, and the parts make its TTFT.
    static func expectPartsAddUp(_ run: some RunFiles) throws {
        let order = [
            "planned_ns", "sent_ns", "response_headers_ns", "response_ns", "stream_dial_ns",
            "stream_open_ns", "first_chunk_ns", "last_chunk_ns",
        ]
        var times: [Double] = []
        for turn in try run.table("turns.csv").rows {
            for names in [order, ["first_replied_ns", "last_replied_ns", "done_ns", "closed_ns"]] {
                let instants = names.compactMap { turn.integer($0) }
                #expect(instants == instants.sorted(), "\(turn["conversation_id"])")
            }
            let isWell = ["done", "resolved", "escalated", "complete"].contains(turn["outcome"])
            if isWell, turn["phase"] == "main", let first = turn.integer("first_chunk_ns"),
                let planned = turn.integer("planned_ns")
            {
                #expect(order.dropLast().allSatisfy { turn.integer($0) != nil })
                times.append(Double(first - planned) / 1e6)
            }
        }
        let parts = try run.table("anatomy.csv").rows.filter { $0["at"] == "all" }
        #expect(parts.count == 5)
        let sum = parts.compactMap { $0.number("value") }.reduce(0, +)
        // Each of five means is rounded to a nanosecond.
        #expect(abs(sum - times.reduce(0, +) / Double(times.count)) < 1e-5)
    }
}

/// A directory with the files of a run.
protocol RunFiles {
    /// The directory's path.
    var directory: String { get }
}

extension RunFiles {
    /// One of the CSV files.
    func table(_ name: String) throws -> CSVTable {
        try CSVTable(path: "\(directory)/\(name)")
    }
}
