internal import FinMeasure

/// Distributions as shares by bucket of equal ratio, failed turns in a column of their own.
enum LatencyHistogramChart {
    /// A distribution to draw.
    struct Entry {
        var name: String
        var counts: SeriesCounts
        var style: Chart.Style
    }

    /// The time to the first chunk; `sent` beside `planned` for one run, else the runs.
    static func ttft(_ runs: [RunPicture]) -> Chart? {
        let entries =
            runs.count == 1
            ? [Anchor.planned, .sent].enumerated().map { index, anchor in
                Entry(
                    name: "from \(anchor.rawValue)", counts: runs[0].main(.ttft, anchor),
                    style: .series(index, dash: index == 0 ? .solid : .dashed))
            }
            : runs.enumerated().map { index, run in
                Entry(
                    name: run.name, counts: run.main(.ttft, .planned), style: .series(index))
            }
        return chart(
            entries, name: "ttft-histogram", title: "TTFT histogram", unit: "turns",
            stamp: RunPicture.stamp(runs))
    }

    /// The time between chunks, by arrival and by the server's stamps.
    static func chunkGaps(_ runs: [RunPicture]) -> Chart? {
        let entries = runs.enumerated().flatMap { index, run in
            [Metric.chunkGap, .serverChunkGap].enumerated().map { place, metric in
                let label = place == 0 ? "by arrival" : "by the server's stamps"
                return Entry(
                    name: runs.count == 1 ? label : "\(run.name), \(label)",
                    counts: run.main(metric),
                    style: .series(
                        runs.count == 1 ? place : index, dash: place == 0 ? .solid : .dashed))
            }
        }
        return chart(
            entries, name: "chunk-gaps", title: "Time between chunks", unit: "gaps",
            stamp: RunPicture.stamp(runs))
    }

    /// Any distributions over one axis; nil where nothing was measured.
    static func chart(
        _ entries: [Entry], name: String, title: String, unit: String, stamp: String
    ) -> Chart? {
        let shown = entries.filter { $0.counts.slotTotal > 0 }
        let shares = shown.map { Self.shares($0.counts) }
        let buckets = shares.flatMap(\.keys)
        guard let low = buckets.min(), let high = buckets.max() else { return nil }
        let failed = shown.map {
            Double($0.counts.censored + $0.counts.above) / Double($0.counts.n)
        }
        let isFailing = failed.contains { $0 > 0 }
        let top = Double(HeatmapCSV.edge(high + 1))
        let floor = max(Double(HeatmapCSV.edge(low)), 500)
        let right = isFailing ? top * max(1.3, PercentileCurve.power(top / floor, 0.1)) : top
        let most = max(shares.flatMap(\.values).max() ?? 0, failed.max() ?? 0)
        var marks: [Chart.Mark] = []
        for (index, entry) in shown.enumerated() {
            marks += self.marks(entry, shares[index], low...high, isFilled: index == 0, unit)
        }
        marks += columns(shown, failed, top, right)
        var axis = Chart.Axis.latency(.logarithmic(floor, right), "buckets of equal ratio")
        axis.ticks = axis.ticks.filter { $0.value <= top }
        if isFailing { axis.ticks.append(.init((top * right).squareRoot(), "failed")) }
        return Chart(
            name: name, title: title, summary: summary(shown, unit),
            panels: [
                .init(
                    height: 200, x: axis,
                    y: .count(to: most * 100, "share of \(unit), %"), marks: marks)
            ], keys: shown.map { .init(style: $0.style, label: $0.name) }, stamp: stamp)
    }

    private static func shares(_ counts: SeriesCounts) -> [Int: Double] {
        var shares: [Int: Double] = [:]
        for found in HeatmapCSV.buckets(counts) {
            shares[found.bucket] = Double(found.count) / Double(counts.n)
        }
        return shares
    }

    private static func marks(
        _ entry: Entry, _ shares: [Int: Double], _ span: ClosedRange<Int>, isFilled: Bool,
        _ unit: String
    ) -> [Chart.Mark] {
        var outline: [Chart.Point] = [.init(x: Double(HeatmapCSV.edge(span.lowerBound)), y: 0)]
        var marks: [Chart.Mark] = []
        for bucket in span {
            let (low, high) = (HeatmapCSV.edge(bucket), HeatmapCSV.edge(bucket + 1))
            let share = (shares[bucket] ?? 0) * 100
            // `steps` goes across, then up: each level begins at the bucket's low end.
            outline.append(.init(x: Double(low), y: share))
            if share > 0, isFilled {
                let words = "\(Human.span(low)) to \(Human.span(high)): "
                marks.append(
                    .box(
                        .init(x: Double(low), y: 0), .init(x: Double(high), y: share), .heat(3),
                        title: words + "\(Human.percent(share / 100)) of \(unit)"))
            }
        }
        outline.append(.init(x: Double(HeatmapCSV.edge(span.upperBound + 1)), y: 0))
        return marks + [.steps(outline, entry.style)]
    }

    /// A column a distribution for the turns without a value.
    private static func columns(
        _ entries: [Entry], _ failed: [Double], _ top: Double, _ right: Double
    ) -> [Chart.Mark] {
        let ratio = PercentileCurve.power(right / (top * 1.03), 1 / Double(max(1, entries.count)))
        return failed.enumerated().compactMap { index, share in
            if share == 0 { return nil }
            let left = top * 1.03 * PercentileCurve.power(ratio, Double(index))
            let count = entries[index].counts.censored + entries[index].counts.above
            return .box(
                .init(x: left, y: 0), .init(x: left * ratio * 0.995, y: share * 100), .bad,
                title: "\(entries[index].name): \(count) failed, \(Human.percent(share))")
        }
    }

    private static func summary(_ entries: [Entry], _ unit: String) -> String {
        entries.map { entry in
            let values = entry.counts.values(at: [0.5, 0.99])
            return "\(entry.name): \(entry.counts.n) \(unit), p50 \(Human.span(values[0])), "
                + "p99 \(Human.span(values[1])), max \(Human.span(entry.counts.maximum))"
        }.joined(separator: ". ")
    }
}
