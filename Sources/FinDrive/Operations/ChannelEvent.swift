internal import FinMeasure
internal import FinProfile

/// What the four notifications of a custom channel have in common.
///
/// - Source: `POST /custom_channel_events/…`: an event id of its own, the conversation, the contact.
protocol ChannelEvent: APIOperation {
    /// The last part of the path.
    static var notification: String { get }

    /// Adds what this notification has beside the three.
    func complete(_ body: inout JSONObject, _ context: CallContext)
}

extension ChannelEvent {
    static var needs: Set<CallMemory.Key> { [.channel] }

    func request(_ context: CallContext) -> CallRequest {
        var contact = JSONObject()
        contact.add("type", text: "lead")
        contact.add("external_id", text: context.plan.userID(context.turn.user))
        var body = JSONObject()
        body.add("event_id", text: "\(context.conversationID).\(context.turn.turn)")
        body.add("external_conversation_id", text: context.conversationID)
        body.add("contact", json: contact.closed)
        complete(&body, context)
        return CallRequest(
            path: "/custom_channel_events/\(Self.notification)", body: body.closed)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: ChannelConversation.self) != nil
    }
}

/// What operations read of a notification's answer.
struct ChannelConversation: Decodable {
    var conversationID: String

    enum CodingKeys: String, CodingKey { case conversationID = "conversation_id" }
}

extension CallMemory.Key {
    /// A conversation of the channel under the plan's id.
    static let channel: CallMemory.Key = "channel conversation"
}

/// `notify_new_conversation`.
struct ChannelOpen: ChannelEvent {
    static let name = "channel_new_conversation"
    static let notification = "notify_new_conversation"
    static let needs: Set<CallMemory.Key> = []
    static let leaves: Set<CallMemory.Key> = [.channel]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func complete(_ body: inout JSONObject, _ context: CallContext) {}
}

/// `notify_new_message`.
struct ChannelMessage: ChannelEvent {
    static let name = "channel_new_message"
    static let notification = "notify_new_message"

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func complete(_ body: inout JSONObject, _ context: CallContext) {
        body.add(
            "body",
            text: context.plan.messageText(
                question: context.turn.question, turn: Int(context.turn.turn)))
    }
}

/// `notify_quick_reply_selected`.
struct ChannelQuickReply: ChannelEvent {
    static let name = "channel_quick_reply"
    static let notification = "notify_quick_reply_selected"

    private let option: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        option = settings.text("option") ?? "1"
    }

    func complete(_ body: inout JSONObject, _ context: CallContext) {
        body.add("quick_reply_option_id", text: option)
    }
}

/// `notify_attribute_collected`.
struct ChannelAttribute: ChannelEvent {
    static let name = "channel_attribute"
    static let notification = "notify_attribute_collected"

    private let id: String
    private let value: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        id = settings.text("id") ?? "plan"
        value = settings.text("value") ?? "pro"
    }

    func complete(_ body: inout JSONObject, _ context: CallContext) {
        var attribute = JSONObject()
        attribute.add("id", text: id)
        attribute.add("value", text: value)
        body.add("attribute", json: attribute.closed)
    }
}
