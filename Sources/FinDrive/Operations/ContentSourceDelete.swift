internal import FinLoop
internal import FinProfile

/// `DELETE /ai/content_import_sources/{id}`: the source made before, with all its pages.
struct ContentSourceDelete: KeptCall {
    static let name = "source_delete"
    static let key = CallMemory.Key.contentSource
    static let method = CallMethod.delete

    let folder = ContentPath.sources

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    /// 204: there is nothing to read.
    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool { true }
}
