import Foundation
import Testing

extension EndToEnd {
    @Suite("webhooks inside a run")
    struct WebhookRunTests {
        private static let faults = "duplicates: 3%, reordered: 8%, bad_signature: 3%"

        private static func profile(_ delivery: String, _ simulator: String...) -> TestProfile {
            var profile = TestProfile(
                simulator: [
                    "think: 20ms", "chunks: {count: 3, interval: 5ms}", "done_delay: 20ms",
                    "webhooks: {delay: 30ms, \(faults)}",
                ] + simulator)
            // First turns only: on a busy machine the stream of a later one may lose its beginning.
            profile.timeouts = "{response: 8s, first_chunk: 8s, idle: 8s, turn: 60s}"
            profile.load = [
                "arrivals: constant", "rate: 120/s", "conversations: 240", "drain: 30s",
            ]
            profile.more += ["delivery: \(delivery)", "webhooks: {grace: 6s}"]
            return profile
        }

        /// The counts of `run.json`.
        private static func counts(_ run: TestRun) throws -> [String: Int] {
            let document = try JSONSerialization.jsonObject(
                with: try contents("\(run.directory)/run.json"))
            let totals = (document as? [String: Any])?["totals"] as? [String: Any]
            return try #require(totals?["webhooks"] as? [String: Int], run.words)
        }

        private static func sum(_ run: TestRun, _ metric: String) throws -> CSVTable.Row {
            try #require(
                run.table("summary.csv").rows.first {
                    $0["metric"] == metric && $0["stat"] == "p50" && $0["turn"] == "0"
                }, "no \(metric): \(run.words)")
        }

        @Test("each event is set beside its webhook, and every fault is counted as it was made")
        func beside() async throws {
            let run = try await TestRun(Self.profile("[sse, webhook]"))
            #expect(run.isDone, run.words)
            let found = try Self.counts(run)
            let truth = try run.table("webhook-truth.csv")
            let faults = truth.counts("fault")
            let spoiled = faults["bad_signature"] ?? 0
            #expect(spoiled > 0 && (faults["duplicate"] ?? 0) > 0, "\(faults)")
            #expect(found["received"] == truth.rows.count, "\(found) \(faults)")
            #expect(found["bad_signature"] == spoiled && found["missing"] == spoiled)
            #expect(found["duplicate"] == (faults["duplicate"] ?? 0) / 2)
            #expect(found["accepted"] == found["joined"] && found["unmatched"] == 0, "\(found)")
            #expect((found["joined"] ?? 0) + spoiled == 2 * 240 && found["cut"] == 0, "\(found)")
            // Two events made within one millisecond have no order that could be broken.
            let reordered = found["reordered"] ?? 0
            #expect((1...max(1, faults["reordered"] ?? 0)).contains(reordered), "\(faults)")
            try Self.expectReceipts(run, truth)
            try Self.expectSkew(run, missing: spoiled)
            #expect(run.result.output.contains("webhooks: received \(truth.rows.count)"))
            #expect(try text("\(run.directory)/run.json").contains("webhooks_missing"))
        }

        /// A turn's receipt is that of the first attempt at its reply that was accepted.
        private static func expectReceipts(_ run: TestRun, _ truth: CSVTable) throws {
            struct Key: Hashable {
                let conversation: String
                let turn: String
            }
            var written: [Key: Int] = [:]
            for row in truth.rows where row["event"] == "fin_replied" && row["answer"] == "200" {
                let key = Key(conversation: row["conversation_id"], turn: row["turn"])
                let stamp = try #require(row.integer("written_ns"))
                written[key] = min(written[key] ?? .max, stamp)
            }
            let document = try JSONSerialization.jsonObject(
                with: try contents("\(run.directory)/run.json"))
            let clock = (document as? [String: Any])?["clock"] as? [String: Any]
            let zero = try #require(clock?["monotonic_nanoseconds"] as? Int)
            let turns = try run.turns.rows
            #expect(turns.count == 240)
            for turn in turns {
                let key = Key(conversation: turn["conversation_id"], turn: turn["turn"])
                let received = turn.integer("webhook_replied_ns")
                #expect((received == nil) == (written[key] == nil), "\(key)")
                guard let received, let sent = written[key] else { continue }
                #expect((0..<20_000_000_000).contains(received + zero - sent), "\(key)")
            }
        }

