internal import FinProfile

/// `GET /custom_object_instances/{type}`: one page of the instances.
struct ObjectList: ListCall {
    static let name = "object_list"

    let folder: String
    let page: ListPage

    init(_ settings: inout CallSettings) throws(ProfileError) {
        folder = try settings.objectFolder()
        page = try ListPage(&settings, size: 20)
    }
}
