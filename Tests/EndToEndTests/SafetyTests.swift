import Foundation
import Glibc
import Testing

extension EndToEndUntimed {
    /// A simulator on this machine that is treated as if it billed: `metered: true`.
    @Suite("safety in front of a metered target")
    struct SafetyTests {
        private static func expectRefusal(_ run: TestRun, _ words: String...) {
            #expect(run.result.status == 64, run.words)
            for word in words { #expect(run.result.errors.contains(word), run.words) }
            #expect(!FileManager.default.fileExists(atPath: run.directory), run.words)
        }

        /// Both counts of the same conversations.
        private static func expectEqual(
            _ document: RunJSON, _ ledger: SimulatorServer.Ledger, _ words: Comment
        ) throws {
            let own = try #require(document.totals.ledger)
            #expect(own.accepted == ledger.conversations, words)
            #expect(own.answered == ledger.answered, words)
            #expect(own.escalated == ledger.escalated, words)
            #expect(own.users == ledger.users, words)
            #expect(document.totals.posts_sent == ledger.calls, words)
            #expect(document.totals.conversations_begun == own.begun, words)
        }

        // MARK: - before the first request

        @Test("without a terminal and --yes nothing is sent, but the plan is shown")
        func unconfirmed() async throws {
            let server = try await SimulatorServer([])
            var profile = TestProfile(server)
            profile.turns = "3"
            profile.more = ["safety: {max_cost: 50 USD, max_escalations: 5, rate_limit_floor: 50%}"]
            let run = try await TestRun(profile)
            Self.expectRefusal(
                run, "--yes", "10 conversations", "at worst 9.90 USD", "load-u-",
                "no e-mail", "50.00 USD", "escalation 6: 5 may be", "50 % of the rate limit")
            let ledger = try await server.ledger()
            #expect(ledger.calls == 0)
            try await server.stop()
        }

        @Test("what is not metered is not asked about, and has no bill")
        func unmetered() async throws {
            let server = try await SimulatorServer([])
            var profile = TestProfile(server, isMetered: false)
            profile.more = ["safety: {max_cost: 0.01 USD}"]
            let run = try await TestRun(profile)
            #expect(run.isDone, run.words)
            let own = try #require(try RunJSON(of: run).totals.ledger)
            #expect(own.billable == 10 && own.worst_case_usd == nil)
            try await server.stop()
        }

        @Test("a plan above the cost or the cap is refused with the figures")
        func caps() async throws {
            let server = try await SimulatorServer([])
            var profile = TestProfile(server)
            profile.more = ["safety: {max_cost: 9 USD}"]
            Self.expectRefusal(
                try await TestRun(profile, ["--yes"]), "10 conversations", "9.90 USD",
                "max_cost is 9.00 USD", "at most 9 conversations")
            profile.more = ["safety: {max_cost: 5 USD, price_per_outcome: 2.50 USD}"]
            profile.load = ["concurrency: 3", "duration: 1s"]
            Self.expectRefusal(try await TestRun(profile, ["--yes"]), "7.50 USD", "5.00 USD")
            profile.more = ["safety: {max_conversations: 9}"]
            profile.load = ["rate: 10/s", "conversations: 10"]
            Self.expectRefusal(try await TestRun(profile, ["--yes"]), "10 conversations", "is 9")
            // The default where each conversation may cost money.
            profile.more = []
            profile.load = ["rate: 100/s", "conversations: 101"]
            Self.expectRefusal(try await TestRun(profile, ["--yes"]), "101 conversations", "100")
            #expect(try await server.ledger().calls == 0)
            try await server.stop()
        }

        @Test("a closed load that its users could never carry is refused")
        func users() async throws {
            let server = try await SimulatorServer([])
            var profile = TestProfile(server)
            profile.conversation = ["user_pool: {size: 2}"]
            profile.load = ["concurrency: 5", "duration: 1s"]
            Self.expectRefusal(
                try await TestRun(profile, ["--yes"]), "\"5\"", "\"2\"", "max_per_user")
            try await server.stop()
        }

        @Test(
            "a person types the number of conversations, and nothing else will do",
            .enabled(if: PeerServer.python != nil, "needs python3"))
        func typed() async throws {
            let server = try await SimulatorServer([])
            let folder = try TemporaryFolder()
            let path = try folder.write("profile.yaml", TestProfile(server).text)
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Servers/terminal.py").path
            for (answer, status) in [("9", 64), ("", 64), ("yes", 64), ("10", 0)]
                as [(String, Int32)]
            {
                let before = try await server.ledger().calls
                let result = try await Command.run(
                    try #require(PeerServer.python),
                    arguments: [
                        script, "to begin: ", answer, Command.finbench, "run", path, "--output",
                        "\(folder.path)/run", "--progress", "none",
                    ])
                let words: Comment = "\(answer): \(result.output) \(result.errors)"
                #expect(
                    status == 0
                        ? TestRun(folder: folder, result: result).isDone
                        : result.status == status, words)
                #expect(result.output.contains("at worst 9.90 USD"))
                let calls = try await server.ledger().calls - before
                #expect(calls == (status == 0 ? 10 : 0))
            }
            try await server.stop()
        }

