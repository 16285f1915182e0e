import FinLoop
import FinMeasure
import FinProfile
import FinReport
import FinWebhooks
import Foundation

/// Signature checks that are decided in every detail: joins FinWebhooks and FinReport.
struct VerifyRun: Sendable {
    let schedule: VerifySchedule
    let input: VerifyInput
    let seed: UInt64
    let directory: String
    let style: Progress.Style

    /// Measures, writes, prints; answers the exit status.
    func perform() async throws -> Int32 {
        try ResultsDirectory.create(directory)
        let bench = VerifyBench(schedule)
        let signals = VerifySignals(bench)
        defer { signals.stop() }
        let unix = Clock.unixNanoseconds()
        let zero = Clock.now()
        let document = document(zero: zero, unix: unix)
        let (directory, style) = (directory, style)
        let end = try await bench.run(zero: zero) {
            [
                try RecordWriter(
                    directory: directory, document: document, names: NoNames(), writesTurns: false),
                VerifyProgress(style: style, document: document),
            ]
        }
        let conclusion = try Report.finish(directory: directory, slos: [])
        ResultsDirectory.pointLatest(to: directory)
        if !end.wrongVerdicts.isEmpty { throw complaint(end) }
        Terminal.say(conclusion.text)
        return end.wasStopped ? Exit.interrupted.rawValue : Exit.success.rawValue
    }

    private func complaint(_ end: VerifyBench.End) -> Complaint {
        let words = end.wrongVerdicts.map { "\($0.scenario.name) \($0.count)" }
        return Complaint(
            .software,
            "signatures got a wrong verdict (\(words.joined(separator: ", "))): the figures in "
                + "\"\(directory)\" are worth nothing; repeat with --seed \(seed) and report it")
    }

    private func document(zero: Instant, unix: UInt64) -> RunDocument {
        let seconds = schedule.slice.seconds * Double(schedule.rounds * schedule.scenarios.count)
        return RunDocument(
            runID: RunID.make(unixNanoseconds: unix, entropy: .random(in: .min ... .max)),
            profileName: "webhooks-verify", labels: [:], toolVersion: Finbench.version,
            target: .init(kind: .local, url: "none: checked in this process", version: ""),
            loadModel: RunDocument.batches, profile: profile, seed: seed,
            shard: .init(index: 0, count: 1), host: ThisHost.document,
            scenarios: schedule.scenarios.map(\.name),
            clock: .init(monotonicNanoseconds: zero.nanoseconds, unixNanoseconds: unix),
            intervalSeconds: seconds / Double(schedule.rounds),
            plan: .init(
                conversations: 0, warmupSeconds: 0, lengthSeconds: seconds, drainSeconds: 0),
            slo: [], confidence: 0.99, maxShare: 1,
            startedAt: UTCStamp.milliseconds(unixNanoseconds: unix))
    }

    /// How it was timed, for the record; the table is made from it.
    private var profile: JSONValue {
        var members = input.settings
        members["rounds"] = .number(Double(schedule.rounds))
        members["slice_ms"] = .number(schedule.slice.milliseconds)
        members["clock_reads_ns"] = .number(Double(schedule.clockReads.count))
        members["libcrypto"] = .string(VerifySchedule.libcrypto)
        members["input"] = .string(input.words)
        members["working_sets"] = .array(input.workingSets.map { .string($0) })
        members["batches"] = .object(schedule.batches.mapValues { .number(Double($0)) })
        return .object(members)
    }
}

/// A record without turns names nobody.
private struct NoNames: PlanNames {
    func conversationID(_ conversation: UInt64) -> String { "" }
    func userID(_ user: UInt32) -> String { "" }
    func question(_ question: UInt32) -> String { "" }
}

/// Says how far the rounds are, on standard error.
private final class VerifyProgress: RunSink {
    private static let plainInterval = 5.0

    private let style: Progress.Style
    private let seconds: Double
    private let roundSeconds: Double
    private var nextLine = VerifyProgress.plainInterval
    private var hasDrawn = false

    init(style: Progress.Style, document: RunDocument) {
        self.style = style == .auto ? (isatty(2) == 1 ? .tty : .plain) : style
        seconds = document.plan.lengthSeconds
        roundSeconds = document.intervalSeconds
    }

    func interval(_ snapshot: IntervalSnapshot) {
        let elapsed = (snapshot.start + snapshot.length).seconds
        let rounds = Int((seconds / roundSeconds).rounded())
        let round = min(rounds, Int((elapsed / roundSeconds).rounded()))
        let text =
            "webhooks verify  round \(max(1, round)) of \(rounds), "
            + "\(Int(elapsed.rounded())) s of about \(Int(seconds.rounded(.up))) s"
        switch style {
        case .tty:
            Terminal.write("\r\u{1B}[2K\(text)", to: .standardError)
            hasDrawn = true
        case .plain:
            guard elapsed >= nextLine else { return }
            while nextLine <= elapsed { nextLine += VerifyProgress.plainInterval }
            Terminal.note(text)
        case .auto, .none: break
        }
    }

    func finish(_ totals: RunDocument.Totals) {
        if hasDrawn { Terminal.note("") }
    }
}

/// The first signal ends the measurement cleanly; a second one ends the process.
private struct VerifySignals {
    private let signals: EndSignals

    init(_ bench: VerifyBench) {
        let first = SignalOnce()
        signals = EndSignals {
            if !first.take() { exit(Exit.interrupted.rawValue) }
            bench.stop()
        }
    }

    func stop() { signals.stop() }
}

/// Says yes once, from any thread.
private final class SignalOnce: @unchecked Sendable {
    // Every access is under the lock.
    private let lock = NSLock()
    private var isTaken = false

    func take() -> Bool {
        lock.withLock {
            defer { isTaken = true }
            return !isTaken
        }
    }
}
