internal import FinLoop
internal import FinProfile

/// `DELETE /ai/external_pages/{id}`: the page made before, which the answer shows once more.
struct ContentPageDelete: KeptCall {
    static let name = "page_delete"
    static let key = CallMemory.Key.contentPage
    static let method = CallMethod.delete

    let folder = ContentPath.pages

    init(_ settings: inout CallSettings) throws(ProfileError) {}
}
