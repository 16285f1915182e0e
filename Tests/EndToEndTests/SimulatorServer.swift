import Foundation
import Glibc
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `finbench simulate` as a server beside the runs of a test.
struct SimulatorServer {
    /// What `GET /finbench/ledger` says.
    struct Ledger: Decodable, Equatable {
        var calls: Int
        var conversations: Int
        var users: Int
        var answered: Int
        var escalated: Int
    }

    private let command: Command
    /// Its address.
    let url: String

    /// Starts one; `settings` are keys below `simulator.` and their values.
    init(
        _ settings: [String], _ options: [String] = [], environment: [String: String] = [:]
    ) async throws {
        let quick = [
            "think=30ms", "chunks={count: 3, interval: 10ms}", "reply_delay=5ms", "done_delay=2ms",
        ]
        let command = try Command(
            arguments: ["simulate", "--port", "0"] + options
                + (quick + settings).flatMap { ["--set", "simulator.\($0)"] },
            environment: environment)
        _ = await wait(within: .seconds(60)) { command.firstLine != nil || !command.isRunning }
        self.command = command
        url = try #require(command.firstLine, "the simulator did not print its address")
    }

    /// The server's own count so far.
    func ledger() async throws -> Ledger {
        let address = try #require(URL(string: "\(url)/finbench/ledger"))
        let (data, _) = try await URLSession.shared.data(from: address)
        return try JSONDecoder().decode(Ledger.self, from: data)
    }

    /// Ends it.
    @discardableResult
    func stop() async throws -> Command.Result {
        command.signal(SIGTERM)
        return try await command.result(within: .seconds(60))
    }
}

extension TestProfile {
    /// A profile against a simulator, metered by the test switch or not.
    init(_ server: SimulatorServer, isMetered: Bool = true) {
        self.init(simulator: [])
        more = []
        target = ["url: \(server.url)", "metered: \(isMetered)"]
    }
}

/// What the tests read of `run.json`.
struct RunJSON: Decodable {
    struct Ledger: Decodable {
        var begun: Int
        var accepted: Int
        var answered: Int
        var escalated: Int
        var users: Int
        var billable: Int
        var worst_case_usd: Double?
    }
    struct Totals: Decodable {
        var conversations_begun: Int
        var posts_sent: Int
        var stop_reason: String
        var ledger: Ledger?
    }
    struct Verdict: Decodable {
        var result: String
        var valid: Bool
        var reasons: [String]
    }
    struct Warning: Decodable { var code: String }
    var totals: Totals
    var verdict: Verdict
    var warnings: [Warning]

    /// Whether the verdict names the generator's own lateness.
    var isLate: Bool {
        verdict.reasons.contains { $0.contains(" measured its own generator: late by ") }
    }

    init(of run: some RunFiles) throws {
        self = try JSONDecoder().decode(
            RunJSON.self, from: try contents("\(run.directory)/run.json"))
    }
}
