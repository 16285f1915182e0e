internal import FinMeasure
public import FinWire

/// The log of a receiver that is not ours: what it took, judged as our own receiver would have.
///
/// A workspace has one callback URL, and in production it is somebody else's.
public struct DeliveryLog: Sendable {
    /// One accepted delivery of a `fin_replied`: its conversation, `created_at_ms` (nil where the event
    /// has none) and its receipt, both in Unix milliseconds.
    public typealias Reply = (conversation: TextDigest, created: Int64?, received: Int64)

    /// The replies, in the file's order, duplicates left out.
    public let replies: [Reply]
    /// Every line by its verdict.
    public let counts: ReceiverCounts

    /// Reads and judges a file of lines `{"received_at_ms":…,"signature":…,"body_base64":…}`.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - secret: the signing secret; an empty one validates nothing.
    ///   - previousSecret: a second valid one, during a rotation.
    ///   - isOurs: whether a conversation is the run's.
    /// - Throws: `WebhookError` with path, line and what was expected; never a body's bytes.
    public init(
        path: String, secret: String, previousSecret: String? = nil,
        isOurs: @escaping @Sendable (TextDigest) -> Bool
    ) throws(WebhookError) {
        var judge = DeliveryJudge(
            verifier: WebhookVerifier(secret: secret, previousSecret: previousSecret),
            isOurs: isOurs)
        var scanner = EventScanner()
        var found: [Reply] = []
        try RecordedLine.read(path: path, flag: "--deliveries") {
            (line, number) throws(WebhookError) in
            guard let received = line.receivedMilliseconds, received >= 0,
                received < Int64.max / 1_000_000
            else {
                throw WebhookError(
                    .file,
                    "--deliveries \"\(path)\" line \(number): received_at_ms is missing or no time: "
                        + "expected the receipt in Unix milliseconds")
            }
            // The log's own clock stands in for the monotonic one: only differences are used.
            let (verdict, receipt) = judge.judge(
                line.body.span, signature: line.signature,
                at: Instant(nanoseconds: UInt64(received) * 1_000_000),
                unixMilliseconds: received, scanner: &scanner)
            guard verdict == .accepted, let event = receipt?.event, event.name == .replied,
                let conversation = event.conversationID
            else { return }
            found.append((conversation, event.createdAtMilliseconds, received))
        }
        replies = found
        counts = ReceiverCounts(judge.ledger)
    }
}
