internal import FinMeasure
internal import FinProfile

/// The percentile curve of the time to the first chunk, from `planned` and from `sent`.
enum TTFTPercentileChart {
    private struct Line {
        var curve: PercentileCurve
        var counts: SeriesCounts
        var style: Chart.Style
        var name: String
    }

    static let marked: [Double] = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]

    static func chart(_ runs: [RunPicture]) -> Chart? {
        let lines = self.lines(runs).filter { $0.counts.n > 0 }
        guard !lines.isEmpty else { return nil }
        let levels = self.levels(runs)
        let scale = ChartScale.tail(to: lines.map(\.curve.reach).max() ?? 0.9)
        let values =
            lines.flatMap { $0.curve.points.map(\.y) + [Double($0.curve.bound?.nanoseconds ?? 0)] }
            + levels.map(\.value)
        return Chart(
            name: "ttft-percentiles", title: "TTFT percentiles", summary: summary(lines),
            panels: [
                .init(
                    height: 230,
                    x: .percentile(scale, "share of turns that waited no longer"),
                    y: .latency(.latency(values), "TTFT"),
                    marks: regions(runs, lines, scale)
                        + levels.map { .level($0.value, label: $0.label) }
                        + lines.flatMap { marks($0, scale) })
            ], keys: lines.map { .init(style: $0.style, label: $0.name) },
            stamp: RunPicture.stamp(runs))
    }

    private static func lines(_ runs: [RunPicture]) -> [Line] {
        runs.enumerated().flatMap { index, run in
            [Anchor.planned, .sent].map { anchor in
                let counts = run.main(.ttft, anchor)
                let isSent = anchor == .sent
                let color = runs.count == 1 ? (isSent ? 1 : 0) : index
                return Line(
                    curve: PercentileCurve(counts), counts: counts,
                    style: .series(color, dash: isSent ? .dashed : .solid),
                    name: runs.count == 1
                        ? "from \(anchor.rawValue)"
                        : "\(run.name), \(anchor.rawValue)")
            }
        }
    }

    private static func marks(_ line: Line, _ scale: ChartScale) -> [Chart.Mark] {
        var marks: [Chart.Mark] = [.line(line.curve.points, line.style)]
        let values = line.counts.values(at: marked)
        for (share, value) in zip(marked, values) where share <= scale.high {
            guard let value else { continue }
            let point = Chart.Point(x: share, y: Double(value.nanoseconds))
            let title = "\(line.name) \(ChartLabel.percentile(share)): \(Human.span(value))"
            if value.isLowerBound {
                marks.append(.bound(point, title: title))
            } else {
                marks.append(.dot(point, line.style, title: title))
            }
        }
        return marks
    }

    /// Where only lower bounds are known: failed turns rank there.
    private static func regions(
        _ runs: [RunPicture], _ lines: [Line], _ scale: ChartScale
    ) -> [Chart.Mark] {
        guard runs.count == 1, let line = lines.first, line.curve.measured < scale.high,
            line.counts.censored + line.counts.above > 0
        else { return [] }
        let failed = line.counts.censored + line.counts.above
        let label = "\(Human.span(line.curve.bound)): \(failed) of \(line.counts.n) failed"
        return [.region(line.curve.measured...scale.high, .bound, label: label)]
    }

    /// The limits that SLOs set to the TTFT of all turns.
    private static func levels(_ runs: [RunPicture]) -> [(value: Double, label: String)] {
        guard let run = runs.first else { return [] }
        return run.judgement.slos.compactMap { result in
            guard case .percentile(.ttft, _, _, let limit) = result.slo.subject,
                result.slo.scenario == nil, result.slo.turn == .all
            else { return nil }
            return (Double(limit.count), "SLO \(result.slo.text)")
        }
    }

    private static func summary(_ lines: [Line]) -> String {
        lines.map { line in
            let values = line.counts.values(at: marked)
            let words = zip(marked, values).filter { $0.0 <= line.curve.reach }.map {
                "\(ChartLabel.percentile($0)) \(Human.span($1))"
            }
            let failed = line.counts.censored
            return "\(line.name): " + words.joined(separator: ", ")
                + ", max \(Human.span(line.counts.maximum)), n \(line.counts.n)"
                + (failed > 0 ? ", of them \(failed) failed" : "")
        }.joined(separator: ". ")
    }
}
