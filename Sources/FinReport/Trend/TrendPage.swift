internal import FinMeasure

extension RunTrend {
    /// What the page is called when nobody names it.
    public static let fileName = "trend.html"

    /// The page: HTML in UTF-8, one file that asks nothing of the network.
    public func html() throws -> [UInt8] {
        let runCount = lines.reduce(0) { $0 + $1.runs.count }
        let model = PageModel(
            title: "finbench: \(runCount) runs over time",
            heading: "finbench: \(runCount) runs over time", toolVersion: toolVersion,
            css: ReportPage.style, runs: [], differences: [],
            charts: TrendChart.all(self).map { chart in
                PageModel.Figure(
                    name: chart.name, title: chart.title, note: chart.note,
                    svg: ChartDrawing.svg(chart))
            }, sideBySide: [], trends: lines.map(grid))
        return try ReportPage.render(model)
    }

    private func grid(_ line: Line) -> PageModel.Grid {
        PageModel.Grid(
            name: line.name, columns: gates.map(\.name),
            rows: line.runs.map { run in
                PageModel.Row(
                    name: TrendText.name(run),
                    cells: zip(run.points, gates).map { .init(value: TrendText.cell($0, $1)) })
            })
    }

    /// Writes the page.
    ///
    /// - Parameter path: a file, replaced whole; its folder is created when it is not there.
    /// - Throws: `ReportError` when the file system refuses.
    public func write(to path: String) throws {
        try RecordFiles.createFolder(of: path)
        try RecordFiles.replace(path: path, with: try html())
    }

    /// Writes each chart as an SVG into a directory, which is created when it is not there.
    ///
    /// - Returns: the names of the files.
    /// - Throws: `ReportError` when the file system refuses.
    public func writeCharts(to directory: String) throws -> [String] {
        try ReportPage.write(TrendChart.all(self), to: directory)
    }
}
