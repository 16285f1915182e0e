internal import FinMeasure

/// A trend as rows: for a terminal, for Markdown, as CSV.
enum TrendText {
    static let columns = [
        "schema", "run_id", "started_at", "target", "profile", "label", "metric", "unit", "value",
        "is_lower_bound", "usual_low", "usual_high", "is_unusual", "valid",
    ]

    static func value(_ point: RunTrend.Point, _ gate: ComparisonGate) -> String {
        (point.isLowerBound ? ">= " : "") + value(point.value, gate)
    }

    static func value(_ value: Double, _ gate: ComparisonGate) -> String {
        gate.isRatio ? Human.span(UInt64(max(0, value).rounded())) : Human.percent(value)
    }

    static func range(_ usual: ClosedRange<Double>, _ gate: ComparisonGate) -> String {
        "\(value(usual.lowerBound, gate)) to \(value(usual.upperBound, gate))"
    }

    /// A run's name in a row: when it began, and its labels.
    static func name(_ run: RunTrend.Run) -> String {
        let labels = run.document.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let start = run.document.startedAt.prefix(16)
        return ([String(start)] + labels + (run.isValid ? [] : ["INVALID"])).joined(separator: " ")
    }

    /// A value, marked where it is unusual.
    static func cell(_ point: RunTrend.Point?, _ gate: ComparisonGate) -> String {
        guard let point else { return "-" }
        return value(point, gate) + (point.isUnusual == true ? " !" : "")
    }
}

extension RunTrend {
    /// A table for each line of runs, and what is unusual of the newest ones.
    public var text: String {
        let head = ["run"] + gates.map(\.name)
        let blocks = lines.map { line in
            let rows = line.runs.map { run in
                [TrendText.name(run)] + zip(run.points, gates).map { TrendText.cell($0, $1) }
            }
            return ([line.name] + RunTrend.aligned([head] + rows)).joined(separator: "\n")
        }
        let words =
            findings.isEmpty
            ? ["! marks a value outside of what the runs before it make usual (95 %)."] : findings
        return (blocks + [words.joined(separator: "\n")]).joined(separator: "\n\n")
    }

    /// The same for a pull request.
    public var markdown: String {
        let head = ["Run"] + gates.map(\.name)
        let blocks = lines.map { line in
            let rows = line.runs.map { run in
                [TrendText.name(run)] + zip(run.points, gates).map { TrendText.cell($0, $1) }
            }
            let table = [head, ["---"] + gates.map { _ in "--:" }] + rows
            return
                (["#### \(Markup.markdown(line.name))", ""]
                + table.map { "| " + $0.map(Markup.markdown).joined(separator: " | ") + " |" })
                .joined(separator: "\n")
        }
        let words = findings.map { "- \(Markup.markdown($0))" }
        return (blocks + (words.isEmpty ? [] : [words.joined(separator: "\n")]))
            .joined(separator: "\n\n")
    }

    /// One row for each run and figure; milliseconds, or a share.
    public var csv: [UInt8] {
        var buffer = CSVBuffer(header: TrendText.columns)
        for line in lines {
            for run in line.runs {
                for (gate, point) in zip(gates, run.points) { append(run, gate, point, &buffer) }
            }
        }
        return buffer.bytes
    }

    private func append(
        _ run: Run, _ gate: ComparisonGate, _ point: Point?, _ buffer: inout CSVBuffer
    ) {
        func number(_ value: Double?) -> String {
            value.map { Decimals.number(gate.isRatio ? $0 / 1e6 : $0) } ?? ""
        }
        let document = run.document
        buffer.field(RunDocument.currentSchema)
        let labels = document.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        for text in [
            document.runID, document.startedAt, document.target.kind.rawValue,
            document.profileName, labels.joined(separator: ";"), gate.name,
            gate.isRatio ? "ms" : "1", number(point?.value),
        ] { buffer.field(text) }
        buffer.field(point?.isLowerBound ?? false)
        buffer.field(number(point?.usual?.lowerBound))
        buffer.field(number(point?.usual?.upperBound))
        buffer.field(point?.isUnusual.map { $0 ? "1" : "0" } ?? "")
        buffer.field(run.isValid)
        buffer.endRow()
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        guard let first = rows.first else { return [] }
        let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { Human.pad(row[$0], widths[$0], right: $0 > 0) }
                .joined(separator: "  ")
        }
    }
}
