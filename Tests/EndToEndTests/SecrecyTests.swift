import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("secrets", .enabled(if: PeerServer.python != nil, "needs python3"))
    struct SecrecyTests {
        static let canaries = [
            "canary-key-93517", "canary-header-66120", "canary-message-28464", "canary-token-70831",
            "canary-mail-51946", "canary-attribute-80025", "canary-later-17733",
            "canary-hook-40312",
        ]
        private static let environment = [
            "E2E_KEY": "canary-key-93517", "E2E_HEADER": "canary-header-66120",
            "E2E_HOOK": "canary-hook-40312",
        ]

        /// A profile that holds every canary that a profile can hold.
        private static func planted(_ target: [String]) -> TestProfile {
            var profile = TestProfile(simulator: [])
            profile.more = []
            profile.target =
                target + [
                    "api_key_env: E2E_KEY", "headers_env: {X-Token: E2E_HEADER}",
                    "headers: {X-Plain: canary-header-66120}",
                ]
            profile.turns = "2"
            profile.messages =
                "[{question: refund, turns: [canary-message-28464, canary-later-17733]}]"
            profile.conversation = [
                "user_pool: {size: 9, email: \"canary-mail-51946-{n}@example.test\"}",
                "attributes: {plan: canary-attribute-80025}",
            ]
            return profile
        }

        @Test("no key, header, token or message text is in any output")
        func canaries() async throws {
            let modes = ["chunked", "cut", "notsse", "status500", "status401", "elsewhere"]
            try await together(modes) { try await Self.expectSecrecy($0) }
        }

        private static func expectSecrecy(_ mode: String) async throws {
            let server = try PeerServer(mode, ["--token", "canary-token-70831"])
            var profile = TestProfile(
                server, "api_key_env: E2E_KEY", "headers_env: {X-Token: E2E_HEADER}")
            profile.messages = "[\"canary-message-28464\"]"
            let run = try await TestRun(
                profile,
                environment: environment)
            let findings = try await server.stop()
            // The canaries did fly: the peer saw them.
            let post = try #require(findings.posts.first, run.words)
            #expect(post.header("authorization") == "Bearer canary-key-93517")
            #expect(post.header("x-token") == "canary-header-66120")
            #expect(post.body.contains("canary-message-28464"))
            try Self.expectNone(in: run)
        }

        private static func expectNone(in run: TestRun) throws {
            expectNone(in: run.result, "run")
            let names = FileManager.default.enumerator(atPath: run.directory)
            while let name = names?.nextObject() as? String {
                expectNone(in: try contents("\(run.directory)/\(name)"), name)
            }
        }

        private static func expectNone(in result: Command.Result, _ place: String) {
            expectNone(in: Data(result.output.utf8), "stdout of \(place)")
            expectNone(in: Data(result.errors.utf8), "stderr of \(place)")
        }

        private static func expectNone(in bytes: Data, _ place: String) {
            for canary in canaries {
                #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(canary) is in \(place)")
            }
        }

        /// Runs every other command that reads a profile or a run, and looks at what it says.
        private static func expectSilence(
            _ run: TestRun, _ profile: TestProfile, truth: String? = nil
        ) async throws {
            let path = try run.folder.write("profile.yaml", profile.text)
            var commands = [
                ["plan", path], ["profile", "show", path], ["profile", "check", path],
                ["report", run.directory],
            ]
            if let truth { commands.append(["audit", run.directory, "--truth", truth]) }
            for command in commands {
                let result = try await Command.run(arguments: command, environment: environment)
                expectNone(in: result, command[0])
            }
            try expectNone(in: run)
        }

        @Test("of a metered run nothing private is in any output of any command")
        func metered() async throws {
            let folder = try TemporaryFolder()
            let truth = "\(folder.path)/truth.csv"
            let server = try await SimulatorServer(
                ["outcomes={escalated: 10%}", "faults={http_429: 5%, cut: 10%}"],
                ["--api-key-env", "E2E_KEY", "--truth", truth], environment: Self.environment)
            var profile = Self.planted(["url: \(server.url)", "metered: true"])
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 40", "drain: 8s"]
            profile.more = [
                "safety: {max_cost: 50 USD, max_escalations: 90, rate_limit_floor: 10%}",
                "abort_when: [error_rate > 99% over 10s]", "on_429: wait",
            ]
            let run = try await TestRun(profile, ["--yes"], environment: Self.environment)
            #expect(run.isDone, run.words)
            #expect(run.result.errors.contains("an e-mail is sent"), run.words)
            let ledger = try await server.ledger()
            #expect(ledger.answered > 10, "the run was not served: \(ledger)")
            let end = try await server.stop()
            Self.expectNone(in: end, "simulate")
            Self.expectNone(in: try contents(truth), "the truth log")
            try await Self.expectSilence(run, profile, truth: truth)
        }

        @Test("what users say and are is in no file of any shipped profile's run")
        func shippedProfiles() async throws {
            let list = try await Command.run(arguments: ["profile", "list"])
            let names = list.output.split(separator: "\n").compactMap { line in
                line.split(separator: " ").first.map(String.init)
            }.filter { FileManager.default.fileExists(atPath: "\(PlanTests.profiles)/\($0).yaml") }
            #expect(names.count > 15, "\(list.output)")
            // One needs a workspace of Intercom's.
            try await together(names.filter { $0 != "live-us" }) { try await Self.runShort($0) }
        }

        private static func runShort(_ name: String) async throws {
            let folder = try TemporaryFolder()
            let isStaged = try text("\(PlanTests.profiles)/\(name).yaml").contains("stages:")
            let load = isStaged ? "load.stages=[{step_to: 10/s, hold: 2s}]" : "load.duration=2s"
            let settings = [
                load, "load.warmup=0s", "load.drain=6s", "generator.max_share=100%",
                "conversation.messages=[{question: refund, turns: [canary-message-28464, "
                    + "canary-later-17733]}]",
                "conversation.user_pool.email='canary-mail-51946-{n}@example.test'",
                "conversation.attributes={plan: canary-attribute-80025}",
            ]
            let result = try await Command.run(
                arguments: ["run", name, "--output", "\(folder.path)/run", "--progress", "none"]
                    + settings.flatMap { ["--set", $0] })
            let run = TestRun(folder: folder, result: result)
            #expect([0, 2, 3].contains(result.status), "\(name): \(run.words)")
            #expect(try run.turns.rows.count > 5, "\(name): \(run.words)")
            try expectNone(in: run)
        }

        @Test(
            "of a run with webhooks neither secret nor text is in any output",
            arguments: ["[sse, webhook]", "[webhook]"])
        func webhooks(delivery: String) async throws {
            let address = "127.0.0.1:\(try freePort())"
            let folder = try TemporaryFolder()
            let truth = "\(folder.path)/webhook-truth.csv"
            let server = try await SimulatorServer(
                [
                    "webhooks={url: 'http://\(address)/', secret_env: E2E_HOOK, delay: 5ms, "
                        + "bad_signature: 5%}", "omit_stream_url=\(delivery == "[webhook]")",
                ], ["--api-key-env", "E2E_KEY", "--webhook-truth", truth],
                environment: Self.environment)
            var profile = Self.planted(["url: \(server.url)"])
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 30", "drain: 8s"]
            profile.more = [
                "delivery: \(delivery)",
                "webhooks: {listen: '\(address)', secret_env: E2E_HOOK, grace: 500ms}",
            ]
            let run = try await TestRun(profile, environment: Self.environment)
            #expect(run.isDone, run.words)
            Self.expectNone(in: try await server.stop(), "simulate")
            let answers = try CSVTable(path: truth).counts("answer")
            #expect(answers["200"] ?? 0 > 60, "the secret was not the same: \(answers)")
            Self.expectNone(in: try contents(truth), "the truth of webhooks")
            try await Self.expectSilence(run, profile)
        }

        @Test(
            "nothing private is in the words of a run that fails", arguments: [401, 403, 429, 500])
        func refused(status: Int) async throws {
            let server = try PeerServer("status\(status)")
            let profile = Self.planted(["url: \(server.url)"])
            let run = try await TestRun(profile, environment: Self.environment)
            let posts = try await server.stop().posts
            // They did fly: e-mail and attribute too.
            let body = try #require(posts.first?.body, run.words)
            #expect(body.contains("canary-mail-51946-"))
            #expect(body.contains("canary-attribute-80025"))
            #expect(run.result.status != 0, run.words)
            try await Self.expectSilence(run, profile)
        }

        @Test(
            "nothing private is in the words of a TLS failure",
            .enabled(if: CertificateAuthority.openssl != nil, "needs the openssl command"))
        func untrusted() async throws {
            let leaf = try await CertificateAuthority().leaf(TLSTests.goodNames)
            let server = try PeerServer("chunked", certificate: leaf)
            let profile = Self.planted(["url: https://localhost:\(server.port)"])
            let run = try await TestRun(profile, environment: Self.environment)
            _ = try await server.stop()
            #expect(run.result.status == 69, run.words)
            try await Self.expectSilence(run, profile)
        }

        /// Mistakes that stand in the very value that is private.
        private static let mistakes: [(key: String, value: String)] = [
            ("target.api_key_env", "canary-key-93517"),
            ("target.api_key_env", "[canary-key-93517]"),
            ("target.url", "http://127.0.0.1:1/?key=canary-key-93517"),
            ("target.headers_env", "{X-Token: canary-header-66120}"),
            ("target.headers", "{X-Token: \"canary-header-66120\\nX\"}"),
            ("target.headers", "{X-Token: \"canary-header-66120\\e\"}"),
            ("target.url", "http://user:canary-key-93517@127.0.0.1:1"),
            ("conversation.user_pool.email", "canary-mail-51946@example.test"),
            ("conversation.messages", "canary-message-28464"),
            ("conversation.messages", "[\"canary-message-28464\\e\"]"),
            ("conversation.messages", "[canary-message-28464: why]"),
            ("conversation.messages", "[{question: q, turns: canary-message-28464}]"),
            ("conversation.messages", "[{question: q, turns: [[canary-message-28464]]}]"),
            ("conversation.attributes", "{plan: \"canary-attribute-80025\\e\"}"),
            ("conversation.attributes", "{plan: [canary-attribute-80025]}"),
            ("conversation.attributes", "canary-attribute-80025"),
        ]

        @Test("a mistake in a private value is named, and not shown")
        func mistakes() async throws {
            try await together(Self.mistakes) { mistake in
                let profile = Self.planted(["url: http://127.0.0.1:1"])
                let run = try await TestRun(
                    profile, ["--set", "\(mistake.key)=\(mistake.value)"],
                    environment: Self.environment)
                #expect(run.result.status == 64, run.words)
                #expect(run.result.errors.contains(mistake.key), run.words)
                Self.expectNone(in: run.result, mistake.key)
            }
        }

        @Test("a wrong line of a messages file is named by its number, and not shown")
        func messagesFile() async throws {
            let folder = try TemporaryFolder()
            for line in ["canary-message-28464", "{\"turns\":[\"canary-message-28464\", 5]}"] {
                var profile = Self.planted(["url: http://127.0.0.1:1"])
                let file = try folder.write("q.jsonl", "\"fine\"\n\(line)\n")
                profile.messages = "{file: \(file)}"
                let run = try await TestRun(profile, environment: Self.environment)
                #expect(run.result.status == 64, run.words)
                #expect(run.result.errors.contains("line 2"), run.words)
                Self.expectNone(in: run.result, "run")
            }
        }

        @Test("a run that stands still for its key's file reads it, and shows it nowhere")
        func keyFile() async throws {
            let folder = try TemporaryFolder()
            let path = try folder.write("key", "canary-key-93517\n")
            let server = try PeerServer("chunked")
            let run = try await TestRun(TestProfile(server, "api_key_file: \(path)"))
            let findings = try await server.stop()
            #expect(run.isDone, run.words)
            #expect(
                findings.posts.allSatisfy {
                    $0.header("authorization") == "Bearer canary-key-93517"
                })
            try Self.expectNone(in: run)
        }
    }
}
