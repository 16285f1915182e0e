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
            Prints a line for everything that happens, then what was found and how that \
            is known: framing, streaming, done signal, version, limits, hosts, clocks. \
            Keys, tokens, e-mail and texts are never shown. Without a profile or target: \
            the embedded simulator.

            Exit status: 0 the conversation came to an end of its own; 64 usage or \
            profile error; 69 the target cannot be reached, refused, or broke off; 130 \
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
        try LiveCheck.check(profile, isLive: live)
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
        profile.scenarios = []
        profile.conversation.turns = .fixed(Double(turns))
        return profile
    }
}

/// The question before a conversation that may cost money.
enum ProbeConsent {
    /// Shows what one conversation does and can cost, and asks, unless `--yes` stands for the answer.
    ///
    /// - Throws: `Complaint`, exit status 64, where nobody agreed; nothing was sent then.
    static func obtain(_ plan: RunPlan, isGiven: Bool) throws {
        let profile = plan.profile
        guard profile.isMetered, let target = profile.target else { return }
        try SafetyGate.check(plan)
        Terminal.note(words(plan, target))
        if isGiven { return }
        try Confirmation.ask(conversations: 1)
    }

    private static func words(_ plan: RunPlan, _ target: Profile.Target) -> String {
        let draft = plan.draft(0)
        let price = Money.words(plan.profile.safety.pricePerOutcome)
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
}
