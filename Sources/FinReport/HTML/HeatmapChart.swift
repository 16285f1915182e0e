internal import FinMeasure

/// How many turns waited how long, over time: shows modes and pauses that percentiles hide.
enum HeatmapChart {
    static func chart(_ run: RunPicture, name: String) -> Chart? {
        let timeline = RunTimeline(run.record, most: 60)
        let cells = timeline.slices.map { Cells($0.ttft) }
        let buckets = cells.flatMap(\.counts.keys)
        let failed = cells.map(\.failed)
        guard let low = buckets.min(), let high = buckets.max() else { return nil }
        let most = max(cells.flatMap(\.counts.values).max() ?? 1, failed.max() ?? 0, 1)
        let isFailing = failed.contains { $0 > 0 }
        let scale = scale(low, high, isFailing: isFailing)
        let marks = zip(timeline.slices, cells).flatMap { slice, cells in
            self.marks(slice, cells, most, Double(HeatmapCSV.edge(high + 1)), scale)
        }
        var axis = Chart.Axis.latency(scale, "TTFT from planned")
        let top = Double(HeatmapCSV.edge(high + 1))
        axis.ticks = axis.ticks.filter { $0.value <= top }
        if isFailing { axis.ticks.append(.init((top * scale.high).squareRoot(), "failed")) }
        return Chart(
            name: name, title: "TTFT heat map",
            summary: "Turns by when they ended and how long they waited; the fullest cell holds "
                + "\(most) turns; \(failed.reduce(0, +)) turns failed",
            panels: [
                .init(
                    height: 230, x: ChartTime.axis([run]), y: axis,
                    marks: ChartTime.regions([run]) + marks)
            ], keys: keys(most), stamp: run.stamp)
    }

    /// One slice's turns: by bucket, and those without a value.
    private struct Cells {
        var counts: [Int: UInt64] = [:]
        var failed: UInt64

        init(_ series: SeriesCounts) {
            failed = series.censored + series.above
            for found in HeatmapCSV.buckets(series) { counts[found.bucket] = found.count }
        }
    }

    // Room for a row above all buckets where turns failed.
    private static func scale(_ low: Int, _ high: Int, isFailing: Bool) -> ChartScale {
        let (bottom, top) = (Double(HeatmapCSV.edge(low)), Double(HeatmapCSV.edge(high + 1)))
        let floor = max(bottom, 500)
        return .logarithmic(
            floor, isFailing ? top * max(1.25, PercentileCurve.power(top / floor, 0.08)) : top)
    }

    private static func marks(
        _ slice: RunTimeline.Slice, _ cells: Cells, _ most: UInt64, _ top: Double,
        _ scale: ChartScale
    ) -> [Chart.Mark] {
        let time = "\(ChartLabel.time(slice.start)) to \(ChartLabel.time(slice.end))"
        var marks = cells.counts.sorted { $0.key < $1.key }.map { bucket, count -> Chart.Mark in
            let (low, high) = (HeatmapCSV.edge(bucket), HeatmapCSV.edge(bucket + 1))
            return .box(
                .init(x: slice.start, y: Double(low)), .init(x: slice.end, y: Double(high)),
                .heat(strength(count, most)),
                title: "\(time), \(Human.span(low)) to \(Human.span(high)): \(count)")
        }
        if cells.failed > 0 {
            marks.append(
                .box(
                    .init(x: slice.start, y: top * 1.04), .init(x: slice.end, y: scale.high), .bad,
                    title: "\(time): \(cells.failed) failed"))
        }
        return marks
    }

    /// 1 to 8; by the square root, so that few turns beside many are still seen.
    private static func strength(_ count: UInt64, _ most: UInt64) -> Int {
        Int(((Double(count) / Double(most)).squareRoot() * 8).rounded(.up))
    }

    private static func keys(_ most: UInt64) -> [Chart.Key] {
        [(1, "1 turn"), (4, "\(max(1, most / 4))"), (8, "\(most)")].map {
            .init(style: .heat($0.0), label: $0.1, isLine: false)
        }
    }
}
