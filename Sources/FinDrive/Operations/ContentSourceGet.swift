internal import FinLoop
internal import FinProfile

/// `GET /ai/content_import_sources/{id}`: the source made before.
struct ContentSourceGet: KeptCall {
    static let name = "source_get"
    static let key = CallMemory.Key.contentSource
    static let method = CallMethod.get

    let folder = ContentPath.sources

    init(_ settings: inout CallSettings) throws(ProfileError) {}
}
