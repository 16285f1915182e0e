internal import FinProfile

/// `data.item` of the topic `procedure.hitl_notification.created`.
struct HITLNotification {
    static let topic = "procedure.hitl_notification.created"

    let request: HITLRequest
    let appID: String
    /// The server's own base URL.
    let base: String
    /// Unix seconds.
    let created: UInt64

    /// The item as JSON.
    var item: [UInt8] {
        let conversation = request.turn.conversation
        let expires = request.expires.map(String.init) ?? "null"
        return JSONText.object([
            ("type", JSONText.quoted("procedure.hitl_notification")),
            ("app_id", JSONText.quoted(appID)),
            ("conversation_id", JSONText.quoted(conversation.id)),
            ("step_id", JSONText.quoted(request.stepID)),
            ("procedure_name", JSONText.quoted("Refund an order")),
            ("hitl_question", JSONText.quoted("May this order be refunded, and why?")),
            ("attributes_to_collect", JSONText.array(request.attributes.map(json))),
            ("callback_url", JSONText.quoted(callback)),
            ("expires_at", Array(expires.utf8)),
            ("priority", JSONText.quoted("not_priority")),
            ("assign_to", Array("null".utf8)),
            (
                "conversation_url",
                JSONText.quoted(
                    "https://app.intercom.com/a/inbox/\(appID)/inbox/shared/all/conversation/"
                        + URLText.escaped(conversation.id))
            ),
            ("recent_messages", JSONText.array(request.turn.message.isEmpty ? [] : [message])),
        ])
    }

    private var callback: String {
        let id = URLText.escaped(request.turn.conversation.id)
        return "\(base)/procedures/\(id)/collect_agent_input"
    }

    /// What the user has just said.
    private var message: [UInt8] {
        let author = JSONText.object([
            ("type", JSONText.quoted("user")), ("id", request.turn.subject.userID),
            ("name", Array("null".utf8)), ("email", Array("null".utf8)),
        ])
        return JSONText.object([
            ("type", JSONText.quoted("conversation_part")),
            ("id", JSONText.quoted(String(request.turn.number))),
            ("part_type", JSONText.quoted("comment")),
            ("body", JSONText.quoted(request.turn.message)),
            ("created_at", Array(String(created).utf8)), ("author", author),
        ])
    }

    private func json(_ attribute: HITLAttribute) -> [UInt8] {
        let name = JSONText.quoted("Decision (\(attribute.type.rawValue))")
        var members = [
            ("type", JSONText.quoted("data_attribute")),
            ("identifier", JSONText.quoted(attribute.identifier)),
            ("name", name), ("label", name),
            ("data_type", JSONText.quoted(attribute.type.rawValue)),
        ]
        if attribute.type == .list {
            let options = attribute.options.map { option in
                JSONText.object([
                    ("id", JSONText.quoted(option.id)), ("label", JSONText.quoted(option.label)),
                ])
            }
            members.append(("options", JSONText.array(options)))
        }
        return JSONText.object(members)
    }
}

extension JSONText {
    /// An object of members whose values are JSON.
    static func object(_ members: [(name: String, value: [UInt8])]) -> [UInt8] {
        let parts = members.map { quoted($0.name) + [UInt8(ascii: ":")] + $0.value }
        return Array("{".utf8) + Array(parts.joined(separator: [UInt8(ascii: ",")]))
            + Array("}".utf8)
    }

    /// An array of values that are JSON.
    static func array(_ values: [[UInt8]]) -> [UInt8] {
        Array("[".utf8) + Array(values.joined(separator: [UInt8(ascii: ",")])) + Array("]".utf8)
    }
}
