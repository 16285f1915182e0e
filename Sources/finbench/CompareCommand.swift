import ArgumentParser
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// `finbench compare`: whether this build is slower than the last one.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare runs with a verdict and a confidence.",
        discussion: """
            A side is a run's directory, a folder of them, or several joined by commas. Five runs a \
            side decide by themselves; fewer need --noise: earlier runs of the same profile.

            Exit status: 0 nothing slower, 1 slower, 2 not enough data, 3 an invalid run.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, json, csv }

    @Argument(help: "The runs to compare with.") var baseline: String
    @Argument(help: "The runs to judge.") var candidate: String
    @Option(
        name: .customLong("threshold"),
        help: "A gate and the least change that matters: ttft.p95=5%; may be repeated.")
    var thresholds: [String] = []
    @Option(name: .customLong("noise"), help: "Earlier runs that show how much runs differ.")
    var noise: [String] = []
    @Option(help: "The confidence of all verdicts together.") var confidence = "95%"
    @Option(help: "text, markdown, json or csv.") var format = Format.text
    @Option(
        name: .customLong("allow"),
        help: "Overlook: profiles (they differ), targets (mixed), invalid (runs).")
    var allowances: [String] = []
    @Flag(help: "Say in plain words what changed, where and since when.") var explain = false

    mutating func validate() throws {
        if explain && (format == .json || format == .csv) {
            throw ValidationError("--explain is prose: it goes with --format text or markdown.")
        }
    }

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try command.work() }
    }

    private func work() throws -> Int32 {
        let request = try request()
        let comparison: RunComparison
        do {
            comparison = try RunComparison(request)
        } catch let error as ReportError where error.code == .invalidRun {
            Terminal.note("finbench: \(error)")
            return Exit.invalid.rawValue
        }
        switch format {
        case .text: Terminal.say(comparison.text)
        case .markdown: Terminal.say(comparison.markdown)
        case .json: Terminal.say(String(decoding: try comparison.json(), as: UTF8.self))
        case .csv: Terminal.say(String(decoding: comparison.csv, as: UTF8.self))
        }
        if explain {
            let words = try ComparisonExplanation(request).text
            Terminal.say("\n" + words)
        }
        return comparison.exitStatus
    }

    private func request() throws -> RunComparison.Request {
        var request = RunComparison.Request(
            baseline: try RunFolders.runs(named: baseline),
            candidate: try RunFolders.runs(named: candidate))
        request.history = try noise.flatMap { try RunFolders.runs(named: $0) }
        if !thresholds.isEmpty { request.gates = try thresholds.map(CompareCommand.gate) }
        let share = try CompareCommand.share(confidence, option: "--confidence")
        guard share >= 0.5, share < 1 else {
            throw Complaint(
                .usage, "--confidence \"\(confidence)\" must be at least 50% and below 100%")
        }
        request.alpha = 1 - share
        for word in allowances {
            guard let allowance = RunComparison.Allowance(rawValue: word) else {
                throw Complaint(
                    .usage, "--allow \"\(word)\" must be profiles, targets or invalid")
            }
            request.allowances.insert(allowance)
        }
        return request
    }

    /// `ttft.p95=5%` or `error_rate=0.5%`.
    private static func gate(_ text: String) throws -> ComparisonGate {
        let complaint = Complaint(
            .usage,
            "--threshold \"\(text)\" must have the form METRIC.pNN=SHARE, such as ttft.p95=5%, or "
                + "error_rate=0.5%")
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw complaint }
        guard let threshold = try? share(String(parts[1]), option: ""), threshold > 0 else {
            throw complaint
        }
        if parts[0] == "error_rate" { return ComparisonGate(.errorRate, threshold: threshold) }
        let names = parts[0].split(separator: ".", maxSplits: 1)
        guard names.count == 2, let metric = Metric(rawValue: String(names[0])),
            names[1].first == "p", let percent = Double(names[1].dropFirst()), percent > 0,
            percent < 100
        else { throw complaint }
        let anchor = metric.anchors.first ?? .none
        return ComparisonGate(.percentile(metric, anchor, percent / 100), threshold: threshold)
    }

    private static func share(_ text: String, option: String) throws -> Double {
        guard text.hasSuffix("%"), let percent = Double(text.dropLast()), percent.isFinite else {
            throw Complaint(.usage, "\(option) \"\(text)\" must be a percentage such as 5%")
        }
        return percent / 100
    }
}
