internal import FinProfile

/// `POST /fin/start` as an operation, for scenarios that do more with a conversation than talk.
struct Start: APIOperation {
    static let name = "start"
    static let leaves: Set<CallMemory.Key> = [.conversation]
    static let isAnsweredOnStream = true

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(path: "/fin/start", body: context.messageBody)
    }
}
