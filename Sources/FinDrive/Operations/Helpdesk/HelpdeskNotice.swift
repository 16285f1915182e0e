internal import FinProfile

/// The helpdesk's notification to Fin that a conversation has changed.
struct HelpdeskNotify: APIOperation {
    static let name = "helpdesk_notify"
    static let needs: Set<CallMemory.Key> = [.helpdeskConversation]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        var event = JSONObject()
        event.add("conversation_id", text: context.memory[.helpdeskConversation])
        return HelpdeskNotice.request(context, event)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool { true }
}

/// The helpdesk's notification to Fin that an agent types.
struct HelpdeskTyping: APIOperation {
    static let name = "helpdesk_typing"
    static let needs: Set<CallMemory.Key> = [.helpdeskConversation]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        var agent = JSONObject()
        agent.add("id", text: "ag_1")
        agent.add("user_type", text: "agent")
        agent.add("name", text: "Ada")
        agent.add("email", text: "ada@example.test")
        var data = JSONObject()
        data.add("agent", json: agent.closed)
        var event = JSONObject()
        event.add("conversation_id", text: context.memory[.helpdeskConversation])
        event.add("event_type", text: "agent_typing")
        event.add("data", json: data.closed)
        return HelpdeskNotice.request(context, event)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool { true }
}

/// Fin's hook for custom helpdesks.
private enum HelpdeskNotice {
    static func request(_ context: CallContext, _ event: JSONObject) -> CallRequest {
        let integration = context.plan.profile.helpdesk.integration
        var request = CallRequest(
            path: "/hooks/standalone/custom_helpdesk_conversation_event/\(integration)")
        request.body = event.closed
        request.ownHeaders =
            HelpdeskHeaders.common + ["Content-Type: application/json"]
            + ["X-Webhook-Key: \(context.helpdesk.secrets.webhookKey)"]
        return request
    }
}