        @Test(
            "no e-mail is sent unless it was asked for",
            .enabled(if: PeerServer.python != nil, "needs python3"), arguments: [false, true])
        func email(isAsked: Bool) async throws {
            let server = try PeerServer("chunked")
            var profile = TestProfile(server)
            if isAsked { profile.conversation = ["user_pool: {email: \"u-{n}@example.test\"}"] }
            let run = try await TestRun(profile)
            let posts = try await server.stop().posts
            #expect(posts.count == 10, run.words)
            #expect(posts.allSatisfy { $0.body.contains("@example.test") == isAsked })
            #expect(posts.allSatisfy { $0.body.contains("email") == isAsked })
        }

        // MARK: - on the way

        @Test("the ledger of a whole run equals the simulator's own count")
        func ledger() async throws {
            // Time enough to subscribe to a reply's stream: what happened before is not seen again.
            let server = try await SimulatorServer([
                "think=1s", "outcomes={escalated: 20%, resolved: 20%}",
                "faults={http_429: 10%, http_500: 10%}",
            ])
            var profile = TestProfile(server)
            profile.turns = "{uniform: [1, 3]}"
            profile.load = ["arrivals: constant", "rate: 100/s", "conversations: 60", "drain: 8s"]
            let run = try await TestRun(profile.patient, ["--yes"])
            #expect(run.isDone, run.words)
            let document = try RunJSON(of: run)
            let ledger = try await server.ledger()
            try Self.expectEqual(document, ledger, run.words)
            let own = try #require(document.totals.ledger)
            #expect(own.escalated > 3 && own.answered > 20 && own.accepted < own.begun, run.words)
            // A 429 began nothing; a 500 may have.
            let limited = try run.turns.rows.count {
                $0["turn"] == "1" && $0["outcome"] == "rate_limited"
            }
            #expect(own.billable == 60 - limited)
            let cost = try #require(own.worst_case_usd)
            #expect(abs(cost - 0.99 * Double(own.billable)) < 1e-6)
            let shown = run.result.output.split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
            #expect(shown.contains("ledger: 60 conversations begun"), run.words)
            #expect(shown.contains("\(own.escalated) escalated; \(own.billable) may be billed"))
            try await server.stop()
        }

        @Test("one escalation too many stops new starts at once; what is open goes on")
        func escalations() async throws {
            let server = try await SimulatorServer(["think=1s", "outcomes={escalated: 20%}"])
            var profile = TestProfile(server)
            profile.turns = "{uniform: [1, 3]}"
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 100", "drain: 8s"]
            profile.more = ["safety: {max_escalations: 3}"]
            let run = try await TestRun(profile.patient, ["--yes"])
            #expect(run.result.status == 3, run.words)
            #expect(run.result.errors.contains("safety.max_escalations is 3"), run.words)
            let document = try RunJSON(of: run)
            #expect(document.totals.stop_reason.contains("safety.max_escalations is 3"))
            #expect(document.verdict.reasons.first?.contains("max_escalations") == true)
            #expect(document.verdict.valid != document.isLate)
            try Self.expectEqual(document, try await server.ledger(), run.words)
            try expectStop(run)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            try await server.stop()
        }

