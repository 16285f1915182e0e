public import FinMeasure
public import FinWire

/// A webhook as the door hands it to a run: verified, read, without text.
public struct WebhookArrival: Sendable {
    /// What its event says; the conversation's id as a fingerprint.
    public var event: EventFields
    /// The last byte of its body was read, before it was verified.
    public var received: Instant
    /// Whether the same event came before: it is counted, and changes nothing.
    public var isDuplicate: Bool

    /// Joins the parts.
    public init(event: EventFields, received: Instant, isDuplicate: Bool) {
        self.event = event
        self.received = received
        self.isDuplicate = isDuplicate
    }
}

/// What a run knows of the receiver of its webhooks.
public struct WebhookSettings: Sendable {
    /// Learns which conversations are this run's.
    public var conversations: RunConversations
    /// What the receiver has counted up to now; any thread.
    public var counts: @Sendable () -> RunDocument.Webhooks

    /// Joins the two.
    public init(
        conversations: RunConversations, counts: @escaping @Sendable () -> RunDocument.Webhooks
    ) {
        self.conversations = conversations
        self.counts = counts
    }
}
