internal import FinLoop
internal import FinMeasure
internal import FinProfile

/// Begins the conversation with the user's first message; the plan's id is the repeat-safe key.
struct HelpdeskCreateConversation: APIOperation {
    static let name = "helpdesk_create_conversation"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken, .helpdeskUser]
    static let leaves: Set<CallMemory.Key> = [.helpdeskConversation, .helpdeskMessages]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(
        method: .post, mixed: "conversation", postOnly: "create_conversation")

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        let user = context.memory[.helpdeskUser] ?? ""
        let message = HelpdeskMessageBody.make(context, author: user, kind: "end_user")
        var texts = [("object_id", context.conversationID)]
        var body = [("initial_message", message.closed)]
        switch context.plan.profile.helpdesk.style {
        case .mixed: texts.append(("user_id", user))
        case .postOnly:
            var object = JSONObject()
            object.add("id", text: user)
            object.add("user_type", text: "end_user")
            body.append(("user", object.closed))
        }
        return endpoint.request(context, texts: texts, body: body)
    }

    private struct Created: Decodable {
        var conversation: HelpdeskObject
        var message: HelpdeskObject
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let created = answer.helpdesk(Created.self) else { return false }
        memory.keep(created.conversation.id, as: .helpdeskConversation)
        memory.note(message: created.message.id, step: answer.step)
        return true
    }
}

/// Reads the conversation.
struct HelpdeskGetConversation: APIOperation {
    static let name = "helpdesk_get_conversation"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken, .helpdeskConversation]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(
        method: .get, mixed: "conversation", postOnly: "get_conversation")

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        endpoint.request(
            context, texts: [("conversation_id", context.memory[.helpdeskConversation] ?? "")])
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.helpdesk(HelpdeskObject.self)?.id == memory[.helpdeskConversation]
    }
}

/// Stores the outcome of a synchronisation.
struct HelpdeskUpdateConversation: APIOperation {
    static let name = "helpdesk_update_conversation"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken, .helpdeskConversation]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(
        method: .put, mixed: "conversation", postOnly: "update_conversation")
    private let status: String

    /// `status`; `handover` is `open` with nobody assigned: a human must take it.
    init(_ settings: inout CallSettings) throws(ProfileError) {
        status = try settings.word(
            "status", ["open", "resolved", "closed", "ended", "handover"], standard: "open")
    }

    func request(_ context: CallContext) -> CallRequest {
        var attributes = JSONObject()
        attributes.add("step", text: String(context.step))
        var body = [("attributes", attributes.closed)]
        if status == "handover" { body.append(("assignee_id", Array("null".utf8))) }
        return endpoint.request(
            context,
            texts: [
                ("conversation_id", context.memory[.helpdeskConversation] ?? ""),
                ("status", status == "handover" ? "open" : status),
            ], body: body)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.helpdesk(HelpdeskObject.self)?.id == memory[.helpdeskConversation]
    }
}
