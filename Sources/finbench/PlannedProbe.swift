import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import Foundation

/// A probe that is decided in every detail: finds its target, performs it, says what came of it.
struct PlannedProbe: Sendable {
    private let plan: RunPlan
    private let live: Bool
    private let authorization: String?
    private let headers: [String]
    private let mailbox: Mailbox<DriveRequest>

    private static let width = 80  // columns that every terminal has

    /// Reads the profile's secrets; sends nothing.
    init(plan: RunPlan, live: Bool) throws {
        self.plan = plan
        self.live = live
        authorization = try Secrets.authorization(plan.profile)
        headers = try Secrets.headers(plan.profile)
        mailbox = try Mailbox()
    }

    /// Has the conversation, prints it and what was found; answers the exit status.
    func perform() async throws -> Int32 {
        let signals = StopSignals(mailbox: mailbox)
        defer { signals.stop() }
        let report = try await probe()
        Terminal.say("\nfound")
        Terminal.say(report.text(width: PlannedProbe.width))
        switch report.end {
        case .reached: return Exit.success.rawValue
        case .refused(let words): throw Complaint(.unreachable, words)
        case .outside(let words): throw Complaint(.usage, words)
        case .interrupted: return Exit.interrupted.rawValue
        }
    }

    private func probe() async throws -> ProbeReport {
        if let target = plan.profile.target { return try await probe(url: target.url) }
        let outcome = try await SimulatorProcess.with(
            executable: try EmbeddedSimulator.executable(), arguments: ["simulate", "--embedded"],
            settings: try EmbeddedSimulator.line(plan.profile.simulator), mailbox: mailbox
        ) { url in
            try await probe(url: url)
        }
        if let words = outcome.lastWords {
            throw Complaint(
                .software,
                "the embedded simulator ended before the probe did; its last words: "
                    + (words.isEmpty ? "none" : words))
        }
        guard let report = outcome.result else {
            throw Complaint(.software, "the embedded simulator did not begin")
        }
        return report
    }

    private func probe(url: String) async throws -> ProbeReport {
        var settings = DriveSettings(baseURL: url, zero: Clock.now())
        settings.authorization = authorization
        settings.headers = headers
        settings.isLive = live
        sayHeading(url)
        return try await Probe.run(plan: plan, settings: settings, mailbox: mailbox) {
            Terminal.say($0)
        }
    }

    /// What is done, where, as whom: ids are ours, and meant to be recognised.
    private func sayHeading(_ url: String) {
        let draft = plan.draft(0)
        Terminal.say(
            """
            one conversation with \(Probe.shown(url: url)) (\(plan.profile.targetKind.rawValue))
              id    \(plan.conversationID(0))
              user  \(plan.userID(draft.user))
              asks  \(plan.question(draft.question)); keys, tokens and texts are not shown
              ms since the POST; k kernel stamp, c callback stamp; > sent, < received
            """)
    }
}
