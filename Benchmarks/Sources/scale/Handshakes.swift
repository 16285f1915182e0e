import Foundation

/// What a TLS connection costs: one with a full handshake beside one that resumes a session.
///
/// The other side is `openssl s_server`, whose page says which of the two it saw.
struct Handshakes {
    private let options: Options
    private let count: Int

    init(_ options: Options) {
        self.options = options
        count = options.isBrief ? 5 : 200
    }

    /// Takes new and resumed connections in turn, round by round.
    func measure(into table: inout ScaleTable) throws {
        guard Programs.isInstalled("openssl") else {
            return table.absent(.handshakes, "TLS handshakes", why: "needs the openssl command")
        }
        let folder = try TemporaryFolder()
        let authority = try certificate(in: folder.path)
        let rounds = try (0..<options.rounds).map { _ in
            let server = try TLSServer(certificate: authority.certificate, key: authority.key)
            defer { server.stop() }
            return try Programs.handshakes([
                "--port", "\(server.port)", "--ca", authority.certificate, "--count", "\(count)",
                "--core", "\(options.clientCore)",
            ])
        }
        add("new", rounds.map(\.new), &table)
        add("resumed", rounds.map(\.resumed), &table)
        table.add(
            .handshakes, "handshake, new over resumed",
            rounds.map { $0.new.wall / $0.resumed.wall }, "x")
    }

    private func add(
        _ name: String, _ costs: [HandshakeFigures.Cost], _ table: inout ScaleTable
    ) {
        table.add(
            .handshakes, "handshake p50, \(name)", costs.map { $0.wall * 1e6 }, "us",
            note: "n \(count), TLS 1.3, ECDSA P-256")
        table.add(.handshakes, "our CPU of it, \(name)", costs.map { $0.cpu * 1e6 }, "us")
    }

    private func certificate(in folder: String) throws -> (certificate: String, key: String) {
        let (certificate, key) = ("\(folder)/leaf.pem", "\(folder)/leaf.key")
        let line =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
            + "-subj /CN=finbench-scale -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
            + "-keyout \(key) -out \(certificate)"
        try Programs.run(line.split(separator: " ").map(String.init))
        return (certificate, key)
    }
}

/// `openssl s_server` on a free port, for as long as this lives.
private final class TLSServer {
    let port: Int
    private let process = Process()
    private let output = Pipe()

    /// Starts it; waits until it says where it listens.
    init(certificate: String, key: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key,
            "-www",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        guard let port = try TLSServer.port(output.fileHandleForReading) else {
            throw Failure("openssl s_server did not say where it listens")
        }
        self.port = port
        // What it says later must not fill the pipe.
        output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    /// The port of the line `ACCEPT 127.0.0.1:PORT`; nil at the end of its words.
    private static func port(_ handle: FileHandle) throws -> Int? {
        var line = Data()
        while let byte = try handle.read(upToCount: 1), !byte.isEmpty {
            line += byte
            guard line.last == UInt8(ascii: "\n") else { continue }
            let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\n" }
            if words.first == "ACCEPT" {
                return words.last?.split(separator: ":").last.flatMap { Int($0) }
            }
            line.removeAll()
        }
        return nil
    }

    func stop() {
        output.fileHandleForReading.readabilityHandler = nil
        process.terminate()
        process.waitUntilExit()
    }
}
