internal import FinLoop
internal import FinMeasure
internal import FinProfile

/// Makes the conversation's user known to the helpdesk; the user's id is the repeat-safe key.
struct HelpdeskCreateUser: APIOperation {
    static let name = "helpdesk_create_user"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken]
    static let leaves: Set<CallMemory.Key> = [.helpdeskUser]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(method: .post, mixed: "user", postOnly: "create_user")

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        endpoint.request(
            context,
            texts: [
                ("name", "Load user \(context.turn.user)"),
                ("object_id", context.plan.userID(context.turn.user)),
            ], body: [("email", Array("null".utf8))])
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let user = answer.helpdesk(HelpdeskObject.self) else { return false }
        memory.keep(user.id, as: .helpdeskUser)
        return true
    }
}

/// Reads the user.
struct HelpdeskGetUser: APIOperation {
    static let name = "helpdesk_get_user"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken, .helpdeskUser]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(method: .get, mixed: "user", postOnly: "get_user")

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        endpoint.request(context, texts: [("user_id", context.memory[.helpdeskUser] ?? "")])
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.helpdesk(HelpdeskObject.self)?.id == memory[.helpdeskUser]
    }
}

/// Stores an attribute of the user's.
struct HelpdeskUpdateUser: APIOperation {
    static let name = "helpdesk_update_user"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken, .helpdeskUser]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(method: .put, mixed: "user", postOnly: "update_user")

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        var attributes = JSONObject()
        attributes.add("last_conversation", text: context.conversationID)
        return endpoint.request(
            context, texts: [("user_id", context.memory[.helpdeskUser] ?? "")],
            body: [("attributes", attributes.closed)])
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.helpdesk(HelpdeskObject.self)?.id == memory[.helpdeskUser]
    }
}

/// Lists the agents, one of whom stands for Fin.
struct HelpdeskGetAgents: APIOperation {
    static let name = "helpdesk_get_agents"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(method: .get, mixed: "agents", postOnly: "get_agents")

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest { endpoint.request(context) }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.helpdesk([HelpdeskObject].self) != nil
    }
}
