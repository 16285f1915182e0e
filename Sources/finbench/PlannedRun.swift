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
    let start: RunStart
    private let authorization: String?
    private let headers: [String]
    private let helpdesk: HelpdeskSecrets
    private let mailbox: Mailbox<DriveRequest>
    private let services: RunServices
    private let receiver: RunReceiver?
    private let connectors: RunConnectors?

    init(
        plan: RunPlan, directory: String, labels: [String: String], live: Bool, keepsTurns: Bool,
        progress: Progress.Style, start: RunStart = .soon, metrics: MetricsEndpoint? = nil
    ) throws {
        self.plan = plan
        self.directory = directory
        self.labels = labels
        self.live = live
        self.keepsTurns = keepsTurns
        self.progress = progress
        self.metrics = metrics
        self.start = start
        authorization = try Secrets.authorization(plan.profile)
        headers = try Secrets.headers(plan.profile)
        helpdesk = try Secrets.helpdesk(plan.profile)
        let mailbox = try Mailbox<DriveRequest>()
        self.mailbox = mailbox
        services = RunServices { mailbox.post(.abort($0)) }
        // A worker's webhooks come to the run that started it.
        if case .told = start { receiver = nil } else { receiver = try RunReceiver(plan.profile) }
        connectors = try RunConnectors(plan: plan, isLive: live)
        if let worker { worker.listen(mailbox) }
    }

    /// What a worker hears from the run that started it; nil for a run of its own.
    private var worker: WorkerInput? {
        if case .told(let input) = start { input } else { nil }
    }

    /// Runs, judges, prints; answers the exit status.
    func perform() async throws -> Int32 {
        // The run that started this one judges all its workers as one.
        if worker != nil { return try await recorded { _ in Exit.success.rawValue } }
        return try await recorded { end in
            let conclusion = try finish()
            ResultsDirectory.pointLatest(to: directory)
            return try say(end, conclusion)
        }
    }

    /// Runs and judges, and prints nothing.
    func measure() async throws -> (end: DriveEnd, conclusion: Report.Conclusion) {
        try await recorded { ($0, try finish()) }
    }

    private func finish() throws -> Report.Conclusion {
        try Report.finish(directory: directory, slos: plan.profile.slo)
    }

    /// Runs, and hands on the end once the record is whole.
    private func recorded<Result>(_ conclude: (DriveEnd) throws -> Result) async throws -> Result {
        let signals = StopSignals(mailbox: mailbox)
        defer { signals.stop() }
        do {
            let end = try await served()
            // A disk that takes no record takes no truth log either: one message for both.
            if let words = end.recordError {
                throw Complaint(
                    .host,
                    "the results could not be written whole: \(words); what was written before "
                        + "is in \"\(directory)\"")
            }
            let result = try conclude(end)
            // What was measured before a part of us died is worth its files.
            if let complaint = services.complaint { throw complaint }
            return result
        } catch let error as ReportError {
            // The record is ours: what cannot be written or read of it, the host refuses.
            throw Complaint(.host, error.description)
        }
    }

    private func served() async throws -> DriveEnd {
        guard let metrics else { return try await drive() }
        return try await metrics.serve(services) { try await drive() }
    }

    private func drive() async throws -> DriveEnd {
        guard let connectors else { return try await listen(plan.profile.simulator) }
        return try await connectors.serve(services) { endpoint in
            try await listen(connectors.settings(plan.profile.simulator, endpoint: endpoint))
        }
    }

    private func listen(_ simulator: SimulatorSettings) async throws -> DriveEnd {
        if let worker, plan.profile.hasReceiver {
            return try await drive(simulator, try await source(worker))
        }
        guard let receiver else { return try await drive(simulator, nil) }
        return try await receiver.serve(plan, mailbox, services) { try await drive(simulator, $0) }
    }

    /// A worker's webhooks, which the run that started it hands on.
    private func source(_ worker: WorkerInput) async throws -> RunReceiver.Source {
        RunReceiver.Source(
            door: plan.profile.target == nil ? try await worker.door() : nil,
            settings: WebhookSettings(
                conversations: RunConversations(plan: plan), counts: { worker.webhooks }))
    }

    private func drive(
        _ simulator: SimulatorSettings, _ webhooks: RunReceiver.Source?
    ) async throws -> DriveEnd {
        if let target = plan.profile.target { return try await drive(url: target.url, webhooks) }
        let settings = EmbeddedSimulator.settings(simulator, of: plan.profile, webhooks?.door)
        let outcome = try await SimulatorProcess.with(
            executable: try EmbeddedSimulator.executable(),
            arguments: EmbeddedSimulator.arguments(settings, in: directory, host: simulatorHost),
            settings: try EmbeddedSimulator.line(settings), mailbox: mailbox
        ) { url in
            try await drive(url: url, webhooks)
        }
        if let words = outcome.lastWords {
            services.note(
                Complaint(
                    outcome.status == Exit.host.rawValue ? .host : .software,
                    "the embedded simulator ended before the run did; its last words: "
                        + (words.isEmpty ? "none" : words)))
        }
        if let end = outcome.result { return end }
        throw services.complaint ?? Complaint(.software, "the embedded simulator did not begin")
    }

    /// Each worker's simulator has an address, and so all the ports, of its own.
    private var simulatorHost: String {
        worker == nil ? "127.0.0.1" : "127.0.0.\(plan.shard.index + 1)"
    }

    private func drive(url: String, _ webhooks: RunReceiver.Source?) async throws -> DriveEnd {
        var settings = DriveSettings(baseURL: url, zero: Instant(nanoseconds: 0))
        settings.authorization = authorization
        settings.headers = headers
        settings.helpdesk = helpdesk
        settings.isLive = live
        settings.webhooks = webhooks?.settings
        settings.resolved = try resolved(url)
        settings.interval = plan.recordInterval
        settings.keepsTurns = keepsTurns
        settings.fileLimit = Host.raiseFileLimit()
        if worker != nil { settle(&settings) }
        try checkLimits(settings)
        // The last step: from here on nothing keeps the run from beginning at that instant.
        let anchor = try await start.anchor()
        settings.zero = Instant(nanoseconds: anchor.monotonicNanoseconds)
        let document = try document(url: url, clock: anchor, interval: settings.interval)
        let (plan, directory, keepsTurns, progress) = (plan, directory, keepsTurns, progress)
        let (metrics, isWorker) = (metrics, worker != nil)
        let (drive, connectors, unix) = (settings, connectors, anchor.unixNanoseconds)
        return try await Drive.run(plan: plan, settings: settings, mailbox: mailbox) {
            let writer = try RecordWriter(
                directory: directory, document: document, names: plan, writesTurns: keepsTurns)
            if isWorker { return [writer, WorkerProgress(document: document)] }
            let view = Progress(style: progress, document: document, profile: plan.profile)
            let sinks: [any RunSink] =
                [writer, view] + (metrics.map { [$0.sink(document)] } ?? [])
            return connectors?.sinks(sinks, drive: drive, unix: unix) ?? sinks
        }
    }

    /// A worker keeps to one core, and lets others have theirs; when it is stopped it says so at once.
    private func settle(_ settings: inout DriveSettings) {
        settings.onStop = { reason in
            // The load thread must not wait for a pipe.
            DispatchQueue.global().async { Terminal.say(WorkerLine.text(stopped: reason)) }
        }
        // Not the machine's: a container or taskset may leave us others than the first ones.
        let cores = Host.allowedProcessors
        if !cores.isEmpty { settings.processor = cores[plan.shard.index % cores.count] }
        if plan.shard.count >= max(1, cores.count) { settings.spin = .microseconds(80) }
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
        url: String, clock: RunDocument.ClockAnchor, interval: Nanoseconds
    ) throws -> RunDocument {
        let profile = plan.profile
        var document = RunDocument(
            runID: plan.runID, profileName: profile.name,
            labels: profile.labels.merging(labels) { $1 }.merging(modelLabel) { $1 },
            toolVersion: Finbench.version,
            target: .init(
                kind: profile.targetKind, url: profile.target?.url ?? url,
                version: profile.version),
            loadModel: plan.closed == nil ? "open" : "closed", profile: plan.wholeProfile.json,
            seed: profile.load.seed,
            shard: .init(index: plan.shard.index, count: plan.shard.count),
            host: ThisHost.document, scenarios: plan.recordNames, clock: clock,
            intervalSeconds: interval.seconds,
            plan: .init(
                conversations: plan.conversationLimit, warmupSeconds: plan.warmup.seconds,
                lengthSeconds: plan.length.seconds, drainSeconds: plan.drain.seconds),
            slo: profile.slo.map(\.text), confidence: profile.confidence,
            maxShare: profile.generator.maxShare,
            startedAt: UTCStamp.milliseconds(unixNanoseconds: clock.unixNanoseconds))
        document.calls = try OperationTable(profile).calls(plan)
        document.longestPauseSeconds = profile.allowedPause.seconds
        document.clockState = ThisHost.clockState
        document.warnings = []
        return document
    }

    /// A slice's objectives are not the plan's: of its verdict only its own validity counts.
    private func status(_ conclusion: Report.Conclusion) -> Int32 {
        if plan.shard == .whole { return conclusion.exitStatus }
        Terminal.note(
            "finbench: objectives are judged on the whole plan: finbench merge DIR… --output DIR")
        return conclusion.judgement.isValid ? Exit.success.rawValue : conclusion.exitStatus
    }

    /// A closed load is labelled as such in every output: its latencies flatter a slow target.
    private var modelLabel: [String: String] {
        plan.closed == nil ? [:] : ["load_model": "closed"]
    }

    /// Says what it came to; the end of the run decides before its figures do.
    private func say(_ end: DriveEnd, _ conclusion: Report.Conclusion) throws -> Int32 {
        if case .unreachable(let words) = end.reason {
            throw Complaint(.unreachable, words)
        }
        Terminal.say(conclusion.text)
        return try PlannedRun.status(end.reason) { status(conclusion) }
    }

    /// The exit status of a run whose figures were said; of one that was not ended early they decide.
    static func status(_ reason: DriveEnd.Reason, figures: () -> Int32) throws -> Int32 {
        switch reason {
        case .hostLimit(let words):
            throw Complaint(.host, "the run ended early: \(words); what was measured is written")
        case .interrupted: return Exit.interrupted.rawValue
        case .aborted(let words):
            Terminal.note("finbench: the run was stopped: \(words)")
            return Exit.invalid.rawValue
        case .finished, .unreachable: return figures()
        }
    }
}
