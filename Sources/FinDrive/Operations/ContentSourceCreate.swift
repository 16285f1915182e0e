internal import FinProfile

/// `POST /ai/content_import_sources`: makes a source that takes pages from the API.
struct ContentSourceCreate: APIOperation {
    static let name = "source_create"
    static let leaves: Set<CallMemory.Key> = [.contentSource]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(path: ContentPath.sources, body: context.contentSource.closed)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let made = answer.decoded(as: IdentifiedAnswer.self) else { return false }
        memory[.contentSource] = made.id
        return true
    }
}

/// The paths of AI content.
enum ContentPath {
    static let sources = "/ai/content_import_sources"
    static let pages = "/ai/external_pages"
}

extension CallMemory.Key {
    /// The id of the content import source that the scenario has made.
    static let contentSource: CallMemory.Key = "content source"
}

extension CallContext {
    /// Where the imported content stands, in a domain that is nobody's.
    var contentURL: String { "https://content.example.test/" + PercentText.encoded(conversationID) }

    /// The members that every call about a source sends.
    var contentSource: JSONObject {
        var body = JSONObject()
        body.add("sync_behavior", text: "api")
        body.add("url", text: contentURL)
        return body
    }
}
