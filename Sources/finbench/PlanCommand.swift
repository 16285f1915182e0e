import ArgumentParser
import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import Foundation

/// `finbench plan`: what a run will do, cost and be able to show.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a run will do, cost and be able to show; nothing is sent.",
        discussion: """
            Needs no key and no network. Starts, turns, users and ids are those of the run with the \
            same profile, options and seed; {run} stands for the id that each run makes for itself.
            """)

    @OptionGroup var options: PlanOptions
    @Flag(help: "Print the forecast as JSON.") var json = false
    @Option(help: "Worker processes of the run: auto, or a number.") var workers = WorkerCount.auto

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try command.work() }
    }

    private func work() throws -> Int32 {
        // The id of a run is made when it begins.
        let plan = try RunPlan(profile: try options.readProfile(), runID: "{run}")
        let processes = WorkerForecast(plan, workers)
        let limit = processes.streamsOfOneProcess * processes.processes
        let forecast = RunForecast(plan: plan, rowLimit: min(limit, plan.conversationLimit))
        Terminal.say(
            json
                ? try PlanCommand.json(Whole(forecast: forecast, processes: processes))
                : forecast.text() + "\n" + processes.text)
        try SafetyGate.check(plan)
        return Exit.success.rawValue
    }

    /// Conversations at a time that this process's open files allow.
    static func rowLimit(_ plan: RunPlan) -> Int {
        var settings = DriveSettings(baseURL: "", zero: Instant(nanoseconds: 0))
        settings.fileLimit = Host.raiseFileLimit()
        return settings.rowCount(plan)
    }

    /// The forecast's keys, and one for the processes.
    private struct Whole: Encodable {
        enum Keys: String, CodingKey { case processes }
        let forecast: RunForecast
        let processes: WorkerForecast

        func encode(to encoder: any Encoder) throws {
            try forecast.encode(to: encoder)
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(processes, forKey: .processes)
        }
    }

    private static func json(_ forecast: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(forecast), as: UTF8.self)
    }
}
