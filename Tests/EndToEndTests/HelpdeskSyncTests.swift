import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension EndToEnd {
    @Suite("conversations synchronised with a helpdesk")
    struct HelpdeskSyncTests {
        /// What `GET /finbench/helpdesk` says.
        private struct State: Decodable {
            var users: Int
            var conversations: Int
            var messages: Int
            var duplicates: Int
            var dropped: Int
            var repeats: Int
            var tokens: Int
            var events: Int
            var typing: Int
        }

        private static let operations = [
            "helpdesk_token", "helpdesk_create_user", "helpdesk_create_conversation",
            "helpdesk_create_message", "helpdesk_update_conversation", "helpdesk_typing",
            "{name: helpdesk_notify, think_time: 50ms}", "helpdesk_get_user",
            "helpdesk_get_conversation", "helpdesk_get_messages",
            "{name: helpdesk_create_message, settings: {author: user}}",
            "helpdesk_create_message", "helpdesk_update_user",
            "{name: helpdesk_update_conversation, settings: {status: resolved}}",
            "{name: helpdesk_get_messages, settings: {from: start}}",
        ]

        private func profile(_ server: SimulatorServer, _ helpdesk: String) -> TestProfile {
            var profile = TestProfile(server, isMetered: false)
            profile.load = ["arrivals: constant", "rate: 30/s", "conversations: 60", "drain: 12s"]
            profile.conversation = ["user_pool: {size: 10, id_prefix: load-u-}"]
            profile.timeouts = "{connect: 5s, response: 8s, turn: 20s}"
            profile.more = [
                "helpdesk: \(helpdesk)",
                "scenarios: [{name: sync, operations: [\(Self.operations.joined(separator: ", "))]}]",
            ]
            return profile
        }

        private func state(_ server: SimulatorServer) async throws -> State {
            let address = try #require(URL(string: "\(server.url)/finbench/helpdesk"))
            let (data, _) = try await URLSession.shared.data(from: address)
            return try JSONDecoder().decode(State.self, from: data)
        }

        /// What is stored is judged, not whether the run is valid.
        ///
        /// A call takes less than a millisecond, and no share of that is enough for a generator on a
        /// busy machine.
        private static func expectEnd(_ run: TestRun) {
            #expect([0, 3].contains(run.result.status), run.words)
        }

        private func count(_ run: TestRun, _ flag: String) throws -> Int {
            try run.turns.column("detail").filter { $0.contains(flag) }.count
        }

        @Test(
            "twice each, one answer of twenty lost: nothing twice, nothing missing",
            arguments: [
                "mixed", "post_only",
            ])
        func dropped(style: String) async throws {
            let server = try await SimulatorServer(["helpdesk={dropped_answers: 5%, http_401: 2%}"])
            let run = try await TestRun(
                profile(server, "{style: \(style), retries: 9, retry_after: 50ms}"))
            Self.expectEnd(run)
            let state = try await state(server)
            #expect(state.conversations == 60 && state.messages == 4 * 60)
            #expect(state.duplicates == 0 && state.users <= 10)
            #expect(state.dropped > 10 && state.repeats > state.dropped / 4)
            #expect(state.events == 60 && state.typing == 60 && state.tokens > 60)
            #expect(try count(run, "duplicate_object") == 0)
            #expect(try count(run, "lost_message") == 0)
            let lost = try run.turns.column("outcome").filter { $0 == "connection_lost" }
            // A GET over a used connection is repeated by libcurl itself, unseen.
            let isSeen =
                style == "post_only" ? lost.count == state.dropped : lost.count <= state.dropped
            #expect(isSeen && !lost.isEmpty, "\(lost.count) of \(state.dropped) were seen")
            let metrics = Set(try run.table("summary.csv").column("metric"))
            #expect(metrics.isSuperset(of: ["op_latency", "sync_duration"]))
            try await server.stop()
        }

        @Test("a helpdesk that stores a repeated message twice is found out")
        func duplicates() async throws {
            let server = try await SimulatorServer([
                "helpdesk={dropped_answers: 5%, idempotent: false}"
            ])
            let run = try await TestRun(profile(server, "{retries: 9, retry_after: 50ms}"))
            Self.expectEnd(run)
            #expect(try await state(server).duplicates > 0)
            #expect(try count(run, "duplicate_object") > 0)
            try await server.stop()
        }

        @Test("a token that has expired is fetched anew, and the call made once more")
        func expiry() async throws {
            let server = try await SimulatorServer(["helpdesk={token_life: 3s}"])
            var profile = profile(server, "{retries: 0}")
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 20", "drain: 30s"]
            // A token lives for up to a second more than its life: it ends with a whole second.
            profile.more[1] = profile.more[1].replacing(
                "helpdesk_notify, think_time: 50ms", with: "helpdesk_notify, think_time: 4100ms")
            let run = try await TestRun(profile)
            Self.expectEnd(run)
            let state = try await state(server)
            #expect(state.messages == 4 * 20 && state.tokens >= 40)
            #expect(try count(run, "post_401") >= 20)
            try await server.stop()
        }

        @Test("a secret of its own is asked for and nowhere written")
        func secrets() async throws {
            let environment = [
                "KEY": "canary-key", "CLIENT": "canary-client", "HOOK": "canary-hook",
            ]
            let names = "signing_key_env: KEY, client_secret_env: CLIENT, webhook_key_env: HOOK"
            let server = try await SimulatorServer(
                ["helpdesk={\(names)}"], environment: environment)
            var profile = profile(server, "{\(names)}")
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 5", "drain: 8s"]
            profile = profile.patient
            let run = try await TestRun(profile, environment: environment)
            #expect(try run.turns.column("outcome").allSatisfy { $0 == "done" }, run.words)
            #expect(!run.result.output.contains("canary") && !run.result.errors.contains("canary"))
            for name in TestRun.record + TestRun.projections {
                let bytes = try contents("\(run.directory)/\(name)")
                #expect(!String(decoding: bytes, as: UTF8.self).contains("canary"), "\(name)")
            }
            profile.more[0] = "helpdesk: {retries: 0}"
            let wrong = try await TestRun(profile, environment: environment)
            // The first refusal ends the run; on a busy machine others are still under way then.
            #expect(try wrong.turns.column("detail").contains("post_401"), wrong.words)
            #expect(try !wrong.turns.column("outcome").contains("done"), wrong.words)
            try await server.stop()
        }
    }
}
