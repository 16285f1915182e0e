internal import FinProfile

/// `POST /fin/capabilities`: what Fin can do for a user.
struct Capabilities: APIOperation {
    static let name = "capabilities"

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        var body = JSONObject()
        body.add("user", json: context.user)
        return CallRequest(path: "/fin/capabilities", body: body.closed)
    }

    private struct List: Decodable {
        struct Capability: Decodable { var type: String }
        var capabilities: [Capability]
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: List.self) != nil
    }
}
