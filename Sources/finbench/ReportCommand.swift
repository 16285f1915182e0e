import ArgumentParser
import FinProfile
import FinReport

/// `finbench report`: the files and the table of a run, made again from its record.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Make a run's files and table again from its record.",
        discussion: "Works on finished runs and on what a killed one left.")

    @Argument(help: "The run's directory.") var run: String
    @Flag(help: "Write the CSV files again and print nothing.") var csv = false

    mutating func run() async throws {
        let (directory, isQuiet) = (run, csv)
        try await Terminal.guarding {
            if isQuiet {
                try Report.projectCSV(directory: directory, parseSLO: ReportCommand.slo)
                return Exit.success.rawValue
            }
            let conclusion = try Report.finish(directory: directory, parseSLO: ReportCommand.slo)
            Terminal.say(conclusion.text)
            return conclusion.exitStatus
        }
    }

    private static func slo(_ text: String) -> SLO? { try? SLO.parse(text) }
}