        /// No POST later than the escalation above the limit, but for a wake-up; every open turn ended.
        private func expectStop(_ run: TestRun) throws {
            let turns = try run.turns.rows
            let ends = turns.filter { $0["outcome"] == "escalated" }
                .compactMap { $0.integer("done_ns") }.sorted()
            try #require(ends.count > 3, run.words)
            let last = try #require(turns.compactMap { $0.integer("sent_ns") }.max())
            // After a pause of the generator what was due in it is begun before sockets are read.
            let late =
                turns.compactMap { turn in
                    turn.integer("sent_ns").map { $0 - (turn.integer("planned_ns") ?? $0) }
                }.max() ?? 0
            #expect(
                last - ends[3] < 100_000_000 + late, "starts went on for \(last - ends[3]) ns")
            #expect(turns.count < 200, run.words)
            // What was due and not begun is cut; nothing that was sent is.
            let cut = turns.filter { $0["outcome"] == "cut" }
            #expect(cut.allSatisfy { $0.integer("sent_ns") == nil }, run.words)
        }

        @Test("a closed load is stopped before its bill exceeds the limit")
        func cost() async throws {
            let server = try await SimulatorServer([])
            var profile = TestProfile(server)
            profile.load = ["concurrency: 4", "duration: 20s", "drain: 8s"]
            profile.more = ["safety: {max_cost: 20 USD}"]
            let run = try await TestRun(profile, ["--yes"])
            #expect(run.result.status == 3, run.words)
            #expect(run.result.seconds < 20, run.words)
            let document = try RunJSON(of: run)
            let own = try #require(document.totals.ledger)
            #expect(own.begun == 20 && own.worst_case_usd == 19.8, run.words)
            #expect(document.totals.stop_reason.contains("safety.max_cost is 20.00 USD"))
            try Self.expectEqual(document, try await server.ledger(), run.words)
            try await server.stop()
        }

        @Test("too many failures in the window end the run as 3, with what was measured")
        func abort() async throws {
            let server = try await SimulatorServer(["faults={http_500: 50%}"])
            var profile = TestProfile(server, isMetered: false)
            profile.load = ["arrivals: constant", "rate: 50/s", "duration: 20s", "drain: 8s"]
            profile.more = ["abort_when: [error_rate > 20% over 10s]"]
            let run = try await TestRun(profile)
            #expect(run.result.status == 3, run.words)
            #expect(run.result.seconds < 20, run.words)
            let document = try RunJSON(of: run)
            #expect(document.totals.stop_reason.contains("error_rate > 20% over 10s"), run.words)
            #expect(document.warnings.contains { $0.code == "interrupted" })
            #expect(try run.turns.rows.count >= 10)
            try RunChecks.expectEveryTurnCounted(run)
            try await server.stop()
        }

        @Test("at the rate limit's floor starts pause until the window's reset")
        func floor() async throws {
            let server = try await SimulatorServer(["rate_limit=40/10s"])
            var profile = TestProfile(server, isMetered: false)
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 100", "drain: 8s"]
            profile.more = ["safety: {rate_limit_floor: 50%}"]
            let run = try await TestRun(profile)
            #expect(run.isDone, run.words)
            let turns = try run.turns.rows
            #expect(turns.count == 100)
            let sent = turns.filter { !$0["sent_ns"].isEmpty }
            let blocked = turns.filter { $0["detail"] == "rate_limit_floor" }
            #expect(sent.count + blocked.count == 100 && !blocked.isEmpty, run.words)
            #expect(blocked.allSatisfy { $0["outcome"] == "blocked" })
            // Twenty a window, and what was on its way when the twentieth was answered; who was held
            // up, here or there, was begun before the answers could be read.
            let windows = Set(sent.map { $0["planned_utc"].prefix(18) })
            let heldUp = sent.count { turn in
                (turn.integer("response_headers_ns") ?? .max) - (turn.integer("planned_ns") ?? 0)
                    > 20_000_000
            }
            #expect(sent.count <= windows.count * 25 + heldUp, run.words)
            #expect(blocked.count + heldUp >= 50, run.words)
            #expect(try await server.ledger().conversations == sent.count)
            let planned = turns.compactMap { $0.integer("planned_ns") }.sorted()
            #expect(planned == (0..<100).map { $0 * 20_000_000 })
            let health = try run.table("health.csv").column("metric")
            #expect(health.contains("rate_limit_remaining"))
            #expect(try RunJSON(of: run).warnings.contains { $0.code == "rate_limit_floor" })
            try await server.stop()
        }

