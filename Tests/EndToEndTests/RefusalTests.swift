import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("a target that cannot be used", .enabled(if: PeerServer.python != nil, "needs python3"))
    struct RefusalTests {
        /// One clear message with those words; no trap, no stack trace.
        static func expectRefusal(_ result: Command.Result, saying words: String...) {
            let comment: Comment = "stderr: \(result.errors), stdout: \(result.output)"
            #expect(result.status == 69, comment)
            #expect((1...3).contains(result.errorLines.count), comment)
            for word in words {
                #expect(result.errors.lowercased().contains(word.lowercased()), comment)
            }
            let all = result.output + result.errors
            for trace in ["Fatal error", "Stack dump", "Backtrace", "Thread 0", " at /"] {
                #expect(!all.contains(trace), comment)
            }
        }

        private func profile(_ url: String) throws -> TestProfile {
            var profile = TestProfile(simulator: [])
            profile.target = ["url: \(url)"]
            profile.more = []
            return profile
        }

        @Test("a refused connection is one message and exit 69")
        func refused() async throws {
            let port = try await PeerServer.closedPort()
            let run = try await TestRun(try profile("http://127.0.0.1:\(port)"))
            Self.expectRefusal(run.result, saying: "127.0.0.1", "\(port)", "connect")
        }

        @Test("a port that speaks no HTTP is one message and exit 69")
        func garbage() async throws {
            let server = try PeerServer("garbage")
            let run = try await TestRun(TestProfile(server))
            _ = try await server.stop()
            Self.expectRefusal(run.result, saying: "127.0.0.1", "\(server.port)", "HTTP")
        }

        @Test("a refused key ends the run at once with exit 69", arguments: [401, 403])
        func key(status: Int) async throws {
            let server = try PeerServer("status\(status)")
            var profile = TestProfile(server, "api_key_env: E2E_KEY")
            let planned = 200
            profile.load[2] = "conversations: \(planned)"
            let run = try await TestRun(profile, environment: ["E2E_KEY": "wrong-key"])
            let findings = try await server.stop()
            Self.expectRefusal(run.result, saying: "\(status)", "key")
            #expect(!(run.result.errors + run.result.output).contains("wrong-key"))
            // Those under way when the first answer came may be there too; on a busy machine many,
            // but never the whole plan.
            #expect((1..<planned).contains(findings.posts.count))
        }

        @Test("a key variable that is not set is a usage error, before anything is sent")
        func missingKey() async throws {
            let server = try PeerServer("chunked")
            let run = try await TestRun(TestProfile(server, "api_key_env: E2E_KEY_NOT_SET"))
            let findings = try await server.stop()
            #expect(run.result.status == 64, run.words)
            #expect(run.result.errors.contains("E2E_KEY_NOT_SET"), run.words)
            #expect(findings.log.isEmpty)
        }

        @Test("an address outside this machine is refused without --live")
        func live() async throws {
            let run = try await TestRun(try profile("http://192.0.2.1:9"))
            #expect(run.result.status == 64, run.words)
            #expect(run.result.errors.contains("--live"), run.words)
        }

        @Test("a cap refuses a larger plan instead of cutting it")
        func cap() async throws {
            let server = try PeerServer("chunked")
            let run = try await TestRun(TestProfile(server), ["--max-conversations", "9"])
            let findings = try await server.stop()
            #expect(run.result.status == 64, run.words)
            #expect(run.result.errors.contains("10") && run.result.errors.contains("9"), run.words)
            #expect(findings.log.isEmpty)
        }
    }
}
