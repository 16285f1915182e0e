import FinTestThreads
import Foundation
import Testing

/// A profile for tests, written where the run's files go.
struct TestProfile {
    /// Lines under `target:`; without any, the embedded simulator is the target.
    var target: [String] = []
    var turns = "1"
    var messages = "[\"How do I change my plan?\", \"Où est ma facture?\"]"
    var timeouts = "{connect: 2s, response: 1s, first_chunk: 2s, idle: 3s, turn: 6s}"
    /// Further lines under `conversation:`.
    var conversation: [String] = []
    var load = ["arrivals: constant", "rate: 100/s", "conversations: 10", "drain: 8s"]
    /// Further top-level lines.
    var more: [String] = []

    /// A profile against a server.
    init(_ server: PeerServer, _ target: String...) {
        self.target = ["url: \(server.url)"] + target
    }

    /// The profile with so much patience that nothing ends by a timeout, on a busy machine either.
    var patient: TestProfile {
        var profile = self
        profile.timeouts = "{connect: 30s, response: 30s, first_chunk: 30s, idle: 30s, turn: 60s}"
        profile.load = load.filter { !$0.hasPrefix("drain:") } + ["drain: 60s"]
        return profile
    }

    /// A profile against the embedded simulator.
    init(simulator: [String]) {
        more = ["simulator:"] + simulator.map { "  \($0)" }
    }

    /// The YAML.
    ///
    /// A busy machine must not make a run invalid here: that is judged elsewhere.
    var text: String {
        var lines = ["name: end-to-end", "generator: {max_share: 100%}"]
        if !target.isEmpty { lines += section("target", target) }
        let talk = ["turns: \(turns)", "messages: \(messages)", "think_time: 20ms"]
        lines += section("conversation", talk + ["timeouts: \(timeouts)"] + conversation)
        lines += section("load", load) + more
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ name: String, _ lines: [String]) -> [String] {
        ["\(name):"] + lines.map { "  \($0)" }
    }
}

/// A run of the command, and the files it left.
struct TestRun: RunFiles {
    /// Whose files go with it.
    let folder: TemporaryFolder
    let result: Command.Result

    /// The run's directory.
    var directory: String { "\(folder.path)/run" }
    /// `turns.csv`.
    var turns: CSVTable { get throws { try table("turns.csv") } }

    /// The files that are a run, and those made from them.
    static let record = ["run.json", "outcomes.csv", "turns.csv", "histograms.hlog"]
    static let projections = [
        "summary.csv", "histogram.csv", "intervals.csv", "heatmap.csv", "anatomy.csv", "slo.csv",
        "health.csv",
    ]

    /// Joins a folder and what came of the run in it.
    init(folder: TemporaryFolder, result: Command.Result) {
        self.folder = folder
        self.result = result
    }

    /// Runs a profile to its end.
    init(
        _ profile: TestProfile, _ options: [String] = [], environment: [String: String] = [:]
    ) async throws {
        let folder = try TemporaryFolder()
        let command = try TestRun.start(profile, options, in: folder, environment: environment)
        self.init(folder: folder, result: try await command.result())
    }

    /// Starts a run whose directory is `run` in a folder.
    static func start(
        _ profile: TestProfile, _ options: [String] = [], in folder: TemporaryFolder,
        environment: [String: String] = [:]
    ) throws -> Command {
        let path = try folder.write("profile.yaml", profile.text)
        let arguments = ["run", path, "--output", "\(folder.path)/run", "--progress", "none"]
        return try Command(arguments: arguments + options, environment: environment)
    }

    /// Whether all is well but for the machine: a busy one makes the generator late, and finbench
    /// must then say so.
    ///
    /// No run without a turn is well, and none that missed an SLO.
    var isOnlyLate: Bool {
        guard result.status == 3, let document = try? RunJSON(of: self) else { return false }
        let others = [
            "a safety rule stopped", "the run ended early", "no turn of the main phase",
        ]
        let isMore = document.verdict.reasons.contains { reason in
            others.contains { reason.hasPrefix($0) }
        }
        return !isMore && hasTurns && !hasMissedSLO
            && document.isLate
    }

    private var hasTurns: Bool {
        guard let turns = try? self.turns else { return false }
        return !turns.rows.isEmpty
    }

    /// Whether a row of `slo.csv` says so; a file that cannot be read says it too.
    private var hasMissedSLO: Bool {
        guard FileManager.default.fileExists(atPath: "\(directory)/slo.csv") else { return false }
        guard let rows = try? table("slo.csv").rows else { return true }
        return rows.contains { $0["verdict"] == "fail" }
    }

    /// Whether it came to its end with every SLO met.
    var isDone: Bool { result.status == 0 || isOnlyLate }

    /// What to show beside a failed expectation.
    var words: Comment {
        "exit \(result.status), stderr: \(result.errors), stdout: \(result.output)"
    }
}

/// Tests that start the command and look at times: one after the other, as runs measure time.
@Suite("the built command, timed", .serialized, .timeLimit(.minutes(3)), .commands)
enum EndToEnd {}

/// Tests that start the command whatever time it takes: one after the other, beside those.
@Suite("the built command, untimed", .serialized, .timeLimit(.minutes(3)), .commands)
enum EndToEndUntimed {}

/// Does something with each item, four at a time: for runs whose times do not matter.
func together<Item: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, item) in items.enumerated() {
            if index >= 4 { try await group.next() }
            group.addTask { try await body(item) }
        }
        try await group.waitForAll()
    }
}
