import ArgumentParser
import FinReport
import Foundation

/// `finbench audit`: a run held against the server's own truth.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Compare a run with the simulator's truth log.",
        discussion: """
            The truth log is what `finbench simulate --truth FILE` wrote; an embedded simulator
            leaves it in the run's directory as truth.csv. Exit status 1: not every turn is in both.
            """)

    @Argument(help: "The run's directory.") var run: String
    @Option(help: "The truth log; truth.csv of the run's directory when not given.")
    var truth: String?
    @Flag(help: "Print CSV instead of a table.") var csv = false

    mutating func run() async throws {
        let (directory, isCSV) = (run, csv)
        let path = truth ?? "\(directory)/truth.csv"
        try await Terminal.guarding {
            let audit = try TruthAudit(directory: directory, truthPath: path)
            Terminal.say(isCSV ? audit.csv : audit.text)
            return audit.isComplete ? Exit.success.rawValue : 1
        }
    }
}
