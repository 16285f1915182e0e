import Glibc
import Testing

extension EndToEndUntimed {
    @Suite(
        "TLS by nghttpx in front of the simulator",
        .enabled(
            if: Tool.path("nghttpx") != nil && CertificateAuthority.openssl != nil,
            "needs nghttpx (Debian: nghttp2-proxy) and the openssl command"))
    struct HTTP2Tests {
        /// Twenty streams that are all open at once.
        private func run(_ proxy: Proxy, transport: String) async throws -> TestRun {
            var profile = TestProfile(simulator: [])
            profile.target = ["url: \(proxy.url)", "tls: {ca_file: \(proxy.authority.file)}"]
            // Fast enough that all are open at once, slow enough for a ticket to come in between.
            profile.load = ["arrivals: constant", "rate: 10/s", "conversations: 20", "drain: 60s"]
            profile.more = ["transport: \(transport)"]
            return try await TestRun(profile.patient)
        }

        @Test("over HTTP/2 streams share connections, no more of them than was asked for")
        func shared() async throws {
            let proxy = try await Proxy()
            let run = try await run(proxy, transport: "{http: 2, streams_per_connection: 4}")
            let lines = try await proxy.stop()
            #expect(run.isDone, run.words)
            #expect(try run.turns.counts("outcome") == ["done": 20])
            #expect(lines.count == 40, "\(lines)")
            #expect(lines.allSatisfy { $0.protocolName == "h2" }, "\(lines)")
            let streams = Dictionary(grouping: lines.filter { $0.method == "GET" }, by: \.port)
            #expect(streams.values.map(\.count).max() == 4, "\(streams)")
            // Five hold them all; a start that comes while one is being dialled may open another.
            #expect((5...9).contains(streams.count), "\(streams)")
        }

        @Test("over HTTP/1.1 every stream has a connection, and most resume a TLS session")
        func resumed() async throws {
            let proxy = try await Proxy()
            let run = try await run(proxy, transport: "{http: 1.1}")
            let lines = try await proxy.stop()
            #expect(run.isDone, run.words)
            #expect(lines.allSatisfy { $0.protocolName == "http/1.1" }, "\(lines)")
            let connections = Dictionary(grouping: lines, by: \.port)
            #expect(connections.count >= 20, "\(connections)")
            // Those that were dialled before the first one's ticket had come cannot have used it.
            let full = connections.values.count { !($0.first?.isResumed ?? false) }
            #expect(2 * full < connections.count, "\(full) full of \(connections.count)")
        }

        @Test("a server that offers no HTTP/2 is not measured as if it did")
        func refused() async throws {
            let authority = try await CertificateAuthority()
            let leaf = try await authority.leaf(TLSTests.goodNames)
            let server = try PeerServer("chunked", certificate: leaf)
            var profile = TestProfile(server)
            profile.target = [
                "url: https://localhost:\(server.port)", "tls: {ca_file: \(authority.file)}",
            ]
            profile.more = ["transport: {http: 2}"]
            let run = try await TestRun(profile)
            _ = try await server.stop()
            #expect(run.result.status == 69, run.words)
            #expect(run.result.errors.contains("answered by HTTP/1.1"), run.words)
        }
    }
}

/// nghttpx, which ends TLS in front of a simulator of its own.
private struct Proxy {
    /// A request as its log has it.
    struct Line: CustomStringConvertible {
        let description: String
        var words: [Substring] { description.split(separator: " ") }
        var protocolName: String { String(words[0]) }
        var isResumed: Bool { words[1] == "r" }
        var port: String { String(words[2]) }
        var method: String { String(words[3]) }
    }

    let authority: CertificateAuthority
    let url: String
    private let folder: TemporaryFolder
    private let simulator: SimulatorServer
    private let command: Command

    init() async throws {
        folder = try TemporaryFolder()
        authority = try await CertificateAuthority()
        let leaf = try await authority.leaf(EndToEndUntimed.TLSTests.goodNames)
        let port = try await PeerServer.closedPort()
        url = "https://localhost:\(port)"
        simulator = try await SimulatorServer(["think=3s"], ["--advertise", url])
        let backend = try #require(simulator.url.split(separator: ":").last)
        command = try Command(
            try #require(Tool.path("nghttpx")),
            arguments: [
                "--conf=/dev/null", "--frontend=127.0.0.1,\(port)",
                "--backend=127.0.0.1,\(backend);;proto=http/1.1", "--workers=1",
                "--single-process", "--no-ocsp",
                "--errorlog-file=\(folder.path)/errors", "--accesslog-file=\(folder.path)/log",
                "--accesslog-format=$alpn $tls_session_reused $remote_port $request", leaf.key,
                leaf.certificate,
            ])
        let isUp = try await wait(within: .seconds(60)) { try Proxy.listens(port) }
        try #require(isUp, "nghttpx did not begin")
    }

    /// Whether somebody listens at a port of 127.0.0.1.
    private static func listens(_ port: Int) throws -> Bool {
        let number = String(port, radix: 16, uppercase: true)
        return try text("/proc/net/tcp").contains(":\(number) 00000000:0000 0A")
    }

    /// Ends both; answers what the proxy logged.
    func stop() async throws -> [Line] {
        // SIGTERM may be blocked in a test's children.
        command.signal(SIGKILL)
        _ = try await command.result(within: .seconds(60))
        try await simulator.stop()
        return try text("\(folder.path)/log").split(separator: "\n").map {
            Line(description: String($0))
        }
    }
}
