internal import FinMeasure

/// The time to the first chunk over the run, above the load that was asked for and given.
enum TTFTTimeChart {
    static func chart(_ runs: [RunPicture]) -> Chart? {
        let values = runs.flatMap { run in
            run.timeline.slices.flatMap { $0.ttft.values(at: [0.5, 0.99]) }.compactMap(\.self)
        }
        guard !values.isEmpty else { return nil }
        let axis = ChartTime.axis(runs)
        let hovers = ChartTime.hovers(runs, words)
        let latency = ChartScale.latency(values.map { Double($0.nanoseconds) })
        return Chart(
            name: "ttft-over-time", title: "TTFT over time, and the load",
            summary: summary(runs),
            panels: [
                .init(
                    height: 150, x: axis,
                    y: .latency(latency, "TTFT from planned, by when turns ended"),
                    marks: ChartTime.regions(runs) + lines(runs) + hovers),
                .init(
                    height: 80, x: axis,
                    y: .count(to: mostStarts(runs), "conversations begun per second", ticks: 3),
                    marks: ChartTime.regions(runs, isLabelled: false) + load(runs) + hovers),
            ], keys: keys(runs), stamp: RunPicture.stamp(runs))
    }

    // One run: a colour for each line. Several: a colour for each run, a dash for each line.
    private static func styles(_ index: Int, of count: Int) -> [Chart.Style] {
        count == 1
            ? [
                .series(0), .series(1, dash: .dashed), .series(4, dash: .dotted), .series(2),
            ]
            : [
                .series(index), .series(index, dash: .dashed), .series(index, dash: .dotted),
                .series(index),
            ]
    }

    private static func lines(_ runs: [RunPicture]) -> [Chart.Mark] {
        runs.enumerated().flatMap { index, run -> [Chart.Mark] in
            let style = styles(index, of: runs.count)
            let median = ChartTime.points(run) { span($0, 0.5) }
            let tail = ChartTime.points(run) { span($0, 0.99) }
            let bounds = run.timeline.slices.compactMap { slice -> Chart.Mark? in
                guard let value = slice.ttft.value(at: 0.99), value.isLowerBound else { return nil }
                let point = Chart.Point(
                    x: (slice.start + slice.end) / 2, y: Double(value.nanoseconds))
                return .bound(point, title: "p99 \(Human.span(value))")
            }
            return [.line(tail, style[1]), .line(median, style[0])] + bounds
        }
    }

    private static func span(_ slice: RunTimeline.Slice, _ share: Double) -> Double? {
        slice.ttft.value(at: share).map { Double($0.nanoseconds) }
    }

    private static func load(_ runs: [RunPicture]) -> [Chart.Mark] {
        runs.enumerated().flatMap { index, run -> [Chart.Mark] in
            let style = styles(index, of: runs.count)
            return [
                .line(ChartTime.points(run) { $0.rate(.starts) }, style[3]),
                .line(ChartTime.points(run) { $0.rate(.offeredStarts) }, style[2]),
            ]
        }
    }

    private static func mostStarts(_ runs: [RunPicture]) -> Double {
        runs.flatMap { run in
            run.timeline.slices.flatMap { slice in
                [slice.rate(.starts), slice.rate(.offeredStarts)].compactMap(\.self)
            }
        }.max() ?? 1
    }

    private static func keys(_ runs: [RunPicture]) -> [Chart.Key] {
        let style = styles(0, of: 1)
        if runs.count == 1 {
            return [
                .init(style: style[0], label: "p50"), .init(style: style[1], label: "p99"),
                .init(style: style[2], label: "offered"), .init(style: style[3], label: "begun"),
            ]
        }
        let lines: [Chart.Key] = [
            .init(style: .faint, label: "solid: p50, begun; dashed: p99; dotted: offered")
        ]
        return runs.enumerated().map { .init(style: .series($0), label: $1.name) } + lines
    }

    private static func words(_ slice: RunTimeline.Slice) -> String {
        let values = slice.ttft.values(at: [0.5, 0.99])
        let totals = slice.totals
        var parts = ["p50 \(Human.span(values[0])), p99 \(Human.span(values[1]))"]
        parts.append("\(slice.ttft.n) turns, \(totals.failed) failed")
        if let offered = slice.rate(.offeredStarts), let begun = slice.rate(.starts) {
            parts.append(
                "offered \(ChartLabel.number(offered))/s, begun \(ChartLabel.number(begun))/s")
        }
        return parts.joined(separator: "; ")
    }

    private static func summary(_ runs: [RunPicture]) -> String {
        runs.map { run in
            let values = run.main(.ttft, .planned).values(at: [0.5, 0.99])
            let medians = run.timeline.slices.compactMap { $0.ttft.value(at: 0.5)?.nanoseconds }
            let range =
                medians.isEmpty
                ? ""
                : "; by the slice p50 from \(Human.span(medians.min() ?? 0)) to "
                    + Human.span(medians.max() ?? 0)
            let name = runs.count > 1 ? "\(run.name): " : ""
            return "\(name)main phase p50 \(Human.span(values[0])), p99 \(Human.span(values[1]))"
                + range
        }.joined(separator: ". ")
    }
}
