/// What tells one event of a conversation from its others, however it was delivered.
///
/// A reply is known by `message.id`; anything else by event, status and `created_at_ms`. The same on
/// the stream and in a webhook, and in a repeat of it.
public struct EventIdentity: Hashable, Sendable {
    /// What the event says it is.
    public let name: EventFields.Name
    private let status: EventFields.Status
    private let message: TextDigest?
    private let createdAt: Int64?

    /// Takes it from an event's fields.
    public init(_ event: EventFields) {
        name = event.name
        message = event.messageID
        status = message == nil ? event.status : .none
        createdAt = message == nil ? event.createdAtMilliseconds : nil
    }
}
