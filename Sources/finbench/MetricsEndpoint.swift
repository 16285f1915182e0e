import FinLoop
import FinMeasure
import FinReport
import FinWebhooks
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// `run --metrics`: what was measured so far, in OpenMetrics, to whoever asks while the run lasts.
///
/// The recorder thread fills it, a thread of its own answers; the load thread knows nothing of it.
final class MetricsEndpoint: Sendable {
    private let address: MetricsAddress
    private let metrics = Mutex<RunMetrics?>(nil)

    init(_ address: MetricsAddress) { self.address = address }

    /// Serves while the work lasts; the work begins once the address is bound.
    ///
    /// - Throws: what `work` throws; `Complaint`, exit status 71, when the address cannot be bound.
    func serve<Value: Sendable>(
        _ services: RunServices, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await services.serve(
            "the metrics endpoint", setting: "--metrics",
            { [self] in
                try await HTTPListener(host: address.host, port: address.port)
                    .serve(Scrapes(endpoint: self), onReady: $0)
            },
            body: { url in
                Terminal.note("finbench: metrics at \(url)/metrics")
                return try await work()
            })
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
struct MetricsAddress: Sendable {
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
}
