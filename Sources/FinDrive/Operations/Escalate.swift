internal import FinProfile

/// `POST /fin/escalate`: hands the scenario's conversation to people.
struct Escalate: APIOperation {
    static let name = "escalate"
    static let needs: Set<CallMemory.Key> = [.conversation]
    static let escalates = true

    private let message: String?

    init(_ settings: inout CallSettings) throws(ProfileError) {
        message = settings.text("message")
    }

    func request(_ context: CallContext) -> CallRequest {
        var body = JSONObject()
        body.add("conversation_id", text: context.conversationID)
        body.add("message", text: message)
        return CallRequest(path: "/fin/escalate", body: body.closed)
    }

    private struct Standing: Decodable { var status: String }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: Standing.self)?.status == "escalated"
    }
}
