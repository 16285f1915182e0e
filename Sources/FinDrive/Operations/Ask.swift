internal import FinProfile

/// `POST /fin/ask`: one question, one answer on a stream, then `complete`.
struct Ask: APIOperation {
    static let name = "ask"
    static let leaves: Set<CallMemory.Key> = [.conversation]
    static let isAnsweredOnStream = true

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(path: "/fin/ask", body: context.messageBody)
    }
}
