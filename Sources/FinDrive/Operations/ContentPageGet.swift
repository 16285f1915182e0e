internal import FinLoop
internal import FinProfile

/// `GET /ai/external_pages/{id}`: the page made before.
struct ContentPageGet: KeptCall {
    static let name = "page_get"
    static let key = CallMemory.Key.contentPage
    static let method = CallMethod.get

    let folder = ContentPath.pages

    init(_ settings: inout CallSettings) throws(ProfileError) {}
}
