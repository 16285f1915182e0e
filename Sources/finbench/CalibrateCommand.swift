import ArgumentParser
import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// `finbench calibrate`: this machine's own floor.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Measure what this machine adds to every figure.",
        discussion: """
            Runs against the embedded simulator: first with more and more conversations at a time, \
            until the rate grows no more, then at rest and at 10, 50 and 90 % of that. Each is held \
            against the simulator's own log. Takes 65 to 85 seconds; nothing else should run meanwhile.
            """)

    @Option(help: "The directory for the table and the runs behind it.") var output: String?
    @Option(help: "How long each load is held, in seconds.") var length = 14
    @Flag(help: "Print the figures as CSV.") var csv = false

    func validate() throws {
        guard (1...600).contains(length) else {
            throw ValidationError("--length \(length) must be from 1 to 600 seconds")
        }
    }

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        let start = Clock.unixNanoseconds()
        let directory = output ?? ResultsDirectory.fresh("calibrate", unixNanoseconds: start)
        try CalibrateCommand.checkFiles()
        try ResultsDirectory.create(directory)
        let request = EndRequest()
        let most = try await peak(directory, request)
        var calibration = Calibration()
        for (name, share) in [("idle", 0.0), ("10 %", 0.1), ("50 %", 0.5), ("90 %", 0.9)] {
            let rate = max(10, share * most)
            let folder = "\(directory)/\(share == 0 ? "idle" : "\(Int(share * 100))")"
            let load = [
                "rate: \(PlainNumber.text(rate))/s", "duration: \(length)s", "arrivals: constant",
            ]
            _ = try await step(name, load, in: folder, request)
            try calibration.add(
                name: name, share: share, directory: folder, truthPath: "\(folder)/truth.csv")
        }
        try calibration.write(to: directory)
        Terminal.say(csv ? calibration.csv : calibration.text)
        Terminal.note("finbench: \(directory) holds calibration.csv and the runs behind it")
        return Exit.success.rawValue
    }

    /// Conversations a second with so many at a time that the slower side is full.
    private func peak(_ directory: String, _ request: EndRequest) async throws -> Double {
        var peak = CalibrationPeak(allowed: CalibrateCommand.allowedConversations)
        while let concurrency = peak.next {
            let load = ["concurrency: \(concurrency)", "duration: \(min(4, length))s"]
            let document = try await step(
                "what it can do, \(concurrency) at a time", load,
                in: "\(directory)/peak-\(concurrency)", request)
            // Those that were open at the end of the arrivals were answered after it, and what failed
            // never: neither is what the machine can do.
            let done = max(0, (document.totals?.ledger?.answered ?? 0) - concurrency)
            peak.take(rate: Double(done) / max(document.plan.lengthSeconds, 1))
        }
        if !peak.isFlat {
            Terminal.note(
                "finbench: note: up to \(peak.most) at a time the rate did not level off: the machine "
                    + "may do more than what is 100 % here")
        }
        return peak.rate
    }

    private static let interruption =
        "the calibration was interrupted; the runs so far are written"

    /// Conversations at a time that this process's files allow.
    private static var allowedConversations: Int { WorkerCount.rows(Host.raiseFileLimit()) }

    /// Refuses before the first run, whose own words would be of keys that nobody set.
    private static func checkFiles() throws {
        let allowed = allowedConversations
        if allowed >= CalibrationPeak.first { return }
        throw Complaint(
            .host,
            "a calibration needs \(CalibrationPeak.first) conversations at a time, but this process's "
                + "open-file limit of \(Host.raiseFileLimit()) allows \(allowed): raise it, such as "
                + "with ulimit -n 4096")
    }

    private func step(
        _ name: String, _ load: [String], in directory: String, _ request: EndRequest
    ) async throws -> RunDocument {
        try request.check(CalibrateCommand.interruption)
        Terminal.note("finbench: \(name) …")
        let text = CalibrateCommand.profile(load)
        let start = Clock.unixNanoseconds()
        let plan = try RunPlan(
            profile: try Profile.parse(text: text, source: "calibrate"),
            runID: RunID.make(unixNanoseconds: start, entropy: .random(in: .min ... .max)))
        try ResultsDirectory.create(directory)
        let run = try PlannedRun(
            plan: plan, directory: directory, labels: [:], live: false, keepsTurns: true,
            progress: .none)
        let (end, conclusion) = try await run.measure()
        guard end.reason == .finished else {
            if end.reason == .interrupted {
                throw Complaint(.interrupted, CalibrateCommand.interruption)
            }
            throw Complaint(.host, "the calibration ended early: \(end.reason.words)")
        }
        return conclusion.document
    }

    /// Short conversations of ten chunks: a turn's figures are many, its own time is little.
    private static func profile(_ load: [String]) -> String {
        let lines = [
            "name: calibrate", "generator: {max_share: 100%}",
            "safety: {max_conversations: 100000000}", "load:", "  drain: 5s",
        ]
        let simulator = [
            "simulator:", "  seed: 7", "  think: 20ms",
            "  chunks: {count: 10, interval: 10ms, growth: 12 B}",
        ]
        return (lines + load.map { "  \($0)" } + simulator).joined(separator: "\n") + "\n"
    }
}

/// Numbers as a profile takes them.
enum PlainNumber {
    /// At most three decimals.
    static func text(_ value: Double) -> String {
        let scaled = Int((value * 1000).rounded())
        let fraction = String(scaled % 1000 + 1000).dropFirst()
        return "\(scaled / 1000).\(fraction)"
    }
}
