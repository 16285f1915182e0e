internal import FinProfile

/// `GET /ai/external_pages`: one page of the list of external pages.
struct ContentPageList: ListCall {
    static let name = "page_list"

    let folder = ContentPath.pages
    let page: ListPage

    init(_ settings: inout CallSettings) throws(ProfileError) {
        page = try ListPage(&settings, size: 10)
    }
}
