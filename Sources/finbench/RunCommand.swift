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

    @Argument(help: "A profile's path.") var profile: String?
    @Option(help: "The target's base URL, instead of the profile's.") var target: String?
    @Option(help: "Intercom's region instead of a URL: us, eu or au.") var region: String?
    @Flag(help: "Allow a target that is not this machine.") var live = false
    @Option(help: "Refuse a plan with more conversations.") var maxConversations: Int?
    @Flag(help: "Begin a run that costs money without typing its number of conversations.")
    var yes = false
    @Option(help: "The directory for the results.") var output: String?
    @Option(name: .customLong("label"), help: "A label K=V in every output; may be repeated.")
    var labels: [String] = []
    @Option(name: .customLong("set"), help: "Override a key of the profile: KEY=VALUE.")
    var overrides: [String] = []
    @Option(help: "The seed of every draw of the plan.") var seed: UInt64?
    @Option(help: "Whether turns.csv is written: auto (up to 1,000,000 turns), on, off.")
    var turns = Turns.auto
    @Option(help: "Live progress: auto, tty, plain, none.") var progress = Progress.Style.auto

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        let profile = try readProfile()
        try checkTarget(profile)
        let start = Clock.unixNanoseconds()
        let runID = RunID.make(unixNanoseconds: start, entropy: .random(in: .min ... .max))
        let plan = try RunPlan(profile: profile, runID: runID)
        try SafetyGate.check(plan)
        try Confirmation.obtain(plan, isLive: live, isGiven: yes)
        let directory = output ?? ResultsDirectory.fresh(profile.name, unixNanoseconds: start)
        let run = try PlannedRun(
            plan: plan, directory: directory, labels: try parsedLabels(), live: live,
            keepsTurns: keepsTurns(plan), progress: progress)
        return try await run.perform()
    }

    // MARK: - options

    private func readProfile() throws -> Profile {
        var pairs = try overrides.map { try RunCommand.pair($0, option: "--set", of: "KEY=VALUE") }
        if let target { pairs.append((key: "target.url", value: target)) }
        if let region { pairs.append((key: "target.region", value: region)) }
        if let seed { pairs.append((key: "load.seed", value: String(seed))) }
        if let maxConversations {
            pairs.append((key: "safety.max_conversations", value: String(maxConversations)))
        }
        guard let profile else {
            return try Profile.parse(
                text: Profile.quickstartText, source: "quickstart", overrides: pairs)
        }
        return try Profile.load(path: profile, overrides: pairs)
    }

    private func parsedLabels() throws -> [String: String] {
        var made: [String: String] = [:]
        for text in labels {
            let (key, value) = try RunCommand.pair(text, option: "--label", of: "K=V")
            made[key] = value
        }
        return made
    }

    private static func pair(
        _ text: String, option: String, of form: String
    ) throws -> (key: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw Complaint(.usage, "\(option) \"\(text)\" must have the form \(form)")
        }
        return (key: String(parts[0]), value: String(parts[1]))
    }

    /// Nothing is sent off this machine without being asked for twice.
    private func checkTarget(_ profile: Profile) throws {
        guard let target = profile.target else { return }
        guard let address = Address(url: target.url) else {
            throw Complaint(
                .usage, "target.url \"\(target.url)\" must be an http or https URL with a host")
        }
        if live { return }
        if let proxy = target.proxy, Address(url: proxy)?.isLoopback != true {
            throw Complaint(
                .usage,
                "the proxy \"\(proxy)\" is not this machine: what it forwards may cost "
                    + "money and reach real inboxes; add --live if that is meant")
        }
        if address.isLoopback { return }
        throw Complaint(
            .usage,
            "the target \"\(address.host)\" is not this machine: its conversations may cost money "
                + "and reach real inboxes; add --live if that is meant")
    }

    private func keepsTurns(_ plan: RunPlan) -> Bool {
        switch turns {
        case .on: true
        case .off: false
        case .auto: plan.expectedTurns <= 1_000_000 || plan.profile.targetKind == .live
        }
    }
}