        @Test("one test user has no more conversations at once than allowed")
        func seats() async throws {
            let server = try await SimulatorServer(["think=200ms"])
            var profile = TestProfile(server)
            profile.conversation = ["user_pool: {size: 3}"]
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 60", "drain: 8s"]
            let run = try await TestRun(profile, ["--yes"])
            let turns = try run.turns.rows
            let blocked = turns.count { $0["outcome"] == "blocked" && $0["detail"] == "user_limit" }
            #expect(blocked > 10 && turns.count == 60, run.words)
            for user in Set(turns.map { $0["user_id"] }) {
                // Each start must find at most one other of its user's open.
                let spans = turns.compactMap { turn -> (Int, Int)? in
                    guard turn["user_id"] == user, let sent = turn.integer("sent_ns"),
                        let done = turn.integer("done_ns")
                    else { return nil }
                    return (sent, done)
                }
                for (sent, _) in spans {
                    #expect(spans.count { $0.0 < sent && $0.1 > sent } <= 1, "\(user)")
                }
            }
            #expect(try RunJSON(of: run).warnings.contains { $0.code == "user_limit" })
            try await server.stop()
        }

        @Test(
            "on_429: wait posts again after the reset, anchored at the plan",
            .enabled(if: PeerServer.python != nil, "needs python3"))
        func waiting() async throws {
            let server = try PeerServer("limited")
            var profile = TestProfile(server)
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 20", "drain: 8s"]
            profile.more = ["on_429: wait"]
            let run = try await TestRun(profile.patient)
            let posts = try await server.stop().posts
            #expect(run.isDone, run.words)
            #expect(posts.count == 40 && Set(posts.map(\.body)).count == 40, run.words)
            let turns = try run.turns.rows
            #expect(turns.count == 20)
            for turn in turns {
                #expect(turn["outcome"] == "done" && turn["detail"].contains("waited_429"))
                let planned = try #require(turn.integer("planned_ns"))
                #expect(planned % 20_000_000 == 0)
                // `sent` is the first POST's; the second one follows a second later at the least.
                let sent = try #require(turn.integer("sent_ns"))
                #expect(try #require(turn.integer("response_ns")) - sent >= 1_000_000_000)
                #expect(turn["http_status"] == "200")
            }
            let waits = turns.compactMap { $0.integer("response_ns") }
            // A second of jitter lies over them: they do not come all at once.
            #expect(waits.count == 20)
            #expect((waits.max() ?? 0) - (waits.min() ?? 0) > 200_000_000, run.words)
            #expect(try RunJSON(of: run).totals.posts_sent == 40)
        }

        @Test(
            "a run whose every turn was cut by the drain decides nothing, and says so",
            .enabled(if: PeerServer.python != nil, "needs python3"))
        func drained() async throws {
            let server = try PeerServer("hang", ["--healthy", "0"])
            var profile = TestProfile(server)
            profile.timeouts = "{connect: 2s, response: 5s, first_chunk: 5s, idle: 5s, turn: 6s}"
            profile.load = [
                "arrivals: constant", "rate: 20/s", "conversations: 10", "drain: 300ms",
            ]
            let run = try await TestRun(profile)
            _ = try await server.stop()
            #expect(run.result.status == 2, run.words)
            #expect(run.result.output.contains("every turn was still open"), run.words)
            let document = try RunJSON(of: run)
            #expect(document.verdict.result == "not_enough_data")
            #expect(document.warnings.contains { $0.code == "turns_cut" })
        }
    }
}
