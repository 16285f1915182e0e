import Foundation
import Testing

/// The forecast as `plan --json` prints it, read without finbench's own types.
private struct Plan: Decodable {
    struct Conversations: Decodable { var atMost: Int }
    struct Turns: Decodable { var drawn, expected: Int }
    struct Users: Decodable {
        var distinct, mostConversations: Int
        var first, last: String
    }
    struct Identifiers: Decodable { var first, last: String }
    struct Objective: Decodable {
        var slo: String
        var canBeDecided: Bool?
        var turns, turnsNeeded, turnsMissing: Int?
    }
    var schema: Int
    var conversations: Conversations
    var turns: Turns
    var startsPerSecond: [Int]
    var users: Users
    var ids: Identifiers
    var slos: [Objective]

    init(_ arguments: [String]) async throws {
        let result = try await Command.run(arguments: ["plan", "--json"] + arguments)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Plan.self, from: Data(result.output.utf8))
    }
}

extension EndToEndUntimed {
    @Suite("the plan of a run")
    struct PlanTests {
        /// The `profiles` folder of the package.
        static let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("profiles").path

        /// Shipped profiles, each made short enough for a test.
        private static let short: [(name: String, options: [String])] = [
            ("quickstart", ["--set", "load.duration=3s"]),
            (
                "freeze",
                ["--set", "load.duration=3s", "--set", "simulator.freeze={at: 1s, for: 500ms}"]
            ),
            ("multi-turn", ["--set", "load.duration=2s", "--set", "load.warmup=500ms"]),
            ("smoke", ["--set", "load.duration=3s", "--seed", "5"]),
        ]

        @Test("says what the run then does: conversations, turns, starts, users and ids")
        func equal() async throws {
            try await together(PlanTests.short) { profile in
                let arguments = ["\(PlanTests.profiles)/\(profile.name).yaml"] + profile.options
                let plan = try await Plan(arguments)
                let folder = try TemporaryFolder()
                let run = TestRun(
                    folder: folder,
                    result: try await Command.run(
                        arguments: ["run"] + arguments + [
                            "--output", "\(folder.path)/run", "--progress", "none", "--set",
                            "generator.max_share=100%", "--set", "load.drain=30s",
                        ]))
                try PlanTests.expect(run, plan)
            }
        }

        private static func expect(_ run: TestRun, _ plan: Plan) throws {
            let turns = try run.turns.rows
            let first = turns.filter { $0["turn"] == "1" }
            #expect(first.count == plan.conversations.atMost, run.words)
            #expect(turns.count == plan.turns.drawn, run.words)
            #expect(plan.turns.expected == plan.turns.drawn)
            #expect(Set(turns.map { $0["outcome"] }) == ["done"])
            let seconds = first.compactMap { $0.integer("planned_ns") }.map { $0 / 1_000_000_000 }
            let starts = plan.startsPerSecond.indices.map { second in
                seconds.count { $0 == second }
            }
            #expect(starts == plan.startsPerSecond)
            let users = first.reduce(into: [String: Int]()) { $0[$1["user_id"], default: 0] += 1 }
            #expect(users.count == plan.users.distinct)
            #expect(users.values.max() == plan.users.mostConversations)
            #expect(users[plan.users.first] != nil && users[plan.users.last] != nil)
            let runID = first[0]["conversation_id"].split(separator: "-")[1]
            let ids = [plan.ids.first, plan.ids.last].map {
                $0.replacingOccurrences(of: "{run}", with: String(runID))
            }
            #expect(Set(first.map { $0["conversation_id"] }).isSuperset(of: ids))
            #expect(ids[1].hasSuffix("-\(first.count - 1)"))
        }

        @Test("300 live conversations: which SLOs it cannot decide, without a key or a request")
        func live() async throws {
            let folder = try TemporaryFolder()
            let path = try folder.write(
                "live.yaml",
                """
                target: {region: us, api_key_env: FINBENCH_NO_SUCH_KEY}
                safety: {max_conversations: 300}
                longest_pause: 0s
                load: {arrivals: constant, rate: 4/s, conversations: 300}
                slo: [ttft p95 < 2s, ttft p99 < 4s, error_rate < 0.5%]
                """)
            let plan = try await Plan([path])
            #expect(plan.slos.map(\.canBeDecided) == [true, false, false])
            #expect(plan.slos.map(\.turnsNeeded) == [90, 459, 919])
            #expect(plan.slos.map(\.turnsMissing) == [0, 159, 619])
            let result = try await Command.run(arguments: ["plan", path])
            #expect(result.status == 0 && result.errors.isEmpty)
            #expect(result.output.contains("at worst 297.00 USD"))
            #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
            let above = try await Command.run(
                arguments: ["plan", path, "--max-conversations", "299"])
            #expect(above.status == 64 && above.errorLines.count == 1 && above.output.isEmpty)
            #expect(above.errors.contains("300 conversations, but safety.max_conversations is 299"))
        }

        @Test("every shipped profile has a plan, the same each time, within 80 columns")
        func shipped() async throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: PlanTests.profiles)
                .filter { $0.hasSuffix(".yaml") }
            #expect(files.count >= 5)
            try await together(files) { file in
                let path = "\(PlanTests.profiles)/\(file)"
                let one = try await Command.run(arguments: ["plan", path])
                let two = try await Command.run(arguments: ["plan", path])
                #expect(one.status == 0 && one.errors.isEmpty, "\(file): \(one.errors)")
                #expect(one.output == two.output)
                #expect(one.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(file)")
            }
        }

        @Test("options that change the plan change it as they change the run")
        func options() async throws {
            let plan = try await Plan([
                "--set", "load.rate=10/s", "--set", "load.arrivals=constant",
            ])
            #expect(plan.schema == 2 && plan.conversations.atMost == 100)
            #expect(plan.startsPerSecond == Array(repeating: 10, count: 10))
            let (one, two) = try await (Plan(["--seed", "1"]), Plan(["--seed", "2"]))
            #expect(one.startsPerSecond != two.startsPerSecond)
            let metered = try await Command.run(arguments: [
                "plan", "--target", "http://127.0.0.1:9", "--set", "target.metered=true",
                "--max-conversations", "1000",
            ])
            // Nobody listens there, and nobody is asked.
            #expect(metered.status == 0 && metered.output.contains("an outcome"))
            let wrong = try await Command.run(arguments: ["plan", "--set", "load.rate"])
            #expect(wrong.status == 64 && wrong.errors.contains("--set \"load.rate\""))
        }
    }
}
