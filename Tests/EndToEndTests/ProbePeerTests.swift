import Foundation
import Glibc
import Testing

extension EndToEndUntimed {
    @Suite("a probe of a peer", .enabled(if: PeerServer.python != nil, "needs python3"))
    struct ProbePeerTests {
        /// A way of the peer to fail, and words that must be said of it.
        private static let failures = [
            ("garbage", ["does not speak HTTP"]), ("hang", ["no answer", "timeouts.response"]),
            ("malformed", ["not with a JSON object"]), ("status500", ["HTTP 500"]),
            ("status429", ["HTTP 429", "rate_limit_exceeded"]),
            ("status403", ["HTTP 403", "key"]), ("stream401", ["refused the stream", "401"]),
            ("notsse", ["text/event-stream"]), ("silent", ["no event", "first_chunk"]),
            ("stall", ["nothing more", "timeouts.idle"]),
            ("error_event", ["error event", "token"]), ("cut", ["before the turn was done"]),
        ]

        /// Short only where that timeout is what is looked for: a busy machine must not make others.
        private static let timeouts = [
            "hang": "response", "silent": "first_chunk", "stall": "idle",
        ]

        private static func probe(
            _ server: PeerServer, _ arguments: [String] = [], set: [String] = []
        ) async throws -> TestProbe {
            try await TestProbe(["--target", server.url] + arguments, set: set)
        }

