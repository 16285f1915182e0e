public import FinMeasure
internal import FinWire

/// A notification of a standard topic, signed with `X-Hub-Signature`, as it came.
///
/// The receiver reads only its envelope; what the topic's item says is for those who asked for it.
public struct TopicNotification: Sendable {
    /// Such as `procedure.hitl_notification.created`.
    public var topic: String
    /// The envelope's `id`, which a repeat shares; empty when there is none.
    public var id: String
    /// The last byte of its body was read; before it was verified.
    public var received: Instant
    /// The raw body.
    public var body: [UInt8]

    /// Reads the envelope.
    ///
    /// - Returns: nil for what is no notification of a topic.
    static func read(
        _ body: Span<UInt8>, at received: Instant, scanner: inout EventScanner
    ) -> TopicNotification? {
        let members: [OutlineMember]
        do throws(WireError) {
            members = try scanner.outline(body, showing: [["type"], ["topic"], ["id"]])
        } catch { return nil }
        func text(_ key: String) -> String? { members.first { $0.path == [key] }?.text }
        guard text("type") == "notification_event", let topic = text("topic"), !topic.isEmpty
        else { return nil }
        var notification = TopicNotification(
            topic: topic, id: text("id") ?? "", received: received, body: [])
        notification.body.reserveCapacity(body.count)
        for index in body.indices { notification.body.append(body[index]) }
        return notification
    }
}
