import ArgumentParser
import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import Foundation

/// `finbench probe`: one conversation, looked at closely.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Have one conversation and tell what was found.",
        discussion: """
            Prints a line for everything that happens, then what was found and how that
            is known: framing, streaming, done signal, version, limits, hosts, clocks.
            Keys, tokens, e-mail and texts are never shown. Without a profile or target:
            the embedded simulator.

            Exit status: 0 the conversation came to an end of its own; 64 usage or
            profile error; 69 the target cannot be reached, refused, or broke off; 130
            interrupted.
            """)

    @OptionGroup var options: PlanOptions
    @Flag(help: "Allow a target that is not this machine.") var live = false
    @Option(help: "Turns of the conversation.") var turns = 1
    @Flag(help: "Do not ask before a conversation that may cost money.") var yes = false

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        let profile = ProbeCommand.single(try readProfile(), turns: turns)
        try checkTarget(profile)
        let start = Clock.unixNanoseconds()
        let runID = RunID.make(unixNanoseconds: start, entropy: .random(in: .min ... .max))
        let plan = try RunPlan(profile: profile, runID: runID)
        let probe = try PlannedProbe(plan: plan, live: live)
        try ProbeConsent.obtain(plan, isGiven: yes)
        return try await probe.perform()
    }

    // MARK: - options

    private func readProfile() throws -> Profile {
        guard (1...Profile.Conversation.turnLimit).contains(turns) else {
            throw Complaint(
                .usage,
                "--turns \"\(turns)\" must be 1 to \(Profile.Conversation.turnLimit)")
        }
        return try options.readProfile()
    }

    /// The profile with one conversation in place of its load.
    private static func single(_ profile: Profile, turns: Int) -> Profile {
        var profile = profile
        let stage = Profile.Load.Stage(startRate: 1, endRate: 1, length: .seconds(1))
        profile.load.model = .open(.stages([stage], poisson: false))
        profile.load.conversations = 1
        profile.load.warmup = .zero
        profile.conversation.turns = .fixed(Double(turns))
        return profile
    }

    /// Nothing is sent off this machine without being asked for.
    private func checkTarget(_ profile: Profile) throws {
        guard let target = profile.target else { return }
        guard let address = Address(url: target.url) else {
            throw Complaint(
                .usage, "target.url \"\(target.url)\" must be an http or https URL with a host")
        }
        if live { return }
        let proxy = target.proxy.flatMap { Address(url: $0) }
        let outside = [proxy, address].compactMap { $0 }.first { !$0.isLoopback }
        guard let outside else { return }
        throw Complaint(
            .usage,
            "\(outside == address ? "the target" : "the proxy") \"\(outside.host)\" is not this "
                + "machine: a conversation may cost money and reach a real inbox; add --live if "
                + "that is meant")
    }
}

/// The question before a conversation that may cost money.
enum ProbeConsent {
    /// Shows what one conversation does and can cost, and asks, unless `--yes` stands for the answer.
    ///
    /// - Throws: `Complaint`, exit status 64, where nobody agreed; nothing was sent then.
    static func obtain(_ plan: RunPlan, isGiven: Bool) throws {
        let profile = plan.profile
        guard let target = profile.target, target.isMetered else { return }
        try checkCost(profile.safety)
        Terminal.note(words(plan, target))
        if isGiven { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Complaint(
                .usage,
                "the target costs money and nobody is at the terminal to confirm 1 conversation; "
                    + "nothing was sent: add --yes if it is meant")
        }
        FileHandle.standardError.write(Data("Type 1 to begin: ".utf8))
        let answer = readLine()?.trimmingCharacters(in: .whitespaces) ?? ""
        if answer != "1" {
            throw Complaint(.usage, "\"\(answer.prefix(40))\" is not 1; nothing was sent")
        }
    }

    private static func checkCost(_ safety: Profile.Safety) throws {
        guard let cap = safety.maxCost, safety.pricePerOutcome > cap else { return }
        throw Complaint(
            .usage,
            "one conversation can cost \(dollars(safety.pricePerOutcome)), but safety.max_cost is "
                + "\(dollars(cap)); nothing was sent")
    }

    private static func words(_ plan: RunPlan, _ target: Profile.Target) -> String {
        let draft = plan.draft(0)
        let price = dollars(plan.profile.safety.pricePerOutcome)
        let email = plan.userEmail(draft.user) == nil ? "no e-mail is sent" : "an e-mail is sent"
        return """
            This has 1 conversation of up to \(draft.turnCount) turn(s) with \(target.url):
              id    \(plan.conversationID(0))
              user  \(plan.userID(draft.user)), created there if unknown; \(email)
              cost  \(price) at the worst: a conversation is billed once at the most, by its \
            outcome, and also when the user just leaves after an answer
              An escalation reaches a real inbox.
            """
    }

    private static func dollars(_ amount: Double) -> String {
        let cents = Int((amount * 100).rounded(.up))
        return "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100) USD"
    }
}
