import ArgumentParser
import FinProfile
import FinReport
import Foundation

/// `finbench merge`: the slices of a plan as one run.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Make one run of the slices of a plan.",
        discussion: """
            Histograms are added bucket by bucket, tables are joined on UTC, objectives and validity are \
            judged on the whole; each slice must be valid by itself, too. Prints the state of each \
            slice's clock. A merge in steps comes to the same as one merge. Exit status: that of the \
            merged run; 64 when the directories are not the slices of one plan, each once and all of \
            them. Where --partial took in a slice that was killed, or one is missing, it is never 0: \
            the rest can fail the plan, not pass it.

            finbench merge slices/* --output results/whole
            """)

    @Argument(help: "The slices' directories, or those of earlier merges.") var slices: [String]
    @Option(help: "The directory for the merged run.") var output: String
    @Flag(help: "Take what there is: slices may be missing, or were killed.") var partial = false
    @Flag(help: "Let --output be the directory of an earlier run.") var overwrite = false

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try command.work() }
    }

    private func work() throws -> Int32 {
        let own = URL(fileURLWithPath: output).standardizedFileURL.path
        if slices.contains(where: { URL(fileURLWithPath: $0).standardizedFileURL.path == own }) {
            throw Complaint(
                .usage, "--output \"\(output)\" is one of the slices; name a new directory")
        }
        let merge = try RunMerge(
            directories: slices, isPartial: partial, parseSLO: ReportCommand.slo)
        try ResultsDirectory.create(output, overwrites: overwrite)
        try merge.write(to: output)
        let conclusion = try Report.finish(directory: output, parseSLO: ReportCommand.slo)
        Terminal.say(merge.clockTable + "\n")
        Terminal.say(conclusion.text)
        return conclusion.exitStatus
    }
}
