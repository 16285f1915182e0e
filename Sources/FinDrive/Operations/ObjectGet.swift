internal import FinLoop
internal import FinProfile

/// `GET /custom_object_instances/{type}/{id}`: the instance made before.
struct ObjectGet: APIOperation {
    static let name = "object_get"
    static let needs: Set<CallMemory.Key> = [.object]

    private let type: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        type = try settings.objectType()
    }

    func request(_ context: CallContext) -> CallRequest {
        let id = context.pathPart(.object)
        return CallRequest(method: .get, path: "/custom_object_instances/\(type)/\(id)")
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: CustomObject.self)?.id == memory[.object]
    }
}
