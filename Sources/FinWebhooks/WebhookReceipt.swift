public import FinMeasure
public import FinWire

/// What is kept of one webhook that was accepted: facts, no text.
public struct WebhookReceipt: Sendable {
    /// The last byte of its body was read; before it was verified.
    public var received: Instant
    /// The same in wall time, Unix milliseconds.
    public var unixMilliseconds: Int64
    /// What the event says; `conversationID` and `messageID` as fingerprints.
    public var event: EventFields
    /// Bytes of the body.
    public var byteCount: Int
    /// Whether the same event came before.
    public var isDuplicate: Bool
    /// Whether a later event of its conversation came before it, by `created_at_ms`.
    public var isReordered: Bool
}

/// What became of a delivery; each one is counted in exactly one of these.
public enum DeliveryVerdict: String, Sendable, CaseIterable {
    /// Signed, readable, new.
    case accepted
    /// Signed and readable, but the same event came before.
    case duplicate
    /// Signed and readable, for a conversation that is not this run's; never stored.
    case foreign
    /// Signed, but no event of the Fin Agent API.
    case unreadable
    /// Without a signature header, or signed in another way.
    case unsigned
    /// The signature is not this body's.
    case badSignature = "bad_signature"
    /// The body is longer than the limit.
    case oversized
    /// Not a POST.
    case wrongMethod = "wrong_method"
    /// Not on the receiver's path.
    case wrongPath = "wrong_path"
    /// A notification of a standard topic, signed and readable.
    case topic

    /// The HTTP status of the answer.
    public var status: Int {
        switch self {
        case .accepted, .duplicate, .foreign, .unreadable, .topic: 200
        case .wrongPath: 404
        case .unsigned, .badSignature: 401
        case .oversized: 413
        case .wrongMethod: 405
        }
    }
}
