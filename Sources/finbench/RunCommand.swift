import ArgumentParser
import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// `finbench run`: a profile against a target, or against the embedded simulator.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a profile and write what was measured.",
        discussion: "Without a profile: quickstart, ten seconds against the embedded simulator.")

    enum Turns: String, ExpressibleByArgument, CaseIterable { case auto, on, off }

    @OptionGroup var options: PlanOptions
    @Flag(help: "Allow a target that is not this machine.") var live = false
    @Flag(help: "Begin a run that costs money without typing its number of conversations.")
    var yes = false
    @Option(help: "The directory for the results.") var output: String?
    @Flag(help: "Let --output be the directory of an earlier run.") var overwrite = false
    @Option(name: .customLong("label"), help: "A label K=V in every output; may be repeated.")
    var labels: [String] = []
    @Option(help: "Whether turns.csv is written: auto (up to 1,000,000 turns), on, off.")
    var turns = Turns.auto
    @Option(help: "Live progress: auto, tty, plain, none.") var progress = Progress.Style.auto
    @Option(
        help: ArgumentHelp(
            "While the run lasts, serve /metrics in OpenMetrics there; a port alone is loopback's.",
            valueName: "host:port")) var metrics: String?

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        let profile = try options.readProfile()
        try LiveCheck.check(profile, isLive: live)
        let start = Clock.unixNanoseconds()
        let runID = RunID.make(unixNanoseconds: start, entropy: .random(in: .min ... .max))
        let plan = try RunPlan(profile: profile, runID: runID)
        let endpoint = try metrics.map { MetricsEndpoint(try MetricsAddress($0)) }
        try SafetyGate.check(plan)
        let directory = output ?? ResultsDirectory.fresh(profile.name, unixNanoseconds: start)
        let run = try PlannedRun(
            plan: plan, directory: directory, labels: try parsedLabels(), live: live,
            keepsTurns: keepsTurns(plan), progress: progress, metrics: endpoint)
        // The key is read and the directory is there: nobody confirms what cannot begin.
        try ResultsDirectory.create(directory, overwrites: overwrite)
        do {
            try Confirmation.obtain(plan, isLive: live, isGiven: yes)
        } catch {
            ResultsDirectory.removeEmpty(directory)
            throw error
        }
        return try await run.perform()
    }

    // MARK: - options

    private func parsedLabels() throws -> [String: String] {
        var made: [String: String] = [:]
        for text in labels {
            let (key, value) = try PlanOptions.pair(text, option: "--label", of: "K=V")
            made[key] = value
        }
        return made
    }

    private func keepsTurns(_ plan: RunPlan) -> Bool {
        switch turns {
        case .on: true
        case .off: false
        case .auto: plan.expectedTurns <= 1_000_000 || plan.profile.targetKind == .live
        }
    }
}
