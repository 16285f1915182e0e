/// Every chart of one or more runs, in the order of the page.
enum RunCharts {
    /// - Returns: only charts with something to show; their names are unique.
    static func all(_ runs: [RunPicture]) -> [Chart] {
        func each(_ name: String, _ make: (RunPicture, String) -> Chart?) -> [Chart?] {
            runs.enumerated().map { index, run in
                var chart = make(run, runs.count == 1 ? name : "\(name)-\(index + 1)")
                if runs.count > 1 { chart?.title += ", run \(run.name)" }
                return chart
            }
        }
        let shared = [
            TTFTTimeChart.chart(runs), TTFTPercentileChart.chart(runs),
            LatencyHistogramChart.ttft(runs),
        ]
        return
            (shared + each("ttft-heatmap", HeatmapChart.chart) + [AnatomyChart.chart(runs)]
            + [LatencyHistogramChart.chunkGaps(runs)] + each("outcomes", OutcomeChart.chart)
            + each("generator", GeneratorChart.chart)).compactMap(\.self)
    }
}
