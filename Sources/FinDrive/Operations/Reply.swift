internal import FinProfile

/// `POST /fin/reply` as an operation: the user's next message.
struct Reply: APIOperation {
    static let name = "reply"
    static let needs: Set<CallMemory.Key> = [.conversation]
    static let isAnsweredOnStream = true

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(path: "/fin/reply", body: context.messageBody)
    }
}
