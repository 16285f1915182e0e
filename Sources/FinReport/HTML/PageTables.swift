internal import FinMeasure
private import Foundation

/// The tables of a page.
enum PageTables {
    static let latencyColumns = [
        "n", "censored", "absent", "cut", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max",
    ]
    private static let shares = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]

    /// The latencies of the main phase; metrics with values, the primary ones, and at last those of
    /// each operation.
    static func latency(_ run: RunPicture) -> [PageModel.Row] {
        let rows = pairs([run]).map { metric, anchor in
            row(name(metric, anchor), metric, anchor, run.main(metric, anchor))
        }
        let operations = run.operations.flatMap { operation in
            Metric.opLatency.anchors.map { anchor in
                row(
                    "\(name(.opLatency, anchor)): \(operation)", .opLatency, anchor,
                    run.main(.opLatency, anchor) { $0 == operation })
            }
        }
        return rows + operations
    }

    private static func row(
        _ name: String, _ metric: Metric, _ anchor: Anchor, _ counts: SeriesCounts
    ) -> PageModel.Row {
        let numbers = [counts.n, counts.censored, counts.absent, counts.cut].map {
            PageModel.Cell(value: String($0))
        }
        let values = counts.values(at: shares) + [counts.maximum]
        return PageModel.Row(
            name: name, metric: metric.rawValue, anchor: anchor.rawValue,
            cells: numbers + values.map(cell))
    }

    private static func pairs(_ runs: [RunPicture]) -> [(Metric, Anchor)] {
        let hasTurns = runs.contains { !$0.record.outcomes.isEmpty }
        // Different operations have no common distribution: each has its own rows.
        return Metric.allCases.filter { $0 != .opLatency }.flatMap { metric in
            metric.anchors.compactMap { anchor in
                let isShown =
                    (metric.isPrimary && hasTurns)
                    || runs.contains { $0.main(metric, anchor).n > 0 }
                return isShown ? (metric, anchor) : nil
            }
        }
    }

    private static func name(_ metric: Metric, _ anchor: Anchor) -> String {
        anchor == .none ? metric.rawValue : "\(metric.rawValue) \(anchor.rawValue)"
    }

    private static func cell(_ value: RankedValue?) -> PageModel.Cell {
        PageModel.Cell(
            value: Human.span(value),
            ms: value.map { [Decimals.milliseconds($0.nanoseconds)] } ?? [])
    }

    /// Several runs' percentiles, a column each.
    static func sideBySide(_ runs: [RunPicture]) -> [PageModel.Grid] {
        if runs.count < 2 { return [] }
        let percentiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)]
        var rows = pairs(runs).flatMap { metric, anchor in
            percentiles.map { stat, share in
                PageModel.Row(
                    name: "\(name(metric, anchor)) \(stat)",
                    cells: runs.map { cell($0.main(metric, anchor).value(at: share)) })
            }
        }
        rows.insert(
            PageModel.Row(
                name: "error_rate",
                cells: runs.map { run in
                    let totals = OutcomeTotals(run.record.outcomes) { $0.phase == .main }
                    return .init(value: totals.errorRate.map { Human.percent($0) } ?? "-")
                }), at: 0)
        return [PageModel.Grid(columns: runs.map(\.name), rows: rows)]
    }

    // MARK: - single turns

    /// The slowest turns and the first failed ones; only lists that hold something.
    static func turnLists(_ run: RunPicture) -> [PageModel.Grid] {
        let lists = [
            ("Slowest turns of those that ended well", run.survey.slowest),
            ("First failed turns", run.survey.failed),
        ]
        return lists.filter { !$0.1.isEmpty }.map { name, turns in
            PageModel.Grid(
                name: name,
                columns: ["planned at", "TTFT", "outcome"] + AnatomyChart.names + [
                    "turn", "question", "conversation", "request id",
                ],
                rows: turns.map { turn in
                    .init(name: "", cells: cells(turn).map { .init(value: $0) })
                })
        }
    }

    private static func cells(_ turn: TurnSurvey.Turn) -> [String] {
        let row = turn.row
        let instants = [
            row.planned, row.sent, row.response, row.streamDial, row.streamOpen, row.firstChunk,
        ]
        let parts = zip(instants, instants.dropFirst()).map { from, to -> String in
            guard let from, let to else { return "-" }
            return Human.span(signed: to - from)
        }
        let outcome = [row.outcome.rawValue, turn.detail].filter { !$0.isEmpty }
        return [
            Decimals.number(Double(row.planned) / 1e9, places: 3) + " s",
            row.ttft.map { Human.span(signed: $0) } ?? "-", outcome.joined(separator: " "),
        ] + parts + [
            "\(row.turn)", turn.question, row.conversationID,
            turn.requestID.isEmpty ? "-" : turn.requestID,
        ]
    }

    // MARK: - webhooks

    /// What came by webhook; nothing for a run that asked for none.
    static func webhooks(_ document: RunDocument) -> [PageModel.Webhooks] {
        let rows = WebhookText.table(document).map { line in
            PageModel.Row(
                name: line.name,
                cells: [.init(value: "\(line.count)"), .init(value: line.meaning)])
        }
        if rows.isEmpty { return [] }
        return [
            .init(
                reason: WebhookText.reasonWithoutTTFT(document),
                grid: .init(name: "Webhooks", columns: ["Count", "Meaning"], rows: rows))
        ]
    }

    // MARK: - profiles

    /// The resolved profile as JSON, keys sorted.
    static func profile(_ run: RunPicture) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(run.document.profile), as: UTF8.self)
    }

    /// The keys in which the profiles differ, labels apart; nothing where they are one.
    static func differences(_ runs: [RunPicture]) -> [PageModel.Grid] {
        let flat = runs.map { run -> [String: String] in
            var keys: [String: String] = [:]
            flatten(run.document.profile, "", into: &keys)
            keys["load model"] = run.document.loadModel
            keys["target"] = "\(run.document.target.kind.rawValue)"
            return keys
        }
        let keys = Set(flat.flatMap(\.keys)).filter { !$0.hasPrefix("labels.") }.sorted()
        let rows = keys.filter { key in Set(flat.map { $0[key] }).count > 1 }.map { key in
            PageModel.Row(name: key, cells: flat.map { .init(value: $0[key] ?? "-") })
        }
        return rows.isEmpty ? [] : [.init(columns: runs.map(\.name), rows: rows)]
    }

    private static func flatten(
        _ value: JSONValue, _ path: String, into keys: inout [String: String]
    ) {
        func join(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        switch value {
        case .object(let object):
            for (key, value) in object { flatten(value, join(key), into: &keys) }
        case .array(let values):
            for (index, value) in values.enumerated() {
                flatten(value, join("\(index)"), into: &keys)
            }
        case .string(let text): keys[path] = text
        case .number(let number): keys[path] = Decimals.number(number)
        case .bool(let flag): keys[path] = flag ? "true" : "false"
        case .null: keys[path] = "null"
        }
    }
}
