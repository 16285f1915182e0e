/// Custom channel events: the four notifications by which an app acts as a channel.
///
/// Conversations, contacts and events are remembered within a bound of their number and of the bytes
/// of their names; the eldest is forgotten first.
final class CustomChannel: APIFamily {

    private enum Notification: String {
        case newConversation = "notify_new_conversation"
        case newMessage = "notify_new_message"
        case quickReply = "notify_quick_reply_selected"
        case attribute = "notify_attribute_collected"
    }

    private struct Request: Decodable {
        struct Contact: Decodable {
            var type: String?
            var externalID: String?
            var name: String?
            var email: String?

            enum CodingKeys: String, CodingKey {
                case type, name, email
                case externalID = "external_id"
            }

            /// Whether a contact can be found or made of it; a user needs a name and an e-mail.
            var isWhole: Bool {
                guard externalID?.isEmpty == false else { return false }
                return type == "lead"
                    || type == "user" && name?.isEmpty == false && email?.isEmpty == false
            }
        }

        struct Attribute: Decodable {
            var id: String?
            var value: String?
        }

        var eventID: String?
        var conversationID: String?
        var contact: Contact?
        var body: String?
        var optionID: String?
        var attribute: Attribute?

        enum CodingKeys: String, CodingKey {
            case contact, body, attribute
            case eventID = "event_id"
            case conversationID = "external_conversation_id"
            case optionID = "quick_reply_option_id"
        }
    }

    private struct Accepted: Encodable {
        var externalConversationID: String
        var conversationID: String
        var externalContactID: String
        var contactID: String

        enum CodingKeys: String, CodingKey {
            case externalConversationID = "external_conversation_id"
            case conversationID = "conversation_id"
            case externalContactID = "external_contact_id"
            case contactID = "contact_id"
        }
    }

    private var conversations: BoundedTable<String>
    private var contacts: BoundedTable<String>
    private var events: BoundedTable<Bool>
    private var madeCount = 0

    convenience init() { self.init(limit: 100_000, byteLimit: 32 << 20) }

    /// - Parameters:
    ///   - limit: conversations, contacts, and events, at the most.
    ///   - byteLimit: the names of each of the three together, at the most.
    init(limit: Int, byteLimit: Int) {
        conversations = BoundedTable(limit: limit, byteLimit: byteLimit)
        contacts = BoundedTable(limit: limit, byteLimit: byteLimit)
        events = BoundedTable(limit: limit, byteLimit: byteLimit)
    }

    static func methods(_ path: [String]) -> [String]? {
        guard path.count == 2, path[0] == "custom_channel_events",
            Notification(rawValue: path[1]) != nil
        else { return nil }
        return ["POST"]
    }

    func answer(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let request = try call.decoded(as: Request.self)
        guard let notification = Notification(rawValue: call.path[1]) else { throw .notFound }
        guard let event = request.eventID, let id = request.conversationID,
            let contact = request.contact, let contactName = contact.externalID
        else {
            throw CustomChannel.refusal(
                "event_id, external_conversation_id and contact are required")
        }
        guard contact.isWhole else {
            throw CustomChannel.refusal("Contact not found or could not be created")
        }
        try CustomChannel.check(request, notification)
        // A first notification makes its conversation, the others need one.
        let isNew = notification == .newConversation
        guard (conversations[id] == nil) == isNew, events[event] == nil else {
            throw APIError(
                status: 422, code: "data_invalid",
                message: "Invalid or duplicated record reference")
        }
        events.keep(true, as: event)
        let conversation = known(id, in: &conversations)
        return try .json(
            Accepted(
                externalConversationID: id, conversationID: conversation,
                externalContactID: contactName, contactID: known(contactName, in: &contacts)))
    }

    /// What a notification must have beside the three that all have.
    private static func check(
        _ request: Request, _ notification: Notification
    ) throws(APIError) {
        switch notification {
        case .newConversation: return
        case .newMessage where request.body == nil: throw refusal("body is required")
        case .quickReply where request.optionID == nil:
            throw refusal("quick_reply_option_id is required")
        case .attribute where request.attribute?.id == nil || request.attribute?.value == nil:
            throw refusal("attribute is required")
        case .newMessage, .quickReply, .attribute: return
        }
    }

    private static func refusal(_ message: String) -> APIError {
        APIError(status: 400, code: "data_invalid", message: message)
    }

    /// Our id for theirs, made on first use.
    private func known(_ name: String, in table: inout BoundedTable<String>) -> String {
        if let id = table[name] { return id }
        madeCount += 1
        table.keep(String(madeCount), as: name)
        return String(madeCount)
    }
}
