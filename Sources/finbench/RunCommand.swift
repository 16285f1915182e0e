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
    @OptionGroup var slicing: SliceOptions
    @Option(
        help: """
            Processes to run: auto (more than one where open files or one core do not suffice), or a \
            number.
            """) var workers = WorkerCount.auto
    @Flag(help: .hidden) var worker = false
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
        let now = Clock.unixNanoseconds()
        let environment = ProcessInfo.processInfo.environment
        let shard = try slicing.resolve(environment)
        try checkDivision(shard)
        let runID = try slicing.makeRunID(shard, profile, now: now, environment)
        let whole = try RunPlan(profile: profile, runID: runID)
        let endpoint = try metrics.map { MetricsEndpoint(try MetricsAddress($0)) }
        try SafetyGate.check(whole)
        let directory = output ?? ResultsDirectory.fresh(profile.name, unixNanoseconds: now)
        let count =
            shard == .whole && !worker
            ? workers.resolve(whole, fileLimit: Host.raiseFileLimit()) : 1
        if count > 1 { return try await workerRun(whole, count, directory) }
        let plan = try whole.slice(shard, hasCommonReceiver: worker)
        if shard != .whole, !worker {
            Terminal.note(
                "finbench: \(shard.words) of run \(runID): \(plan.conversationLimit) of "
                    + "\(whole.conversationLimit) conversations")
        }
        let run = try PlannedRun(
            plan: plan, directory: directory, labels: try parsedLabels(), live: live,
            keepsTurns: keepsTurns(whole), progress: progress, start: try runStart(),
            metrics: endpoint)
        try confirm(whole, directory)
        return try await run.perform()
    }

    /// A slice of several is one process.
    private func checkDivision(_ shard: PlanShard) throws {
        guard shard != .whole, case .count(let count) = workers, count > 1 else { return }
        throw Complaint(
            .usage,
            "--workers \"\(count)\" divides a whole run, and this is \(shard.words), by --shard, "
                + "--shards or the job it runs in: drop --workers, or ask for more slices")
    }

    /// Makes the directory and asks; nothing is left behind when the answer is no.
    private func confirm(_ plan: RunPlan, _ directory: String) throws {
        // The key is read and the directory is there: nobody confirms what cannot begin.
        try ResultsDirectory.create(directory, overwrites: overwrite)
        if worker { return }
        do {
            try Confirmation.obtain(plan, isLive: live, isGiven: yes)
        } catch {
            ResultsDirectory.removeEmpty(directory)
            throw error
        }
    }

    private func runStart() throws -> RunStart {
        if worker { return .told(WorkerInput()) }
        return try slicing.startInstant().map { .at(unixNanoseconds: $0) } ?? .soon
    }

    private func workerRun(
        _ plan: RunPlan, _ count: Int, _ directory: String
    ) async throws -> Int32 {
        if metrics != nil {
            throw Complaint(
                .usage,
                "--metrics tells of one process, and this run takes \(count): use --workers 1, or "
                    + "leave --metrics out")
        }
        _ = try Secrets.authorization(plan.profile)
        _ = try Secrets.headers(plan.profile)
        _ = try Secrets.helpdesk(plan.profile)
        _ = try plan.slice(PlanShard.all(count)[0], hasCommonReceiver: true)
        let receiver = try RunReceiver(plan.profile)
        var arguments = ["run"] + options.arguments + ["--worker", "--yes", "--progress", "none"]
        if live { arguments.append("--live") }
        for label in labels { arguments += ["--label", label] }
        arguments += ["--run-id", plan.runID, "--turns", keepsTurns(plan) ? "on" : "off"]
        _ = try parsedLabels()
        let run = WorkerRun(
            plan: plan, count: count, directory: directory, arguments: arguments,
            progress: progress, start: try slicing.startInstant(), receiver: receiver)
        try confirm(plan, directory)
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
