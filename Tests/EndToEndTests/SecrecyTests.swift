import Foundation
import Testing

extension EndToEnd {
    @Suite("secrets", .enabled(if: PeerServer.python != nil, "needs python3"))
    struct SecrecyTests {
        static let canaries = [
            "canary-key-93517", "canary-header-66120", "canary-message-28464", "canary-token-70831",
        ]

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
                environment: [
                    "E2E_KEY": "canary-key-93517", "E2E_HEADER": "canary-header-66120",
                ])
            let findings = try await server.stop()
            // The canaries did fly: the peer saw them.
            let post = try #require(findings.posts.first, run.words)
            #expect(post.header("authorization") == "Bearer canary-key-93517")
            #expect(post.header("x-token") == "canary-header-66120")
            #expect(post.body.contains("canary-message-28464"))
            try Self.expectNone(in: run)
        }

        private static func expectNone(in run: TestRun) throws {
            var places = [
                "stdout": Data(run.result.output.utf8), "stderr": Data(run.result.errors.utf8),
            ]
            let names = FileManager.default.enumerator(atPath: run.directory)
            while let name = names?.nextObject() as? String {
                places[name] = try contents("\(run.directory)/\(name)")
            }
            for (place, bytes) in places {
                for canary in Self.canaries {
                    #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(canary) is in \(place)")
                }
            }
        }

        @Test("a run that stands still for its key's file reads it, and shows it nowhere")
        func keyFile() async throws {
            let folder = try TemporaryFolder()
            let path = try folder.write("key", "canary-key-93517\n")
            let server = try PeerServer("chunked")
            let run = try await TestRun(TestProfile(server, "api_key_file: \(path)"))
            let findings = try await server.stop()
            #expect(run.result.status == 0, run.words)
            #expect(
                findings.posts.allSatisfy {
                    $0.header("authorization") == "Bearer canary-key-93517"
                })
            try Self.expectNone(in: run)
        }
    }
}