        private static func expectSkew(_ run: TestRun, missing: Int) throws {
            let skew = try sum(run, "webhook_after_sse")
            #expect(skew.integer("censored") == missing)
            let middle = try #require(skew.number("value"))
            #expect((29.5..<1000).contains(middle), "the simulator waits 30 ms: \(middle)")
            let lost = try run.table("outcomes.csv").rows.filter {
                $0["detail"].contains("lost_webhook")
            }
            #expect(!lost.isEmpty && lost.allSatisfy { $0["outcome"] == "done" })
        }

        @Test("without a stream the conversation goes on by webhooks; TTFT is absent, and says why")
        func alone() async throws {
            let run = try await TestRun(Self.profile("[webhook]", "omit_stream_url: true"))
            #expect(run.isDone, run.words)
            let truth = try run.table("webhook-truth.csv").rows
            let spoiled = truth.filter { $0["fault"] == "bad_signature" }
            // A lost reply fails its turn after the grace; a lost done signal after the idle timeout.
            let outcomes = try run.turns.counts("outcome")
            let replies = spoiled.count { $0["event"] == "fin_replied" }
            #expect(outcomes["webhook_missing"] ?? 0 == replies, "\(outcomes)")
            #expect(outcomes["timeout"] ?? 0 == spoiled.count - replies, "\(outcomes)")
            #expect(outcomes["done"] ?? 0 > 150, "\(outcomes)")
            let all = outcomes.values.reduce(0, +)
            let first = try Self.sum(run, "ttft")
            #expect(first.integer("n") == 0 && first.integer("absent") == all)
            for metric in ["first_reply", "turn_time"] {
                let row = try Self.sum(run, metric)
                #expect(row.integer("n") == all && row.integer("censored") == spoiled.count)
            }
            #expect(run.result.output.contains("ttft is absent: delivery is webhook alone"))
            let found = try Self.counts(run)
            #expect(
                found["unmatched"] == 0
                    && found["accepted"] == truth.count - spoiled.count
                        - (found["duplicate"] ?? 0),
                "\(found)")
        }

        /// What of each turn does not depend on this machine's speed.
        private static func facts(_ run: TestRun) throws -> Set<String> {
            Set(
                try run.turns.rows.map { row in
                    let webhook = row["webhook_replied_ns"].isEmpty ? "none" : "webhook"
                    let isLost = row["detail"].contains("lost_webhook")
                    return [
                        row["conversation_id"], row["turn"], row["user_id"], row["outcome"],
                        row["planned_ns"], webhook, isLost ? "lost" : "",
                    ].joined(separator: " ")
                })
        }

        @Test(
            "two workers share a receiver: the same turns, webhooks and counts as in one process",
            arguments: [["[sse, webhook]"], ["[webhook]", "omit_stream_url: true"]])
        func workers(delivery: [String]) async throws {
            var profile = Self.profile(delivery[0])
            profile.more.insert(contentsOf: delivery.dropFirst().map { "  \($0)" }, at: 1)
            let options = ["--run-id", "same"]
            // Beside each other: nothing that is compared depends on a clock.
            let chosen = profile
            async let first = TestRun(chosen, options + ["--workers", "1"])
            async let second = TestRun(chosen, options + ["--workers", "2"])
            let (one, two) = try await (first, second)
            // A busy machine may make a worker late, which is judged elsewhere.
            for run in [one, two] { #expect([0, 3].contains(run.result.status), run.words) }
            let difference = try Self.facts(one).symmetricDifference(Self.facts(two))
            #expect(difference.isEmpty, two.words)
            var (alone, shared) = (try Self.counts(one), try Self.counts(two))
            // Two connections may overtake each other.
            alone["reordered"] = nil
            shared["reordered"] = nil
            #expect(alone == shared && shared["foreign"] == 0, two.words)
            #expect(shared["accepted"] == shared["joined"] ?? 0 || delivery.count > 1, two.words)
            let truth = try two.table("webhook-truth.csv")
            #expect(shared["received"] == truth.rows.count, two.words)
            if delivery.count == 1 { try Self.expectReceipts(two, truth) }
            for run in [one, two] { try RunChecks.expectEveryTurnCounted(run) }
            #expect(two.result.output.contains("webhooks: received \(truth.rows.count)"))
        }

        @Test("a slice of several machines has no receiver, and says what to do")
        func slice() async throws {
            let run = try await TestRun(Self.profile("[sse, webhook]"), ["--shard", "0/2"])
            #expect(run.result.status == 64, run.words)
            #expect(run.result.errors.contains("webhooks (delivery, hitl) come to one address"))
            #expect(run.result.errors.contains("--workers 2"), run.words)
        }

        @Test("what others send to the receiver is counted and told, and disturbs nothing")
        func strangers() async throws {
            let places = [("1", try freePort()), ("2", try freePort())]
            try await together(places) { workers, port in
                try await Self.expectStrangers(workers: workers, port: port)
            }
        }

        private static func expectStrangers(workers: String, port: UInt16) async throws {
            let hook = "http://127.0.0.1:\(port)/fin"
            let environment = ["FIN_WEBHOOK_SECRET": "a-signing-secret-of-this-test"]
            let server = try await SimulatorServer(
                ["webhooks={url: '\(hook)', secret_env: FIN_WEBHOOK_SECRET, delay: 10ms}"],
                environment: environment)
            var profile = TestProfile(simulator: [])
            profile.target = ["url: \(server.url)"]
            profile.load = ["arrivals: constant", "rate: 8/s", "conversations: 80", "drain: 8s"]
            profile.more = [
                "delivery: [sse, webhook]",
                "webhooks: {listen: '127.0.0.1:\(port)', path: /fin, "
                    + "secret_env: FIN_WEBHOOK_SECRET, grace: 10s}",
            ]
            let folder = try TemporaryFolder()
            let command = try TestRun.start(
                profile.patient, ["--workers", workers], in: folder, environment: environment)
            let isUp = await wait(within: .seconds(60)) {
                command.errors.contains("webhooks are received at") || !command.isRunning
            }
            try #require(isUp && command.isRunning, "the run did not listen")
            let sent = try await Command.run(
                arguments: ["webhooks", "send", "--to", hook, "--count", "40", "--rate", "100/s"]
                    + ["--mix", "valid=50%,unsigned=50%", "--progress", "none"]
                    + ["--output", "\(folder.path)/sent"], environment: environment)
            #expect(sent.status == 0, "\(sent.errors) \(sent.output)")
            let run = TestRun(folder: folder, result: try await command.result())
            _ = try await server.stop()
            #expect(run.isDone, run.words)
            let classes = try CSVTable(path: "\(folder.path)/sent/webhooks.csv").rows
                .filter { $0["anchor"] == "planned" }
            func number(_ kind: String) -> Int? {
                classes.first { $0["class"] == kind }?.integer("sent")
            }
            let found = try Self.counts(run)
            #expect(found["foreign"] == number("valid") && found["foreign"] ?? 0 > 0, "\(found)")
            #expect(found["unsigned"] == number("unsigned"), "\(found)")
            #expect(found["joined"] == 160 && found["missing"] == 0, "\(found)")
            #expect(run.result.errors.contains("webhooks are received at \(hook)"), run.words)
            #expect(try text("\(run.directory)/run.json").contains("foreign_webhooks"))
        }

        @Test("an address that is taken ends the run before it begins")
        func taken() async throws {
            let server = try await SimulatorServer([])
            var profile = Self.profile("[sse, webhook]")
            let address = server.url.dropFirst("http://".count)
            profile.more = profile.more.map {
                $0.hasPrefix("webhooks:") ? "webhooks: {listen: '\(address)'}" : $0
            }
            let run = try await TestRun(profile)
            #expect(run.result.status == 71, run.words)
            #expect(run.result.errors.contains("webhooks.listen"), run.words)
            _ = try await server.stop()
        }
    }
}
