internal import FinLoop
internal import FinProfile

/// `GET /custom_object_instances/{type}/{id}`: the instance made before.
struct ObjectGet: KeptCall {
    static let name = "object_get"
    static let key = CallMemory.Key.object
    static let method = CallMethod.get

    let folder: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        folder = try settings.objectFolder()
    }
}
