internal import FinMeasure

/// The time to the first chunk over the rate of conversations: where the knee is.
enum CapacityChart {
    static func chart(_ rows: [CapacityTable.Row]) -> Chart? {
        let rows = rows.sorted { $0.asked < $1.asked }
        let lines = [
            line(rows, "p50", 0, \.p50), line(rows, "p95", 1, \.p95), line(rows, "p99", 2, \.p99),
        ]
        let values = lines.flatMap { $0.points.compactMap { $0?.y } }
        guard let lowest = rows.first?.asked, let highest = rows.last?.asked, !values.isEmpty
        else { return nil }
        let scale = ChartScale.logarithmic(lowest / 1.1, highest * 1.1)
        let ticks = scale.ticks(6).map { Chart.Tick($0, ChartLabel.number($0)) }
        return Chart(
            name: "capacity", title: "TTFT by rate", summary: summary(rows),
            panels: [
                .init(
                    height: 230, x: .init(scale, "conversations begun a second", ticks: ticks),
                    y: .latency(.latency(values), "TTFT"),
                    marks: regions(rows, scale) + lines.map { .line($0.points, $0.style) }
                        + lines.flatMap(\.marks))
            ], keys: lines.map { .init(style: $0.style, label: $0.name) })
    }

    private struct Line {
        var name: String
        var style: Chart.Style
        var points: [Chart.Point?]
        var marks: [Chart.Mark]
    }

    private static func line(
        _ rows: [CapacityTable.Row], _ name: String, _ number: Int,
        _ value: (CapacityTable.Row) -> RankedValue?
    ) -> Line {
        var line = Line(
            name: name, style: .series(number, dash: number == 0 ? .solid : .dashed), points: [],
            marks: [])
        for row in rows {
            guard let value = value(row) else { continue }
            let point = Chart.Point(x: row.asked, y: Double(value.nanoseconds))
            let title =
                "\(Human.rate(row.asked)): \(name) \(Human.span(value)), \(row.words)"
            line.points.append(value.isLowerBound ? nil : point)
            line.marks.append(
                value.isLowerBound
                    ? .bound(point, title: title) : .dot(point, line.style, title: title))
        }
        return line
    }

    /// Rates above the last that passed.
    private static func regions(_ rows: [CapacityTable.Row], _ scale: ChartScale) -> [Chart.Mark] {
        let passed = rows.last { $0.verdict == .pass }?.asked
        guard let refused = rows.first(where: { $0.verdict != .pass && $0.asked > passed ?? 0 })
        else { return [] }
        let isInvalid = refused.verdict == .invalid
        return [
            .region(
                (passed ?? scale.low)...scale.high, isInvalid ? .invalid : .bound,
                label: refused.words)
        ]
    }

    private static func summary(_ rows: [CapacityTable.Row]) -> String {
        rows.map { "\(Human.rate($0.asked)): p95 \(Human.span($0.p95)), \($0.words)" }
            .joined(separator: "; ")
    }
}
