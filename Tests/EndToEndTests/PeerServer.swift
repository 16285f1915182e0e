import Foundation
import Testing

/// The server in Python that speaks the Fin Agent API in one of its modes.
final class PeerServer {
    /// A request as the server saw it.
    struct Request: Decodable {
        var method: String
        var path: String
        var headers: [[String]]
        var body: String

        /// A header's value, by its name in small letters.
        func header(_ name: String) -> String? {
            headers.first { $0.first?.lowercased() == name }?.last
        }
    }

    /// What the server tells at its end.
    struct Findings: Decodable {
        var log: [Request]
        /// POSTs by conversation.
        var counts: [String: Int]
        /// Streams that the client ended.
        var hangups: Int
        /// Conversations that were served well; not every server tells.
        var healthy: [String]?

        var posts: [Request] { log.filter { $0.method == "POST" } }
        var gets: [Request] { log.filter { $0.method == "GET" } }
    }

    /// The interpreter; nil where none is installed.
    static let python = Tool.path("python3")

    /// The server's port on 127.0.0.1.
    let port: Int
    private let process = Process()
    private let input: Pipe
    private let output: Pipe

    /// The server's address.
    var url: String { "http://127.0.0.1:\(port)" }

    // Held, since its files go with it.
    private let certificate: CertificateAuthority.Leaf?

    /// Starts a server; with a certificate it speaks TLS.
    init(
        _ mode: String, _ options: [String] = [],
        certificate: CertificateAuthority.Leaf? = nil, script name: String = "sse_server.py"
    ) throws {
        self.certificate = certificate
        // Or a child that is just being started would inherit their ends.
        (input, output) = Command.spawning.withLock { (Pipe(), Pipe()) }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Servers/\(name)").path
        process.executableURL = URL(fileURLWithPath: try #require(PeerServer.python))
        // Without -B the interpreter would leave its cache in the source tree.
        process.arguments = ["-B", script, mode] + options + (certificate?.options ?? [])
        process.standardInput = input
        process.standardOutput = output
        try process.start()
        port = try #require(Int(PeerServer.line(output.fileHandleForReading)))
    }

    /// Ends the server; answers what it saw.
    func stop() async throws -> Findings {
        try input.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        // Its port is closed when it is gone; `waitUntilExit` would take much longer.
        _ = await wait(within: .seconds(5)) { !process.isRunning }
        return try JSONDecoder().decode(Findings.self, from: data)
    }

    /// A port of 127.0.0.1 where nobody listens (any more).
    static func closedPort() async throws -> Int {
        let server = try PeerServer("chunked")
        _ = try await server.stop()
        return server.port
    }

    /// The first line, byte by byte: what follows belongs to `stop`.
    private static func line(_ handle: FileHandle) -> String {
        var bytes: [UInt8] = []
        while let byte = try? handle.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Programs that the tests use beside the command.
enum Tool {
    /// A program on the path; nil where it is not installed.
    static func path(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
