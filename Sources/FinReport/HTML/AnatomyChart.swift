internal import FinMeasure

/// What the time to the first chunk is made of, for the turns around each percentile.
///
/// A bar of mean parts each: percentiles of parts do not add up, means of the same turns do.
enum AnatomyChart {
    /// The parts in words, in the order in which they happen.
    static let names = ["late start", "POST", "subscribe", "connect", "wait"]

    /// One bar.
    struct Bar: Equatable {
        /// What turns: the percentile, and whose.
        var label: String
        /// Nanoseconds, in the order of `names`.
        var means: [Int64]
        var n: Int

        var total: Int64 { means.reduce(0, +) }
    }

    /// The bars of every run; from the histograms' means where turns were not written.
    static func bars(_ runs: [RunPicture]) -> [Bar] {
        let places = ["all", "p50", "p95", "p99"]
        let all = runs.enumerated().flatMap { index, run in
            run.tables.map { table -> (Int, Bar) in
                var words = [table.at]
                if run.document.scenarios.count > 1 { words.append(table.scenario) }
                if runs.count > 1 { words.append("#\(index + 1)") }
                let bar = Bar(label: words.joined(separator: " "), means: table.means, n: table.n)
                return (places.firstIndex(of: table.at) ?? 0, bar)
            }
        }
        // Runs beside each other at every percentile.
        return all.enumerated().sorted { ($0.1.0, $0.0) < ($1.1.0, $1.0) }.map(\.element.1)
    }

    static func chart(_ runs: [RunPicture]) -> Chart? {
        let bars = self.bars(runs)
        guard let longest = bars.map(\.total).max(), longest > 0 else { return nil }
        let scale = ChartScale.linear(0, Double(longest) * 1.16)
        // Rows from the top down: the first bar has the highest place.
        let rows = bars.enumerated().map { ($1, Double(bars.count - 1 - $0)) }
        let ticks = rows.map { Chart.Tick($1 + 0.5, $0.label) }
        return Chart(
            name: "anatomy", title: "Anatomy of a turn", summary: summary(bars),
            panels: [
                .init(
                    height: Double(bars.count) * (bars.count > 4 ? 24 : 30),
                    x: .latency(scale, "mean parts of TTFT", ticks: 5),
                    y: .init(.linear(0, Double(bars.count)), "turns around", ticks: ticks),
                    marks: rows.flatMap { marks($0, $1, scale) })
            ],
            keys: names.enumerated().map {
                .init(style: .series($0), label: "\($0 + 1) \($1)", isLine: false)
            }, stamp: RunPicture.stamp(runs))
    }

    private static func marks(_ bar: Bar, _ row: Double, _ scale: ChartScale) -> [Chart.Mark] {
        var marks: [Chart.Mark] = []
        var start = 0.0
        for (index, mean) in bar.means.enumerated() {
            let end = start + Double(max(0, mean))
            let title = "\(bar.label), \(names[index]): \(Human.span(signed: mean)), \(bar.n) turns"
            marks.append(
                .box(
                    .init(x: start, y: row + 0.16), .init(x: end, y: row + 0.84), .series(index),
                    title: title))
            // The number of the part where there is room for it: colour alone would not do.
            if scale.fraction(end) - scale.fraction(start) > 0.05 {
                marks.append(.words(.init(x: (start + end) / 2, y: row + 0.5), "\(index + 1)"))
            }
            start = end
        }
        let words = ChartLabel.span(Double(bar.total))
        let room = scale.high * 0.075
        return marks + [.label(.init(x: start + room, y: row + 0.5), words)]
    }

    private static func summary(_ bars: [Bar]) -> String {
        bars.map { bar in
            let parts = zip(names, bar.means).map { "\($0) \(Human.span(signed: $1))" }
            return "\(bar.label): " + parts.joined(separator: ", ")
        }.joined(separator: ". ")
    }
}

extension RunPicture {
    /// The anatomy, of the turns themselves or else of the histograms' means.
    fileprivate var tables: [AnatomyCSV.Table] {
        if !anatomy.isEmpty { return anatomy }
        let counts = AnatomyCSV.parts.map { main($0) }
        let means = counts.compactMap(\.mean).map { Int64($0.rounded()) }
        guard means.count == counts.count else { return [] }
        let n = counts.map(\.measured).min() ?? 0
        return [.init(scenario: "", at: "all", means: means, n: Int(clamping: n))]
    }
}
