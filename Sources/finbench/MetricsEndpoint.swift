import FinLoop
import FinMeasure
import FinReport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// `run --metrics`: what was measured so far, in OpenMetrics, to whoever asks while the run lasts.
///
/// The recorder thread fills it, a thread of its own answers; the load thread knows nothing of it.
final class MetricsEndpoint: Sendable {
    private let address: MetricsAddress
    private let metrics = Mutex<RunMetrics?>(nil)

    init(_ address: MetricsAddress) { self.address = address }

    /// Serves while the work lasts; the work begins once the address is bound.
    func serving<Result: Sendable>(
        _ work: @Sendable @escaping () async throws -> Result
    ) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (bound, ready) = AsyncStream.makeStream(of: String.self)
        let application = application(on: group) {
            ready.yield($0)
            ready.finish()
        }
        let serving = Task {
            defer { ready.finish() }
            try await application.run()
        }
        var isBound = false
        for await url in bound {
            isBound = true
            Terminal.note("finbench: metrics at \(url)")
        }
        let result: Swift.Result<Result, any Error>
        do {
            guard isBound else { throw await refusal(serving) }
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        serving.cancel()
        _ = await serving.result
        try await group.shutdownGracefully()
        return try result.get()
    }

    private func application(
        on group: MultiThreadedEventLoopGroup, onBound: @escaping @Sendable (String) -> Void
    ) -> some ApplicationProtocol {
        var logger = Logger(label: "metrics")
        logger.logLevel = .critical
        let address = address
        return Application(
            responder: Scrapes(endpoint: self), server: .http1(),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil,
                reuseAddress: true),
            onServerRunning: { channel in
                onBound(address.url(port: channel.localAddress?.port ?? address.port))
            },
            eventLoopGroupProvider: .shared(group), logger: logger)
    }

    private func refusal(_ serving: Task<Void, any Error>) async -> Complaint {
        var words = "no reason was given"
        if case .failure(let error) = await serving.result { words = "\(error)" }
        return Complaint(
            .host,
            "--metrics \"\(address)\" cannot be bound (\(words)); choose another port, or 0 for "
                + "any")
    }

    /// Takes a run's intervals for it; made on the recorder thread.
    func sink(_ document: RunDocument) -> any RunSink {
        metrics.withLock { $0 = RunMetrics(document: document) }
        return Sink(endpoint: self)
    }

    fileprivate func update(_ snapshot: IntervalSnapshot) {
        metrics.withLock { $0?.update(snapshot) }
    }

    /// What a scrape gets; nil before the run has begun.
    fileprivate var text: String? { metrics.withLock { $0 }?.text }

    private final class Sink: RunSink {
        private let endpoint: MetricsEndpoint

        init(endpoint: MetricsEndpoint) { self.endpoint = endpoint }

        func interval(_ snapshot: IntervalSnapshot) { endpoint.update(snapshot) }

        func finish(_ totals: RunDocument.Totals) {}
    }
}

/// The HTTP side: `GET /metrics`, and nothing else.
private struct Scrapes: HTTPResponder {
    let endpoint: MetricsEndpoint

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        guard request.uri.path == "/metrics" else { return Response(status: .notFound) }
        guard request.method == .get else { return Response(status: .methodNotAllowed) }
        guard let text = endpoint.text else { return Response(status: .serviceUnavailable) }
        return Response(
            status: .ok, headers: [.contentType: RunMetrics.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Where `--metrics` listens: `127.0.0.1:9464`, `[::1]:9464`, or a port of the loopback alone.
struct MetricsAddress: Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Reads the option.
    init(_ text: String) throws {
        let split = text.lastIndex(of: ":")
        let host = split.map { String(text[..<$0]) } ?? "127.0.0.1"
        let digits = split.map { text[text.index(after: $0)...] } ?? text[...]
        let bare =
            host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard let port = UInt16(digits), "\(port)" == digits, !bare.isEmpty,
            bare == host ? !bare.contains(":") : true
        else {
            throw Complaint(
                .usage,
                "--metrics \"\(text)\" must be HOST:PORT or PORT, such as 127.0.0.1:9464; port 0 "
                    + "lets the system choose")
        }
        self.host = bare
        self.port = Int(port)
    }

    var description: String { place(port) }

    func url(port: Int) -> String { "http://\(place(port))/metrics" }

    private func place(_ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
