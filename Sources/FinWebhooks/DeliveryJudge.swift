internal import FinMeasure
internal import FinWire

/// Judges deliveries: raw bytes and a header in, a verdict and a receipt out.
///
/// The signature is checked over the bytes as they came, before anything is read from them.
struct DeliveryJudge {
    private let verifier: WebhookVerifier
    private let isOurs: @Sendable (TextDigest) -> Bool
    private var mark = TextMark()
    private(set) var ledger = DeliveryLedger()

    init(verifier: WebhookVerifier, isOurs: @escaping @Sendable (TextDigest) -> Bool) {
        self.verifier = verifier
        self.isOurs = isOurs
    }

    mutating func count(_ verdict: DeliveryVerdict) { ledger.count(verdict) }

    /// - Parameters:
    ///   - signature: the header's value; nil when it is missing or came more than once.
    ///   - scanner: whose buffers are used.
    mutating func judge(
        _ body: Span<UInt8>, signature: String?, at received: Instant, unixMilliseconds: Int64,
        scanner: inout EventScanner
    ) -> (verdict: DeliveryVerdict, receipt: WebhookReceipt?) {
        guard let signature else { return refuse(.unsigned) }
        guard verifier.verify(header: signature.utf8.span, body: body) else {
            return refuse(.badSignature)
        }
        let event: EventFields
        do {
            event = try scanner.scan(body, mark: &mark)
        } catch {
            return refuse(.unreadable)
        }
        guard event.name != .none, let conversation = event.conversationID else {
            return refuse(.unreadable)
        }
        guard isOurs(conversation) else { return refuse(.foreign) }
        let receipt = ledger.take(
            event, at: received, unixMilliseconds: unixMilliseconds, byteCount: body.count)
        return (receipt.isDuplicate ? .duplicate : .accepted, receipt)
    }

    private mutating func refuse(
        _ verdict: DeliveryVerdict
    ) -> (verdict: DeliveryVerdict, receipt: WebhookReceipt?) {
        ledger.count(verdict)
        return (verdict, nil)
    }
}
