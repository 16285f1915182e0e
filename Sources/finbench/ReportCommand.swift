import ArgumentParser
import FinProfile
import FinReport
import Foundation

/// `finbench report`: the page, the files and the table of a run, made again from its record.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make a run's page, files and table again from its record.",
        discussion: """
            Works on finished runs and on what a killed one left. The page, report.html, is one file \
            that needs no network. Several runs are laid over each other; their own files are left \
            as they are.

            finbench report results/latest                     the page, the files, the table
            finbench report results/a results/b --output ab.html
            finbench report results/latest --markdown          a summary for a pull request
            finbench report results/latest --format junit      what other tools read, see --format
            finbench report --trend results                    figures over all runs of a folder
            """)

    @Argument(
        help:
            "The run's directory; several are laid over each other. With --trend: or folders of runs."
    )
    var runs: [String]
    @Option(help: "Where the page goes; default: report.html in the first run's directory.")
    var output: String?
    @Option(name: .customLong("svg"), help: "Write each chart alone into this directory, too.")
    var charts: String?
    @Flag(help: "Draw TTFT and what SLOs are about over many runs, with the band of the usual.")
    var trend = false
    @Flag(help: "Print a summary in Markdown instead of the table.") var markdown = false
    @Flag(help: "Write the CSV files again and print nothing; with --trend: print CSV.")
    var csv = false
    @Option(
        help: """
            Print one run in another tool's form and write nothing: junit (the verdicts), hgrm \
            (HdrHistogram's percentile text of ttft), benchmark (github-action-benchmark).
            """, transform: ReportCommand.format) var format: ReportFormat?

    mutating func validate() throws {
        if runs.isEmpty { throw ValidationError("Name at least one run's directory.") }
        if trend {
            if format != nil || csv && markdown {
                throw ValidationError("--trend prints a table, --markdown or --csv: name one.")
            }
            return
        }
        if csv, output != nil || charts != nil || markdown {
            throw ValidationError("--csv writes the CSV files alone: leave the other options out.")
        }
        if format != nil, output != nil || charts != nil || markdown || csv || runs.count > 1 {
            throw ValidationError("--format prints one run and nothing else.")
        }
    }

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try command.work() }
    }

    private func work() throws -> Int32 {
        if trend { return try drawTrend() }
        if let format {
            let text = try format.render(directory: runs[0], parseSLO: ReportCommand.slo)
            Terminal.say(String(text.dropLast()))
            return Exit.success.rawValue
        }
        if csv {
            for run in runs { try Report.projectCSV(directory: run, parseSLO: ReportCommand.slo) }
            return Exit.success.rawValue
        }
        if runs.count == 1, output == nil, charts == nil, !markdown {
            let conclusion = try Report.finish(directory: runs[0], parseSLO: ReportCommand.slo)
            Terminal.say(conclusion.text)
            return conclusion.exitStatus
        }
        return try page()
    }

    /// A page of its own; the runs' other files stay as they are.
    private func page() throws -> Int32 {
        let page = try ReportPage(directories: runs, parseSLO: ReportCommand.slo)
        let path = output ?? "\(runs[0])/\(ReportPage.fileName)"
        try page.write(to: path)
        var lines = markdown ? [page.markdown] : page.headlines
        if let charts {
            let names = try page.writeCharts(to: charts)
            if !markdown { lines.append("\(charts): \(names.joined(separator: ", "))") }
        }
        if !markdown { lines.append("\(path)   open it in a browser") }
        Terminal.say(lines.joined(separator: "\n"))
        return page.exitStatus
    }

    /// Many runs' figures; writes nothing but the page and charts that are asked for.
    private func drawTrend() throws -> Int32 {
        let found = try RunTrend(
            directories: try runs.flatMap { try RunFolders.runs(in: $0) },
            parseSLO: { ReportCommand.slo($0)?.gate })
        if csv {
            Terminal.write(String(decoding: found.csv, as: UTF8.self), to: .standardOutput)
        } else {
            Terminal.say(markdown ? found.markdown : found.text)
        }
        if let charts { _ = try found.writeCharts(to: charts) }
        let isPrinted = csv || markdown
        if let path = output ?? (isPrinted ? nil : RunTrend.fileName) {
            try found.write(to: path)
            if !isPrinted { Terminal.say("\n\(path)   open it in a browser") }
        }
        return Exit.success.rawValue
    }

    private static func format(_ word: String) throws -> ReportFormat {
        if let format = ReportFormat(rawValue: word) { return format }
        throw ValidationError("--format \"\(word)\" must be junit, hgrm or benchmark.")
    }

    static func slo(_ text: String) -> SLO? { try? SLO.parse(text) }
}
