internal import FinMeasure
public import FinProfile
internal import Mustache

/// One or more runs for people to look at: a page, its charts, a summary in Markdown.
///
/// Everything is computed from the runs' records. The page is one file that asks nothing of the
/// network and runs no script.
public struct ReportPage: Sendable {
    /// What the page is called in a run's directory.
    public static let fileName = "report.html"

    let runs: [RunPicture]

    init(_ runs: [RunPicture]) { self.runs = RunPicture.named(runs) }

    /// Reads and judges the runs of some directories.
    ///
    /// - Parameters:
    ///   - directories: at least one; of finished runs, or of killed ones.
    ///   - parseSLO: the profile's parser; nil for what it does not understand.
    /// - Throws: `ReportError` when a record cannot be read.
    /// - Complexity: one pass over each record.
    public init(directories: [String], parseSLO: (String) -> SLO?) throws {
        precondition(!directories.isEmpty, "a page shows at least one run")
        self.init(
            try directories.map { directory in
                let record = try RecordReader.read(directory: directory)
                let slos = try Report.slos(in: directory, parseSLO)
                let rollup = Rollup(record)
                let survey = try TurnSurvey(record)
                return RunPicture(
                    record, rollup, try Judgement(record, rollup, slos: slos), survey,
                    AnatomyCSV.tables(survey))
            })
    }

    /// The page.
    ///
    /// - Returns: HTML in UTF-8; every text of the runs escaped.
    public func html() throws -> [UInt8] {
        let version = runs.first?.document.toolVersion ?? ""
        return try ReportPage.render(
            try PageModel(runs, toolVersion: version, css: ReportPage.style))
    }

    /// The style sheet of a page.
    static var style: String {
        PageResource.text(PackageResources.chart_css) + PageResource.text(PackageResources.page_css)
    }

    /// A page of what the model holds.
    static func render(_ model: PageModel) throws -> [UInt8] {
        MustacheContentTypes.register(Markup.hypertext, named: "HYPERTEXT")
        var library = MustacheLibrary()
        try library.register(PageResource.text(PackageResources.page_mustache), named: "page")
        try library.register(PageResource.text(PackageResources.run_mustache), named: "run")
        return [UInt8]((library.render(model, withTemplate: "page") ?? "").utf8)
    }

    /// Every chart as a file of its own.
    ///
    /// - Returns: names that end in `.svg`, unique, and whole SVG documents in UTF-8.
    public func charts() -> [(name: String, svg: [UInt8])] {
        ReportPage.alone(RunCharts.all(runs))
    }

    private static func alone(_ charts: [Chart]) -> [(name: String, svg: [UInt8])] {
        charts.map { (name: $0.name + ".svg", svg: file($0)) }
    }

    /// A chart as a file of its own: a whole SVG document with its style sheet.
    static func file(_ chart: Chart) -> [UInt8] {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let style = PageResource.text(PackageResources.chart_css)
        return [UInt8]((head + ChartDrawing.svg(chart, style: style)).utf8)
    }

    /// The runs in a few lines of Markdown, with a line break at the end.
    public var markdown: String { MarkdownSummary.text(runs) }

    /// The exit status of the run that decides: 3 before 1 before 2 before 0.
    public var exitStatus: Int32 {
        let all = runs.map(\.judgement.result.exitStatus)
        return [3, 1, 2].first { all.contains($0) } ?? 0
    }

    /// One line for each run: its name and its verdict.
    public var headlines: [String] {
        runs.map { "\($0.name): \(RunWords.headline($0))" }
    }

    /// Writes the page.
    ///
    /// - Parameter path: a file, replaced whole; its folder is created when it is not there.
    /// - Throws: `ReportError` when the file system refuses.
    public func write(to path: String) throws {
        try RecordFiles.createFolder(of: path)
        try RecordFiles.replace(path: path, with: try html())
    }

    /// Writes each chart into a directory, which is created when it is not there.
    ///
    /// - Returns: the names of the files.
    /// - Throws: `ReportError` when the file system refuses.
    public func writeCharts(to directory: String) throws -> [String] {
        try ReportPage.write(RunCharts.all(runs), to: directory)
    }

    static func write(_ drawn: [Chart], to directory: String) throws -> [String] {
        try RecordFiles.createDirectory(directory)
        let charts = alone(drawn)
        for chart in charts { try RecordFiles.replace(chart.name, in: directory, with: chart.svg) }
        return charts.map(\.name)
    }
}

/// The files that are part of the program.
enum PageResource {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
