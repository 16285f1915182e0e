internal import FinProfile

/// `POST /fin/csat`: rates the scenario's conversation once its survey was shown.
struct Rating: APIOperation {
    static let name = "csat"
    static let needs: Set<CallMemory.Key> = [.conversation]

    private let rating: String
    private let remark: String?

    init(_ settings: inout CallSettings) throws(ProfileError) {
        rating = try settings.word(
            "rating", ["terrible", "bad", "ok", "good", "amazing"], standard: "good")
        remark = settings.text("remark")
    }

    func request(_ context: CallContext) -> CallRequest {
        var body = JSONObject()
        body.add("conversation_id", text: context.conversationID)
        body.add("rating", text: rating)
        body.add("remark", text: remark)
        return CallRequest(path: "/fin/csat", body: body.closed)
    }

    private struct Standing: Decodable { var status: String }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: Standing.self)?.status == "rated"
    }
}
