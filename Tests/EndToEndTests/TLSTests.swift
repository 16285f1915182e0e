import Testing

extension EndToEndUntimed {
    @Suite(
        "TLS with a private authority",
        .enabled(
            if: PeerServer.python != nil && CertificateAuthority.openssl != nil,
            "needs python3 and the openssl command"))
    struct TLSTests {
        static let goodNames = "DNS:localhost,IP:127.0.0.1"

        private func profile(
            _ server: PeerServer, host: String, _ authority: CertificateAuthority?
        ) -> TestProfile {
            var profile = TestProfile(server)
            profile.target = ["url: https://\(host):\(server.port)"]
            if let authority { profile.target.append("tls: {ca_file: \(authority.file)}") }
            return profile
        }

        @Test("POST and stream are accepted with ca_file", arguments: ["localhost", "127.0.0.1"])
        func accepted(host: String) async throws {
            let authority = try await CertificateAuthority()
            let leaf = try await authority.leaf(Self.goodNames)
            let server = try PeerServer("chunked", certificate: leaf)
            let run = try await TestRun(profile(server, host: host, authority).patient)
            let findings = try await server.stop()
            let turns = try run.turns
            #expect(run.isDone, run.words)
            #expect(turns.counts("outcome") == ["done": 10])
            #expect(turns.counts("chunks") == ["4": 10])
            #expect(findings.gets.count == 10)
            // The hand-shakes were measured, those of both hosts.
            let measured = Set(try run.table("summary.csv").column("metric"))
            #expect(measured.isSuperset(of: ["post_tls", "stream_tls"]))
        }

        @Test("a proxy's tunnel is used, and each POST goes through it once")
        func proxied() async throws {
            let authority = try await CertificateAuthority()
            let leaf = try await authority.leaf(Self.goodNames)
            let server = try PeerServer("chunked", certificate: leaf)
            let proxy = try PeerServer("tunnel", script: "connect_proxy.py")
            var profile = profile(server, host: "localhost", authority)
            profile.target.append("proxy: \(proxy.url)")
            // What the environment excepts is not excepted here.
            let run = try await TestRun(profile.patient, environment: ["no_proxy": "*"])
            let findings = try await server.stop()
            let tunnels = try await proxy.stop().log
            #expect(run.isDone, run.words)
            #expect(try run.turns.counts("outcome") == ["done": 10])
            #expect(findings.counts.count == 10 && findings.counts.values.allSatisfy { $0 == 1 })
            #expect(!tunnels.isEmpty)
            #expect(
                tunnels.allSatisfy { $0.method == "CONNECT" && $0.path.hasPrefix("localhost:") })
        }

        @Test("an authority that nobody named is refused, and the message says what to set")
        func unknownAuthority() async throws {
            let leaf = try await CertificateAuthority().leaf(Self.goodNames)
            let server = try PeerServer("chunked", certificate: leaf)
            let run = try await TestRun(profile(server, host: "localhost", nil))
            let findings = try await server.stop()
            RefusalTests.expectRefusal(run.result, saying: "certificate", "ca_file")
            #expect(findings.log.isEmpty)
        }

        @Test("a certificate of another host is refused")
        func wrongName() async throws {
            let authority = try await CertificateAuthority()
            let leaf = try await authority.leaf("DNS:elsewhere.test")
            let server = try PeerServer("chunked", certificate: leaf)
            let run = try await TestRun(profile(server, host: "localhost", authority))
            let findings = try await server.stop()
            RefusalTests.expectRefusal(run.result, saying: "certificate", "localhost")
            #expect(findings.log.isEmpty)
        }

        @Test("an expired certificate is refused")
        func expired() async throws {
            let authority = try await CertificateAuthority()
            let leaf = try await authority.leaf(Self.goodNames, days: -1)
            let server = try PeerServer("chunked", certificate: leaf)
            let run = try await TestRun(profile(server, host: "localhost", authority))
            let findings = try await server.stop()
            RefusalTests.expectRefusal(run.result, saying: "certificate", "expired")
            #expect(findings.log.isEmpty)
        }
    }
}