        @Test("each way to fail is one message and exit 69")
        func everyFailure() async throws {
            try await together(Self.failures) { mode, words in
                let server = try PeerServer(mode)
                let short = Self.timeouts[mode].map { ["conversation.timeouts.\($0)=1s"] } ?? []
                let probe = try await Self.probe(server, set: short)
                let findings = try await server.stop()
                #expect(probe.result.status == 69, probe.words)
                #expect(probe.result.errorLines.count == 1, probe.words)
                for word in words { #expect(probe.result.errors.contains(word), probe.words) }
                #expect(findings.posts.count == (mode == "garbage" ? 0 : 1), probe.words)
            }
        }

        @Test("a refused connection is one message and exit 69")
        func refused() async throws {
            let port = try await PeerServer.closedPort()
            let probe = try await TestProbe(["--target", "http://127.0.0.1:\(port)"])
            RefusalTests.expectRefusal(probe.result, saying: "127.0.0.1", "\(port)", "connect")
        }

        @Test("a stream on another machine is not dialled, and says what to add")
        func elsewhere() async throws {
            let server = try PeerServer("elsewhere")
            let probe = try await Self.probe(server)
            let findings = try await server.stop()
            #expect(probe.result.status == 64, probe.words)
            #expect(probe.result.errors.contains("--live"), probe.words)
            #expect(findings.gets.isEmpty)
        }

        @Test("comments, retry and unknown events are found in a legal but odd stream")
        func odd() async throws {
            let server = try PeerServer("odd")
            let probe = try await Self.probe(server)
            _ = try await server.stop()
            #expect(probe.result.status == 0, probe.words)
            #expect(probe["keepalives"].contains("retry asked: 3,000 ms"), probe.words)
            #expect(probe["unknown"].hasPrefix("1 event (fin_weather)"), probe.words)
            #expect(probe["streaming"].hasPrefix("yes: 4 chunks"), probe.words)
        }

        @Test("a broken stream is resumed by its ids, and the probe says so")
        func resumed() async throws {
            let server = try PeerServer("resume")
            let probe = try await Self.probe(server)
            let findings = try await server.stop()
            #expect(probe.result.status == 0, probe.words)
            #expect(probe["event ids"].contains("resumed once"), probe.words)
            #expect(findings.gets.count == 2)
            #expect(findings.gets.last?.header("last-event-id") != nil)
        }

        @Test("two quiet seconds are named as the end they stand for")
        func quiet() async throws {
            let server = try PeerServer("v214_quiet")
            let probe = try await Self.probe(server, set: ["target.version=2.14"])
            _ = try await server.stop()
            #expect(probe.result.status == 0, probe.words)
            #expect(probe["done signal"].hasPrefix("2.00 s of quiet"), probe.words)
            #expect(probe["done signal"].contains("inferred"), probe.words)
        }

        @Test(
            "TLS and its times are found",
            .enabled(if: CertificateAuthority.openssl != nil, "needs the openssl command"))
        func secure() async throws {
            let authority = try await CertificateAuthority()
            let leaf = try await authority.leaf(TLSTests.goodNames)
            let server = try PeerServer("chunked", certificate: leaf)
            let target = ["--target", "https://localhost:\(server.port)"]
            let refused = try await TestProbe(target)
            RefusalTests.expectRefusal(refused.result, saying: "certificate", "ca_file")
            let folder = try TemporaryFolder()
            let profile = try folder.write(
                "profile.yaml",
                "name: p\ntarget:\n  url: https://localhost:\(server.port)\n"
                    + "  tls: {ca_file: \(authority.file)}\n")
            let probe = try await TestProbe([profile])
            _ = try await server.stop()
            #expect(probe.result.status == 0, probe.words)
            #expect(probe["hosts"].contains("with TLS; streams come from the same"), probe.words)
            #expect(probe["POST path"].contains("TLS "), probe.words)
        }

        @Test("Ctrl-C ends it with 130 and tells what was found")
        func interrupted() async throws {
            let server = try PeerServer("silent")
            let command = try Command(
                arguments: TestProbe.arguments(["--target", server.url], set: []))
            let isOpen = await wait(within: .seconds(60)) {
                command.output.contains("text/event-stream") || !command.isRunning
            }
            #expect(isOpen)
            command.signal(SIGINT)
            let probe = TestProbe(try await command.result(within: .seconds(60)))
            _ = try await server.stop()
            #expect(probe.result.status == 130, probe.words)
            #expect(probe["framing"].hasPrefix("not seen"), probe.words)
        }

        // MARK: - money

        private static let metered = ["target.metered=true"]

        @Test("a metered target is asked for, and without an answer nothing is sent")
        func unconfirmed() async throws {
            let server = try PeerServer("chunked")
            let probe = try await Self.probe(server, set: Self.metered)
            let findings = try await server.stop()
            #expect(probe.result.status == 64, probe.words)
            #expect(probe.result.errors.contains("0.99 USD at the worst"), probe.words)
            #expect(probe.result.errors.contains("--yes"), probe.words)
            #expect(findings.log.isEmpty)
        }

        @Test("--yes stands for the answer, and one conversation is had")
        func confirmed() async throws {
            let server = try PeerServer("chunked")
            let probe = try await Self.probe(server, ["--yes"], set: Self.metered)
            let findings = try await server.stop()
            #expect(probe.result.status == 0, probe.words)
            #expect(findings.counts.count == 1 && findings.posts.count == 1)
            #expect(!(findings.posts.first?.body.contains("email") ?? true))
        }

        /// Runs the command in a terminal of its own and types an answer.
        private static let typist = """
            import os, pty, sys
            child, terminal = pty.fork()
            if child == 0:
                os.execv(sys.argv[2], sys.argv[2:])
            said = b""
            while b"1, to begin" not in said:
                said += os.read(terminal, 4096)
            os.write(terminal, sys.argv[1].encode() + b"\\n")
            try:
                while part := os.read(terminal, 4096):
                    said += part
            except OSError:
                pass
            print(said.decode())
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """

        @Test("the number 1 is typed, or nothing is sent", arguments: [("1", 0), ("2", 64)])
        func typed(answer: String, status: Int32) async throws {
            let server = try PeerServer("chunked")
            let python = try #require(PeerServer.python)
            let arguments = TestProbe.arguments(
                ["--target", server.url], set: Self.metered)
            let result = try await Command.run(
                python, arguments: ["-c", Self.typist, answer, Command.finbench] + arguments)
            let findings = try await server.stop()
            #expect(result.status == status, TestProbe(result).words)
            #expect(findings.posts.count == (status == 0 ? 1 : 0))
        }

        // MARK: - secrets

        @Test("no key, header, token, text, e-mail or attribute is in any output")
        func canaries() async throws {
            let modes = [
                "chunked", "enveloped", "bytes", "resume", "cut", "notsse", "status500",
                "status401", "stream401", "error_event", "elsewhere", "odd",
            ]
            try await together(modes) { try await Self.expectSecrecy($0) }
        }

        private static func expectSecrecy(_ mode: String) async throws {
            let folder = try TemporaryFolder()
            let server = try PeerServer(mode, ["--token", "canary-token-70831"])
            let profile = try folder.write(
                "profile.yaml",
                """
                name: canaries
                target:
                  url: \(server.url)
                  api_key_env: E2E_KEY
                  headers_env: {X-Token: E2E_HEADER}
                conversation:
                  messages: ["canary-message-28464 of a user"]
                  user_pool: {size: 1, email: "canary-email-{n}@example.test"}
                  attributes: {plan: canary-attribute-5512}
                """ + "\n")
            let probe = try await TestProbe(
                [profile],
                environment: [
                    "E2E_KEY": "canary-key-93517", "E2E_HEADER": "canary-header-66120",
                ])
            let findings = try await server.stop()
            // The canaries did fly: the peer saw them.
            let post = try #require(findings.posts.first, probe.words)
            #expect(post.header("authorization") == "Bearer canary-key-93517")
            #expect(post.header("x-token") == "canary-header-66120")
            #expect(post.body.contains("canary-message") && post.body.contains("canary-email"))
            #expect(post.body.contains("canary-attribute"))
            #expect(!(probe.result.output + probe.result.errors).contains("canary-"), probe.words)
        }
    }
}
