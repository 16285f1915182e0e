internal import FinProfile

/// `GET /ai/content_import_sources`: one page of the sources.
struct ContentSourceList: ListCall {
    static let name = "source_list"

    let folder = ContentPath.sources
    let page: ListPage

    init(_ settings: inout CallSettings) throws(ProfileError) {
        page = try ListPage(&settings, size: 50)
    }
}
