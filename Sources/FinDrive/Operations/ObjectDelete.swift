internal import FinLoop
internal import FinProfile

/// `DELETE /custom_object_instances/{type}/{id}`: the instance made before.
struct ObjectDelete: APIOperation {
    static let name = "object_delete"
    static let needs: Set<CallMemory.Key> = [.object]

    private let type: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        type = try settings.objectType()
    }

    func request(_ context: CallContext) -> CallRequest {
        let id = context.pathPart(.object)
        return CallRequest(method: .delete, path: "/custom_object_instances/\(type)/\(id)")
    }

    private struct Deleted: Decodable { var deleted: Bool }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: Deleted.self)?.deleted == true
    }
}
