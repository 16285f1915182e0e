internal import FinProfile

/// `POST /fin/procedures/{id}/run`: runs a procedure on a new conversation, answered on a stream.
struct ProcedureRun: APIOperation {
    static let name = "procedure_run"
    static let leaves: Set<CallMemory.Key> = [.conversation]
    static let isAnsweredOnStream = true

    /// The procedure's id; left out, one that the simulator can run.
    private let procedure: String
    private let sendsMessage: Bool

    init(_ settings: inout CallSettings) throws(ProfileError) {
        procedure = try settings.identifier("procedure", standard: "5001")
        sendsMessage = try settings.word("message", ["yes", "no"], standard: "no") == "yes"
    }

    func request(_ context: CallContext) -> CallRequest {
        var body = JSONObject()
        body.add("conversation_id", text: context.conversationID)
        body.add("user", json: context.user)
        if sendsMessage { body.add("message", json: context.message) }
        return CallRequest(path: "/fin/procedures/\(procedure)/run", body: body.closed)
    }
}
