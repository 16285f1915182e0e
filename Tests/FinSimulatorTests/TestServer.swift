import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import NIOCore
import NIOPosix

@testable import FinSimulator

/// A simulator of its own on a port of its own, for the length of one test.
struct TestServer {
    let base: String
    let port: Int

    /// Runs `body` against a fresh server, then stops it.
    ///
    /// - Returns: the truth log's lines without their header.
    @discardableResult
    static func with(
        _ change: (inout SimulatorOptions) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws -> [String] {
        var options = SimulatorOptions(settings: TestServer.quick)
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("truth-\(UUID().uuidString).csv").path
        options.truthPath = path
        defer { try? FileManager.default.removeItem(atPath: path) }
        change(&options)
        let simulator = try Simulator(options)
        try await withServer({ try await simulator.run(onReady: $0) }) { base in
            guard let port = base.split(separator: ":").last.flatMap({ Int($0) }) else {
                throw TestFailure("the simulator's address \"\(base)\" has no port")
            }
            try await body(TestServer(base: base, port: port))
        }
        let log = try String(contentsOfFile: path, encoding: .utf8)
        return log.split(separator: "\n").dropFirst().map(String.init)
    }

    /// An answer of three chunks within a few milliseconds.
    static var quick: SimulatorSettings {
        var settings = SimulatorSettings()
        settings.think = .fixed(20e6)
        settings.chunkCount = .fixed(3)
        settings.chunkInterval = .fixed(2e6)
        settings.replyDelay = .fixed(2e6)
        settings.doneDelay = .fixed(2e6)
        return settings
    }

    /// Sends one request on a connection of its own and reads to the end.
    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String = "",
        isAuthorized: Bool = true
    ) async throws -> TestResponse {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        if isAuthorized { head += "Authorization: Bearer key\r\n" }
        if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.utf8.count)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return try await exchange(head + "\r\n" + body)
    }

    func start(
        _ id: String, timestamp: String = "2026-02-03T09:15:00.001Z",
        headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await send(
            "POST", "/fin/start", headers: headers, body: TestServer.body(id, timestamp))
    }

    func reply(
        _ id: String, timestamp: String, headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await send(
            "POST", "/fin/reply", headers: headers, body: TestServer.body(id, timestamp))
    }

    static func body(_ id: String, _ timestamp: String) -> String {
        #"{"conversation_id":"\#(id)","message":{"author":"user","body":"Hi","timestamp":"\#(timestamp)"},"user":{"id":"u-1"}}"#
    }

    /// Opens the stream of a response and reads it to its end.
    func stream(_ response: TestResponse) async throws -> TestResponse {
        let url = try response.streamURL
        return try await send(
            "GET", String(url.dropFirst(base.count)), headers: ["Accept": "text/event-stream"],
            isAuthorized: false)
    }

    func exchange(_ request: String) async throws -> TestResponse {
        let (bytes, reads) = try await read(request)
        return try TestResponse(bytes, reads: reads)
    }

    /// Sends bytes and reads until the other side closes.
    func read(_ request: String) async throws -> (bytes: [UInt8], reads: Int) {
        let (bytes, reads, _) = try await readToEnd(request)
        return (bytes, reads)
    }

    /// Sends bytes and closes at once.
    func connectAndLeave(_ request: String) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: request))
        try await channel.close()
    }

    /// The same; `errno` is nil where the other side closed in order.
    func readToEnd(
        _ request: String
    ) async throws -> (bytes: [UInt8], reads: Int, errno: CInt?) {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var bytes: [UInt8] = []
            var reads = 0
            var errno: CInt?
            do {
                for try await buffer in inbound {
                    bytes.append(contentsOf: buffer.readableBytesView)
                    reads += 1
                }
            } catch let error as IOError {
                // A reset ends the response as well.
                errno = error.errnoCode
            }
            return (bytes, reads, errno)
        }
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What came back: whole, with chunks joined.
struct TestResponse {
    let status: Int
    let headers: [String: String]
    let body: String
    /// Whether the body came to its regular end.
    let isComplete: Bool
    /// How many reads it took.
    let reads: Int

    init(_ bytes: [UInt8], reads: Int) throws {
        self.reads = reads
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\u{1E}")
        guard let end = text.firstRange(of: "\u{1E}\u{1E}") else {
            throw TestFailure("no response head in \"\(text)\"")
        }
        let lines = text[..<end.lowerBound].split(separator: "\u{1E}")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        self.headers = headers
        let rest = text[end.upperBound...]
        guard headers["transfer-encoding"] == "chunked" else {
            body = String(rest)
            isComplete = Int(headers["content-length"] ?? "") == rest.utf8.count
            return
        }
        // Sizes stand on the even lines; no text of ours holds a CR LF.
        let parts = rest.split(separator: "\u{1E}", omittingEmptySubsequences: false)
        body = stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }.joined()
        isComplete = rest.hasSuffix("\u{1E}0\u{1E}\u{1E}") || rest == "0\u{1E}\u{1E}"
    }

    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }

    var streamURL: String {
        get throws {
            guard let url = json["sse_subscription_url"] as? String else {
                throw TestFailure("no stream URL in \"\(body)\"")
            }
            return url
        }
    }

    /// The JSON of each event.
    var events: [[String: Any]] {
        body.components(separatedBy: "\n").filter { $0.hasPrefix("data: ") }.map { line in
            let data = Data(line.dropFirst(6).utf8)
            return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
        }
    }

    /// `name` or `name:status` of each event, in order.
    var eventNames: [String] {
        events.map { event in
            let name = event["event_name"] as? String ?? "?"
            guard name == "fin_status_updated" else { return name }
            return name + ":" + (event["status"] as? String ?? "?")
        }
    }

    /// The message of the first error in the envelope.
    var errorMessage: String {
        (json["errors"] as? [[String: Any]])?.first?["message"] as? String ?? ""
    }
}
