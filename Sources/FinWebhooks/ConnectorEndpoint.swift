internal import FinLoop
public import FinMeasure
private import HTTPTypes
private import Hummingbird
private import HummingbirdCore
private import NIOCore
private import Synchronization

/// What Fin's data connectors call: an endpoint of the harness's own, with a drawn answer time.
///
/// One event loop thread. Any path and method; the conversation is the query's `conversation_id`.
public final class ConnectorEndpoint: Sendable {
    /// How it listens and answers.
    public struct Options: Sendable {
        /// The address to bind.
        public var host: String
        /// The port to bind; 0 lets the system choose.
        public var port: Int
        /// From the request's last byte to the answer, nanoseconds.
        public var answerTime: Distribution
        /// The share of calls that are answered with 500, 0 to 1.
        public var failures: Double
        /// The seed of both draws.
        public var seed: UInt64

        /// Joins the parts.
        public init(
            host: String, port: Int, answerTime: Distribution, failures: Double, seed: UInt64
        ) {
            self.host = host
            self.port = port
            self.answerTime = answerTime
            self.failures = failures
            self.seed = seed
        }
    }

    /// Calls kept until they are taken; above that they are counted only.
    static let visitLimit = 100_000
    /// A longer body is answered with 413.
    static let bodyLimit = 1 << 20

    private struct State {
        var calls: UInt64 = 0
        var visits: [ConnectorVisit] = []
        var lost = 0
    }

    private let options: Options
    private let state = Mutex(State())

    /// - Parameter options: where it listens and how it answers.
    public init(_ options: Options) { self.options = options }

    /// Hands out the calls that were answered since the last time, and how many were lost.
    public func take() -> (visits: [ConnectorVisit], lost: Int) {
        state.withLock { state in
            defer {
                state.visits = []
                state.lost = 0
            }
            return (state.visits, state.lost)
        }
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onReady: called once, with the endpoint's base URL.
    /// - Throws: `ReceiverError` when the address cannot be bound.
    public func run(onReady: @escaping @Sendable (String) -> Void) async throws {
        try await HTTPListener(host: options.host, port: options.port)
            .serve(Calls(endpoint: self), onReady: onReady)
    }

    /// Draws the next call's answer: by the seed and the order of arrival.
    fileprivate func draw() -> (status: Int, delay: Nanoseconds) {
        let number = state.withLock { state in
            state.calls += 1
            return state.calls
        }
        var draws = SeededGenerator(seed: options.seed, stream: .connectorAnswer, index: number)
        let status = draws.unit() < options.failures ? 500 : 200
        let delay = min(max(0, options.answerTime.draw(using: &draws)), 600e9)
        return (status, Nanoseconds(Int64(delay.rounded())))
    }

    fileprivate func keep(_ visit: ConnectorVisit) {
        state.withLock { state in
            if state.visits.count < ConnectorEndpoint.visitLimit {
                state.visits.append(visit)
            } else {
                state.lost += 1
            }
        }
    }
}

/// The HTTP side of the endpoint.
private struct Calls: HTTPResponder {
    let endpoint: ConnectorEndpoint

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        do {
            _ = try await request.body.collect(upTo: ConnectorEndpoint.bodyLimit)
        } catch is NIOTooManyBytesError {
            return Response(status: .contentTooLarge, headers: [.contentLength: "0"])
        }
        let received = Clock.now()
        let (status, delay) = endpoint.draw()
        try await Calls.wait(until: received + delay)
        let id = request.uri.queryParameters["conversation_id"].map(String.init) ?? ""
        endpoint.keep(
            ConnectorVisit(conversationID: id, received: received, answered: Clock.now()))
        return Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: status == 200 ? #"{"state":"sent"}"# : "{}")))
    }

    private static func wait(until due: Instant) async throws {
        let rest = due - Clock.now()
        if rest > .zero { try await Task.sleep(for: .nanoseconds(rest.count)) }
    }
}
