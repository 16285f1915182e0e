internal import FinMeasure

/// A figure over the runs of a line: a dot for each run on the band of what was usual before it.
enum TrendChart {
    /// A chart for each line of runs and figure that has values.
    static func all(_ trend: RunTrend) -> [Chart] {
        trend.lines.enumerated().flatMap { number, line in
            trend.gates.indices.compactMap { gate in
                chart(
                    line, trend.gates[gate], gate,
                    name: "trend-\(number + 1)-\(trend.gates[gate].name)")
            }
        }
    }

    private static func chart(
        _ line: RunTrend.Line, _ gate: ComparisonGate, _ index: Int, name: String
    ) -> Chart? {
        let values = line.runs.compactMap { $0.points[index]?.value }
        guard let least = values.min(), let most = values.max() else { return nil }
        let bands = line.runs.compactMap { $0.points[index]?.usual }
        let (low, high) = (
            min(least, bands.map(\.lowerBound).min() ?? least),
            max(most, bands.map(\.upperBound).max() ?? most)
        )
        let y: Chart.Axis =
            gate.isRatio
            ? .latency(.logarithmic(max(1, low * 0.9), max(2, high * 1.1)), gate.name)
            : .count(to: max(high * 100, 0.01), "\(gate.name), %")
        let scale = gate.isRatio ? 1.0 : 100
        return Chart(
            name: name, title: "\(gate.name) over the runs of \(line.name)",
            summary: summary(line, gate, index),
            panels: [
                .init(height: 150, x: axis(line), y: y, marks: marks(line, gate, index, scale))
            ],
            keys: [
                .init(style: .series(0), label: "a run"),
                .init(style: .faint, label: "usual, by the runs before", isLine: false),
                .init(style: .bad, label: "outside, or invalid", isLine: false),
            ])
    }

    /// A place for each run, and the day at a few of them.
    private static func axis(_ line: RunTrend.Line) -> Chart.Axis {
        let step = max(1, (line.runs.count + 5) / 6)
        let ticks = stride(from: 0, to: line.runs.count, by: step).map { index in
            let start = line.runs[index].document.startedAt
            return Chart.Tick(
                Double(index + 1), String(start.prefix(16).dropFirst(5)).replacing("T", with: " "))
        }
        return Chart.Axis(
            .linear(0.5, Double(line.runs.count) + 0.5), "runs, oldest first", ticks: ticks)
    }

    private static func marks(
        _ line: RunTrend.Line, _ gate: ComparisonGate, _ index: Int, _ scale: Double
    ) -> [Chart.Mark] {
        let places = line.runs.enumerated().compactMap { number, run in
            run.points[index].map { (x: Double(number + 1), run: run, point: $0) }
        }
        let bands = places.compactMap { place -> Chart.Mark? in
            guard let usual = place.point.usual else { return nil }
            return .box(
                .init(x: place.x - 0.5, y: usual.lowerBound * scale),
                .init(x: place.x + 0.5, y: usual.upperBound * scale), .faint,
                title: "usual: \(TrendText.range(usual, gate))")
        }
        let path = places.filter(\.run.isValid).map {
            Chart.Point(x: $0.x, y: $0.point.value * scale) as Chart.Point?
        }
        let dots = places.map { place -> Chart.Mark in
            let at = Chart.Point(x: place.x, y: place.point.value * scale)
            let words =
                "\(TrendText.name(place.run)), \(place.run.document.runID): "
                + TrendText.value(place.point, gate)
            if place.point.isLowerBound { return .bound(at, title: words) }
            let isDoubtful = !place.run.isValid || place.point.isUnusual == true
            return .dot(at, isDoubtful ? .bad : .series(0), title: words)
        }
        return bands + [.line(path, .series(0))] + dots
    }

    private static func summary(
        _ line: RunTrend.Line, _ gate: ComparisonGate, _ index: Int
    ) -> String {
        let points = line.runs.compactMap { $0.points[index] }
        guard let first = points.first, let last = points.last else { return "no values" }
        let outside = points.count { $0.isUnusual == true }
        return "\(points.count) runs, from \(TrendText.value(first, gate)) to "
            + "\(TrendText.value(last, gate)); \(outside) outside of what was usual"
    }
}
