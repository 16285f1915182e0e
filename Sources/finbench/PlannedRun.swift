import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// A run that is decided in every detail: joins the rooms, performs it, ends it.
struct PlannedRun: Sendable {
    let plan: RunPlan
    let directory: String
    let labels: [String: String]
    let live: Bool
    let keepsTurns: Bool
    let progress: Progress.Style
    let metrics: MetricsEndpoint?
    private let authorization: String?
    private let headers: [String]
    private let mailbox: Mailbox<DriveRequest>
    private let receiver: RunReceiver?

    /// From the first clock read to the first start: time to make tables and threads.
    private static let lead = Nanoseconds.milliseconds(250)

    init(
        plan: RunPlan, directory: String, labels: [String: String], live: Bool, keepsTurns: Bool,
        progress: Progress.Style, metrics: MetricsEndpoint? = nil
    ) throws {
        self.plan = plan
        self.directory = directory
        self.labels = labels
        self.live = live
        self.keepsTurns = keepsTurns
        self.progress = progress
        self.metrics = metrics
        authorization = try Secrets.authorization(plan.profile)
        headers = try Secrets.headers(plan.profile)
        mailbox = try Mailbox()
        receiver = try RunReceiver(plan: plan, mailbox: mailbox)
    }

    /// Runs, judges, prints; answers the exit status.
    func perform() async throws -> Int32 {
        let signals = StopSignals(mailbox: mailbox)
        defer { signals.stop() }
        do {
            guard let metrics else { return try conclude(try await drive()) }
            return try conclude(try await metrics.serving { try await drive() })
        } catch let error as ReportError {
            // The record is ours: what cannot be written or read of it, the host refuses.
            throw Complaint(.host, error.description)
        }
    }

    private func drive() async throws -> DriveEnd {
        guard let receiver else { return try await drive(nil) }
        return try await receiver.serve { try await drive($0) }
    }

    private func drive(_ webhooks: RunReceiver.Open?) async throws -> DriveEnd {
        if let target = plan.profile.target { return try await drive(url: target.url, webhooks) }
        let settings = EmbeddedSimulator.settings(plan.profile, webhooks)
        let outcome = try await SimulatorProcess.with(
            executable: try EmbeddedSimulator.executable(),
            arguments: EmbeddedSimulator.arguments(settings, in: directory),
            settings: try EmbeddedSimulator.line(settings), mailbox: mailbox
        ) { url in
            try await drive(url: url, webhooks)
        }
        if let words = outcome.lastWords {
            // A disk that takes no record takes no truth log either: one message for both.
            if let end = outcome.result, end.recordError != nil { return end }
            // What was measured before is worth its files.
            if outcome.result != nil {
                try Report.finish(directory: directory, slos: plan.profile.slo)
            }
            throw Complaint(
                outcome.status == Exit.host.rawValue ? .host : .software,
                "the embedded simulator ended before the run did; its last words: "
                    + (words.isEmpty ? "none" : words))
        }
        guard let end = outcome.result else {
            throw Complaint(.software, "the embedded simulator did not begin")
        }
        return end
    }

    private func drive(url: String, _ webhooks: RunReceiver.Open?) async throws -> DriveEnd {
        let unix = Clock.unixNanoseconds()
        let now = Clock.now()
        let zero = now + PlannedRun.lead
        var settings = DriveSettings(baseURL: url, zero: zero)
        settings.authorization = authorization
        settings.headers = headers
        settings.isLive = live
        settings.webhooks = webhooks?.settings
        settings.resolved = try resolved(url)
        settings.interval = plan.recordInterval
        settings.keepsTurns = keepsTurns
        settings.fileLimit = Host.raiseFileLimit()
        try checkLimits(settings)
        let document = try document(
            url: url, zero: zero, unix: unix + UInt64(PlannedRun.lead.count),
            interval: settings.interval)
        let (plan, directory, keepsTurns, progress) = (plan, directory, keepsTurns, progress)
        let metrics = metrics
        return try await Drive.run(plan: plan, settings: settings, mailbox: mailbox) {
            let writer = try RecordWriter(
                directory: directory, document: document, names: plan, writesTurns: keepsTurns)
            let view = Progress(style: progress, document: document, profile: plan.profile)
            return [writer, view] + (metrics.map { [$0.sink(document)] } ?? [])
        }
    }

