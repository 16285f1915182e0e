internal import FinProfile

/// `DELETE /custom_object_instances/{type}/{id}`: the instance made before.
struct ObjectDelete: KeptDeletion {
    static let name = "object_delete"
    static let key = CallMemory.Key.object

    let folder: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        folder = try settings.objectFolder()
    }
}
