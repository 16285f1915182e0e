import ArgumentParser
import FinReport
import Foundation

/// `finbench audit`: a run held against the server's own truth.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Compare a run with the simulator's truth log.",
        discussion: """
            The truth log is what `finbench simulate --truth FILE` wrote; an embedded simulator
            leaves it in the run's directory as truth.csv. Exit status 1: not every turn is in both, an
            event of one that ended well is not, or one looks otherwise than the fault that the server
            gave it demands.
            """)

    @Argument(help: "The run's directory.") var run: String
    @Option(help: "The truth log; truth.csv of the run's directory when not given.")
    var truth: String?
    @Flag(help: "Print the errors of arrival as CSV.") var csv = false
    @Flag(help: "Print the table of faults as CSV.") var faultsCSV = false

    mutating func run() async throws {
        let (directory, isCSV, isFaultsCSV) = (run, csv, faultsCSV)
        let path = truth ?? "\(directory)/truth.csv"
        try await Terminal.guarding {
            let audit = try TruthAudit(directory: directory, truthPath: path)
            if isCSV { Terminal.say(audit.csv) }
            if isFaultsCSV { Terminal.say(audit.faultCSV) }
            if !isCSV && !isFaultsCSV { Terminal.say(audit.text) }
            return audit.isComplete && audit.agrees ? Exit.success.rawValue : 1
        }
    }
}