    /// One look-up of the target's name; a name that cannot be found is the end.
    private func resolved(_ url: String) throws -> [String] {
        // A proxy looks names up itself.
        guard let address = Address(url: url), plan.profile.target?.proxy == nil else { return [] }
        do {
            return try address.resolved().map { [$0] } ?? []
        } catch {
            throw Complaint(.unreachable, error.description)
        }
    }

    private func checkLimits(_ settings: DriveSettings) throws {
        let wanted = min(plan.profile.load.maxInFlight, plan.conversationLimit)
        let concurrency = plan.closed?.concurrency ?? 0
        if concurrency > settings.rowCount(plan) {
            throw Complaint(
                .host,
                "load.concurrency \"\(concurrency)\" needs more than the "
                    + "\(settings.rowCount(plan)) conversations that load.max_in_flight "
                    + "(\(plan.profile.load.maxInFlight)) and this process's open-file limit of "
                    + "\(settings.fileLimit) allow; raise them or ask for less")
        }
        if wanted > settings.rowCount(plan) {
            Terminal.note(
                "finbench: note: the open-file limit of \(settings.fileLimit) allows "
                    + "\(settings.rowCount(plan)) conversations at once, fewer than "
                    + "load.max_in_flight \(plan.profile.load.maxInFlight); more than that are "
                    + "counted as blocked")
        }
    }

    private func document(
        url: String, zero: Instant, unix: UInt64, interval: Nanoseconds
    ) throws -> RunDocument {
        let profile = plan.profile
        var document = RunDocument(
            runID: plan.runID, profileName: profile.name,
            labels: profile.labels.merging(labels) { $1 }.merging(modelLabel) { $1 },
            toolVersion: Finbench.version,
            target: .init(
                kind: profile.targetKind, url: profile.target?.url ?? url,
                version: profile.version),
            loadModel: plan.closed == nil ? "open" : "closed", profile: profile.json,
            seed: profile.load.seed, shard: .init(index: 0, count: 1), host: ThisHost.document,
            scenarios: plan.recordNames,
            clock: .init(monotonicNanoseconds: zero.nanoseconds, unixNanoseconds: unix),
            intervalSeconds: interval.seconds,
            plan: .init(
                conversations: plan.conversationLimit, warmupSeconds: plan.warmup.seconds,
                lengthSeconds: plan.length.seconds, drainSeconds: plan.drain.seconds),
            slo: profile.slo.map(\.text), confidence: profile.confidence,
            maxShare: profile.generator.maxShare,
            startedAt: UTCStamp.milliseconds(unixNanoseconds: unix))
        document.calls = try OperationTable(profile).calls(plan)
        document.longestPauseSeconds = profile.allowedPause.seconds
        document.warnings = []
        return document
    }

    /// A closed load is labelled as such in every output: its latencies flatter a slow target.
    private var modelLabel: [String: String] {
        plan.closed == nil ? [:] : ["load_model": "closed"]
    }

    /// Judges what was written and says so; the end of the run decides before its figures do.
    private func conclude(_ end: DriveEnd) throws -> Int32 {
        if let words = end.recordError {
            throw Complaint(
                .host,
                "the results could not be written whole: \(words); what was written before "
                    + "is in \"\(directory)\"")
        }
        let conclusion = try Report.finish(directory: directory, slos: plan.profile.slo)
        ResultsDirectory.pointLatest(to: directory)
        if case .unreachable(let words) = end.reason {
            throw Complaint(.unreachable, words)
        }
        Terminal.say(conclusion.text)
        switch end.reason {
        case .hostLimit(let words):
            throw Complaint(.host, "the run ended early: \(words); what was measured is written")
        case .interrupted: return Exit.interrupted.rawValue
        case .aborted(let words):
            Terminal.note("finbench: the run was stopped: \(words)")
            return Exit.invalid.rawValue
        case .finished, .unreachable: return conclusion.exitStatus
        }
    }
}
