internal import FinMeasure

extension RunComparison {
    /// The words above the table.
    public var headline: String {
        let slower = gates.filter { $0.verdict == .slower }
        let faster = gates.filter { $0.verdict == .faster }
        let open = gates.filter { $0.verdict == .notEnoughData }
        func named(_ gates: [GateComparison]) -> String {
            gates.map { "\($0.gate.name) \($0.effectText)" }.joined(separator: ", ")
        }
        let words =
            if !slower.isEmpty {
                "SLOWER: \(named(slower))"
            } else if !open.isEmpty {
                "NOT ENOUGH DATA for \(open.map(\.gate.name).joined(separator: ", "))"
            } else if !faster.isEmpty {
                "FASTER: \(named(faster))"
            } else {
                "SAME: no change reaches its threshold"
            }
        return target == .simulated ? "\(words) (simulated: says nothing about Fin itself)" : words
    }

    /// The whole answer for a terminal, at most 80 columns of table.
    public var text: String {
        var lines = [
            "\(profileName): \(baseline.words) against \(candidate.words)"
                + (historyCount > 0 ? ", spread from \(historyCount) earlier runs" : ""), "",
        ]
        lines += RunComparison.table(rows.map { [$0[0], $0[1], $0[2], $0[3], $0[4], $0[5]] })
        lines.append("")
        for found in gates where found.verdict == .notEnoughData {
            lines.append("\(found.gate.name): \(found.reasonText)")
        }
        lines += notes.map { "overlooked: \($0)" }
        lines.append(headline)
        return lines.joined(separator: "\n")
    }

    /// The same for a pull request.
    public var markdown: String {
        var lines = ["### finbench: \(headline)", ""]
        lines.append(
            "`\(profileName)`: \(baseline.words) against \(candidate.words); intervals hold for "
                + "all rows at once.")
        lines.append("")
        for (index, row) in rows.enumerated() {
            lines.append("| \(row.joined(separator: " | ")) |")
            if index == 0 { lines.append("|---|---:|---:|---:|---:|---|") }
        }
        let open = gates.filter { $0.verdict == .notEnoughData }
        if !open.isEmpty { lines.append("") }
        lines += open.map { "- `\($0.gate.name)`: \($0.reasonText)" }
        lines += notes.map { "- overlooked: \($0)" }
        return lines.joined(separator: "\n")
    }

    /// A row for each gate; shares as shares, latencies in milliseconds.
    public var csv: [UInt8] {
        var buffer = CSVBuffer(header: [
            "schema", "profile", "target", "gate", "unit", "baseline", "candidate", "effect",
            "effect_low", "effect_high", "p_value", "threshold", "verdict", "runs_baseline",
            "runs_candidate", "runs_history", "runs_missing", "reason",
        ])
        for found in gates {
            buffer.field(RunDocument.currentSchema)
            buffer.field(profileName)
            buffer.field(target.rawValue)
            buffer.field(found.gate.name)
            buffer.field(found.gate.isRatio ? "ms" : "1")
            let scale = found.gate.isRatio ? 1e6 : 1
            for value in [found.baseline / scale, found.candidate / scale, found.effect] {
                buffer.field(Decimals.number(value, places: 6))
            }
            for value in [found.low, found.high, found.probability] {
                buffer.field(value.map { Decimals.number($0, places: 6) } ?? "")
            }
            buffer.field(Decimals.number(found.gate.threshold, places: 6))
            buffer.field(found.verdict.rawValue)
            buffer.field(baseline.runs)
            buffer.field(candidate.runs)
            buffer.field(historyCount)
            buffer.field(found.runsMissing.map(Int64.init))
            buffer.field(found.reason)
            buffer.endRow()
        }
        return buffer.bytes
    }

    private var rows: [[String]] {
        [["metric", "baseline", "candidate", "change", Self.percent(confidence), "verdict"]]
            + gates.map { found in
                [
                    found.gate.name, found.figure(found.baseline), found.figure(found.candidate),
                    found.effectText, found.intervalText, found.verdict.words,
                ]
            }
    }

    private static func percent(_ confidence: Double) -> String {
        "\(Decimals.number(confidence * 100, places: 2)) % interval"
    }

    /// Columns as wide as their longest field, figures to the right.
    private static func table(_ rows: [[String]]) -> [String] {
        let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                column == 5 ? text : Human.pad(text, widths[column], right: column > 0)
            }
            return cells.joined(separator: "  ")
        }
    }
}

extension RunComparison.Side {
    fileprivate var words: String {
        let names = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let label = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
        return "\(runs) run\(runs == 1 ? "" : "s")\(label)"
    }
}

extension ComparisonVerdict {
    /// For people.
    var words: String { self == .notEnoughData ? "not enough data" : rawValue }
}

extension GateComparison {
    /// A latency or a share, for people.
    func figure(_ value: Double) -> String {
        gate.isRatio ? Human.span(UInt64(max(0, value))) : Human.percent(value)
    }

    /// The change, signed.
    var effectText: String { change(effect) }

    /// The interval of the change; a dash where none is known.
    var intervalText: String {
        guard let low else { return "-" }
        return high.map { "\(change(low)) … \(change($0))" } ?? ">= \(change(low))"
    }

    /// The reason, and what would help.
    var reasonText: String {
        guard let runsMissing else { return reason }
        return "\(reason); about \(runsMissing) more run\(runsMissing == 1 ? "" : "s") a side"
    }

    /// Percent for a ratio, percentage points for a rate.
    private func change(_ value: Double) -> String {
        let sign = value > 0 ? "+" : ""
        let unit = gate.isRatio ? "%" : "points"
        return "\(sign)\(Decimals.number(value * 100, places: abs(value) < 0.1 ? 2 : 1)) \(unit)"
    }
}
