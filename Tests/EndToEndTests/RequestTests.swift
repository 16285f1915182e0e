import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("what finbench sends", .enabled(if: PeerServer.python != nil, "needs python3"))
    struct RequestTests {
        struct Body: Decodable {
            struct Message: Decodable {
                var author: String
                var body: String
                var timestamp: String
            }
            struct User: Decodable { var id: String }
            var conversation_id: String
            var message: Message
            var user: User
        }

        @Test("the key goes with the POST and never with the stream, whose URL is used verbatim")
        func headers() async throws {
            let server = try PeerServer("chunked")
            let profile = TestProfile(server, "api_key_env: E2E_KEY", "version: Preview")
            let run = try await TestRun(
                profile.patient, environment: ["E2E_KEY": "key-for-the-post"])
            let findings = try await server.stop()
            #expect(run.isDone, run.words)
            #expect(findings.posts.count == 10)
            for post in findings.posts {
                #expect(post.header("authorization") == "Bearer key-for-the-post")
                #expect(post.header("content-type") == "application/json")
                #expect(post.header("accept") == "application/json")
                #expect(post.header("intercom-version") == "Preview")
                // Either would make libcurl send the request in two steps.
                #expect(post.header("expect") == nil)
                #expect(post.header("transfer-encoding") == nil)
            }
            // The server knows each URL in one spelling only: another one would be a 404.
            #expect(findings.gets.count == 10)
            for get in findings.gets {
                #expect(get.header("authorization") == nil)
                #expect(get.header("accept") == "text/event-stream")
                #expect(get.header("intercom-version") == nil)
            }
        }

        @Test("proxy variables of the environment are not read")
        func proxies() async throws {
            let server = try PeerServer("chunked")
            let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"]
            let pairs = names.map { ($0, "http://127.0.0.1:1") } + [("no_proxy", "intercom.io")]
            let run = try await TestRun(
                TestProfile(server), environment: Dictionary(uniqueKeysWithValues: pairs))
            #expect(run.isDone, run.words)
            let findings = try await server.stop()
            #expect(findings.gets.count == 10)
        }

        @Test("without a key a target on this machine gets a placeholder, and its stream nothing")
        func noKey() async throws {
            let server = try PeerServer("chunked")
            let run = try await TestRun(TestProfile(server).patient)
            #expect(run.isDone, run.words)
            let findings = try await server.stop()
            #expect(
                findings.posts.allSatisfy {
                    $0.header("authorization") == "Bearer finbench-local"
                })
            #expect(findings.gets.allSatisfy { $0.header("authorization") == nil })
        }

        @Test("later turns go to /fin/reply, each message with a timestamp of its own")
        func turns() async throws {
            let server = try PeerServer("chunked")
            var profile = TestProfile(server)
            profile.turns = "3"
            let run = try await TestRun(profile.patient)
            let findings = try await server.stop()
            #expect(run.isDone, run.words)
            #expect(try run.turns.counts("turn") == ["1": 10, "2": 10, "3": 10])
            #expect(findings.posts.filter { $0.path == "/fin/start" }.count == 10)
            #expect(findings.posts.filter { $0.path == "/fin/reply" }.count == 20)
            #expect(findings.gets.filter { $0.path.hasSuffix("&rewind=2m") }.count == 10)
            let bodies = try findings.posts.map {
                try JSONDecoder().decode(Body.self, from: Data($0.body.utf8))
            }
            let keys = bodies.map { "\($0.conversation_id) \($0.message.timestamp)" }
            #expect(Set(keys).count == 30)
            let shape = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
            #expect(bodies.allSatisfy { $0.message.timestamp.wholeMatch(of: shape) != nil })
            #expect(bodies.allSatisfy { $0.message.author == "user" && !$0.user.id.isEmpty })
        }

        @Test("think time lies between one turn's end and the next one's plan")
        func thinkTime() async throws {
            let server = try PeerServer("chunked")
            var profile = TestProfile(server)
            profile.turns = "2"
            // Longer than this machine pauses: who learns later that a turn is done plans from then.
            let think = ["--set", "conversation.think_time=2s"]
            let run = try await TestRun(profile.patient, think)
            _ = try await server.stop()
            let turns = try run.turns.rows
            for turn in turns where turn["turn"] == "2" {
                let id = turn["conversation_id"]
                let before = turns.first { $0["conversation_id"] == id && $0["turn"] == "1" }
                let done = try #require(before?.integer("done_ns"))
                let planned = try #require(turn.integer("planned_ns"))
                #expect(planned == done + 2_000_000_000)
                #expect(try #require(turn.integer("sent_ns")) >= planned)
            }
        }

        @Test("one seed is one plan and the same bodies, stamps and the run's id aside")
        func seed() async throws {
            let first = try await Self.bodies(seed: 41)
            let second = try await Self.bodies(seed: 41)
            let other = try await Self.bodies(seed: 42)
            #expect(first.count > 12)
            #expect(first == second)
            #expect(first != other)
        }

        /// Plan and bodies of a run, sorted, with the stamps and the run's id blotted out.
        private static func bodies(seed: Int) async throws -> [String] {
            let server = try PeerServer("chunked")
            var profile = TestProfile(server)
            profile.turns = "{uniform: [1, 3]}"
            profile.conversation = ["attributes: {plan: pro}"]
            profile.load = ["arrivals: poisson", "rate: 50/s", "conversations: 12", "drain: 8s"]
            let run = try await TestRun(profile.patient, ["--seed", "\(seed)"])
            let findings = try await server.stop()
            #expect(run.isDone, run.words)
            let turns = try run.turns
            let name = try #require(turns.rows.first)["run_id"]
            let stamp = /"timestamp":"[^"]*"/
            let bodies = findings.posts.map { post in
                post.path + " "
                    + post.body.replacing(name, with: "RUN").replacing(stamp, with: "STAMP")
            }
            let plan = turns.rows.filter { $0["turn"] == "1" }.map { row in
                "\(row["conversation_id"].replacing(name, with: "RUN")) \(row["planned_ns"])"
            }
            return bodies.sorted() + plan.sorted()
        }
    }
}
