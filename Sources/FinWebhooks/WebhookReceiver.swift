internal import FinLoop
internal import FinMeasure
public import FinWire
private import HTTPTypes
private import Hummingbird
private import HummingbirdCore
private import NIOCore
private import Synchronization

/// How a receiver listens and what it takes.
public struct ReceiverOptions: Sendable {
    /// The address to bind; loopback unless said otherwise.
    public var host = "127.0.0.1"
    /// The port to bind; 0 lets the system choose.
    public var port = 0
    /// A longer body is answered with 413.
    public var bodyLimit = 1 << 20
    /// The only path that is taken, without a query; nil: any.
    public var path: String?
    /// Checks signatures; holds the secret, or two during a rotation.
    public var verifier: WebhookVerifier
    /// The secret of standard topics, which sign with `X-Hub-Signature`; nil: they count as unsigned.
    public var topicSecret: String?
    /// Gets every signed notification of a topic, repeats included, on the receiver's thread, before
    /// the answer is sent.
    public var onTopic: (@Sendable (TopicNotification) -> Void)?
    /// Says of a conversation whether it is this run's; any thread.
    public typealias Selection = @Sendable (TextDigest) -> Bool
    /// Whether a conversation is this run's; others are counted and never stored.
    public var isOurs: Selection = { _ in true }
    /// Gets every delivery whose body was read, raw, on the receiver's thread, before the answer is
    /// sent; nil: no copy is made.
    public var onDelivery: (@Sendable (RawDelivery) -> Void)?

    /// Loopback, any port.
    public init(verifier: WebhookVerifier) { self.verifier = verifier }

    /// Loopback, any port.
    ///
    /// - Parameters:
    ///   - secret: the signing secret as displayed; while it is empty nothing is valid.
    ///   - previousSecret: valid as well, during a rotation.
    public init(secret: String, previousSecret: String? = nil) {
        self.init(verifier: WebhookVerifier(secret: secret, previousSecret: previousSecret))
    }
}

/// Takes Fin's webhooks: stamps, verifies, reads, answers 200, 401 or 413.
///
/// One event loop thread. Any path: the callback URL is the user's to choose.
public final class WebhookReceiver: Sendable {
    private let options: ReceiverOptions
    private let topicKey: SignatureKey?
    private let judge: Mutex<DeliveryJudge>
    private let onReceipt: @Sendable (WebhookReceipt) -> Void

    /// - Parameter onReceipt: called for every readable event of ours, duplicates included, on the
    ///   receiver's thread, before the answer is sent.
    public init(
        _ options: ReceiverOptions, onReceipt: @escaping @Sendable (WebhookReceipt) -> Void
    ) {
        self.options = options
        self.onReceipt = onReceipt
        topicKey = options.topicSecret.map { SignatureKey(.hub, secret: $0) }
        judge = Mutex(DeliveryJudge(verifier: options.verifier, isOurs: options.isOurs))
    }

    /// What was counted so far; any thread.
    public var counts: ReceiverCounts { judge.withLock { ReceiverCounts($0.ledger) } }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onReady: called once, with the URL that a sender on this machine uses.
    /// - Throws: `ReceiverError` when the address cannot be bound.
    public func run(onReady: @escaping @Sendable (String) -> Void) async throws {
        try await HTTPListener(host: options.host, port: options.port)
            .serve(Deliveries(receiver: self), onReady: onReady)
    }

    /// Judges one notification of a topic.
    fileprivate func takeTopic(_ body: ByteBuffer, signature: String) -> DeliveryVerdict {
        let received = Clock.now()
        guard let key = topicKey else { return refuse(.unsigned) }
        let bytes = body.readableBytesUInt8Span
        guard key.verify(signature.utf8.span, of: bytes) else { return refuse(.badSignature) }
        var scanner = EventScanner()
        guard let notification = TopicNotification.read(bytes, at: received, scanner: &scanner)
        else { return refuse(.unreadable) }
        judge.withLock { $0.count(.topic) }
        options.onTopic?(notification)
        return .topic
    }

    /// Judges one delivery and answers its HTTP status.
    fileprivate func take(_ body: ByteBuffer, signature: String?) -> DeliveryVerdict {
        let received = Clock.now()
        let unix = Int64(Clock.unixNanoseconds() / 1_000_000)
        let found = judge.withLock { judge in
            var scanner = EventScanner()
            return judge.judge(
                body.readableBytesUInt8Span, signature: signature, at: received,
                unixMilliseconds: unix, scanner: &scanner)
        }
        if let receipt = found.receipt { onReceipt(receipt) }
        options.onDelivery?(
            RawDelivery(
                unixMilliseconds: unix, signature: signature, body: Array(body.readableBytesView),
                verdict: found.verdict))
        return found.verdict
    }

    fileprivate func refuse(_ verdict: DeliveryVerdict) -> DeliveryVerdict {
        judge.withLock { $0.count(verdict) }
        return verdict
    }

    fileprivate var bodyLimit: Int { options.bodyLimit }
    fileprivate var path: String? { options.path }
    fileprivate var takesTopics: Bool { topicKey != nil }
}

/// The HTTP side of the receiver.
private struct Deliveries: HTTPResponder {
    private static let signature = HTTPField.Name(WebhookVerifier.headerName)
    private static let topicSignature = HTTPField.Name("X-Hub-Signature")
    let receiver: WebhookReceiver

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        if let path = receiver.path, request.uri.path != path {
            return answer(receiver.refuse(.wrongPath))
        }
        guard request.method == .post else { return answer(receiver.refuse(.wrongMethod)) }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: receiver.bodyLimit)
        } catch is NIOTooManyBytesError {
            return answer(receiver.refuse(.oversized))
        }
        let own = value(Deliveries.signature, of: request)
        if own == nil, receiver.takesTopics,
            let topic = value(Deliveries.topicSignature, of: request)
        {
            return answer(receiver.takeTopic(body, signature: topic))
        }
        return answer(receiver.take(body, signature: own))
    }

    /// The one value; nil for none, and for several: a second one is nobody's to choose from.
    private func value(_ name: HTTPField.Name?, of request: Request) -> String? {
        guard let name else { return nil }
        let values = request.headers[values: name]
        return values.count == 1 ? values[0] : nil
    }

    private func answer(_ verdict: DeliveryVerdict) -> Response {
        Response(status: .init(code: verdict.status), headers: [.contentLength: "0"])
    }
}
