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

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try command.work() }
    }

    private func work() throws -> Int32 {
        // The id of a run is made when it begins.
        let plan = try RunPlan(profile: try options.readProfile(), runID: "{run}")
        let forecast = RunForecast(plan: plan, rowLimit: PlanCommand.rowLimit(plan))
        Terminal.say(json ? try PlanCommand.json(forecast) : forecast.text())
        try SafetyGate.check(plan)
        return Exit.success.rawValue
    }

    /// Conversations at a time that this process's open files allow.
    static func rowLimit(_ plan: RunPlan) -> Int {
        var settings = DriveSettings(baseURL: "", zero: Instant(nanoseconds: 0))
        settings.fileLimit = Host.raiseFileLimit()
        return settings.rowCount(plan)
    }

    private static func json(_ forecast: RunForecast) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(forecast), as: UTF8.self)
    }
}
