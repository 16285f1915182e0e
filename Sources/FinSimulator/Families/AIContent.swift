/// AI content: import sources, and the external pages that Fin answers from.
///
/// A page is known by its `external_id` within its source: posted once more it is changed. A new
/// workspace has one source, which Fin crawls; only those made here take pages. At most `Limits` are
/// kept: the eldest makes room, a source with all its pages.
final class AIContent: APIFamily {
    /// What is kept, at the most.
    struct Limits {
        var sources = 10_000
        var pages = 100_000
        /// UTF-8 bytes of all pages' texts.
        var bytes = 256 << 20
        /// UTF-8 bytes of a source's URL.
        let urlBytes = 2048
        /// Audiences of a source.
        let audiences = 100
    }

    private let limits: Limits
    // Invariant: `external` holds each page under its source and external id, and has an entry for
    // each source; `byteCount` is the sum over the pages.
    private var sources = NumberedTable<Source>()
    private var pages = NumberedTable<Page>()
    private var external: [Int: [String: Int]] = [:]
    private var byteCount = 0

    convenience init() { self.init(Limits()) }

    /// A workspace with other bounds.
    init(_ limits: Limits) {
        self.limits = limits
        let begun: UInt64 = 1_767_225_600  // the simulated workspace's first day, in 2026
        _ = add(
            source: "https://help.example.test", "automatic", status: "active", [], now: begun)
    }

    static func methods(_ path: [String]) -> [String]? {
        guard path.first == "ai", (2...3).contains(path.count),
            ["content_import_sources", "external_pages"].contains(path[1])
        else { return nil }
        return path.count == 2 ? ["GET", "POST"] : ["GET", "PUT", "DELETE"]
    }

    func answer(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let isPage = call.path[1] == "external_pages"
        guard call.path.count == 3 else {
            if call.method == "GET" { return isPage ? try listPages(call) : try listSources(call) }
            return isPage ? try upsertPage(call) : try createSource(call)
        }
        return isPage ? try answerPage(call) : try answerSource(call)
    }

    private func list<Item: Encodable>(
        _ ids: some RandomAccessCollection<Int>, _ call: FamilyCall, _ item: (Int) -> Item?
    ) throws(APIError) -> FamilyAnswer {
        let place = try call.page(most: 150, standard: 50)
        let data = ids.dropFirst(place.skipped).prefix(place.size).compactMap(item)
        return try .json(NumberedPage(call, place, count: ids.count, data: data))
    }

    // MARK: sources

    private func listSources(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        try list(sources.ids, call) { sources[$0] }
    }

    private func answerSource(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        guard let id = sources.id(call.path[2]) else { throw AIContent.noSource }
        switch call.method {
        case "GET": return try .json(sources[id])
        case "PUT": return try changeSource(id, call)
        default:
            forget(source: id)
            return .empty
        }
    }

    private func createSource(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let request = try call.decoded(as: SourceRequest.self)
        guard try AIContent.present(request.syncBehavior, "sync_behavior") == "api" else {
            throw .invalid("sync_behavior must be api")
        }
        let url = try checkedURL(request)
        let status = try checkedStatus(request) ?? "active"
        let audiences = try checkedAudiences(request) ?? []
        if sources.count >= limits.sources, let eldest = sources.ids.first {
            forget(source: eldest)
        }
        let id = add(source: url, "api", status: status, audiences, now: call.now)
        return try .json(sources[id])
    }

    private func add(
        source url: String, _ syncBehavior: String, status: String, _ audiences: [Int], now: UInt64
    ) -> Int {
        let id = sources.add { id in
            Source(
                id: id, url: url, syncBehavior: syncBehavior, status: status, audiences: audiences,
                lastSyncedAt: now, createdAt: now, updatedAt: now)
        }
        external[id] = [:]
        return id
    }

    private func changeSource(_ id: Int, _ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        guard var source = sources[id] else { throw AIContent.noSource }
        let request = try call.decoded(as: SourceRequest.self)
        source.syncBehavior = try changedBehavior(request, of: source)
        let url = try checkedURL(request)
        guard url == source.url || source.isFedByAPI else {
            throw .invalid("url can only be changed where sync_behavior is api")
        }
        source.url = url
        source.status = try checkedStatus(request) ?? source.status
        source.audiences = try checkedAudiences(request) ?? source.audiences
        source.updatedAt = call.now
        sources[id] = source
        return try .json(source)
    }

    /// The document's request has `automated` where its answer has `automatic`: both are taken.
    private func changedBehavior(
        _ request: SourceRequest, of source: Source
    ) throws(APIError) -> String {
        let word = try AIContent.present(request.syncBehavior, "sync_behavior")
        guard ["api", "automatic", "automated", "manual"].contains(word) else {
            throw .invalid("sync_behavior must be one of api, automated, manual")
        }
        guard (word == "api") == source.isFedByAPI else {
            throw .invalid("sync_behavior cannot be changed to or from api")
        }
        return word == "automated" ? "automatic" : word
    }

    private func checkedURL(_ request: SourceRequest) throws(APIError) -> String {
        let url = try AIContent.filled(request.url, "url")
        guard url.utf8.count <= limits.urlBytes else {
            throw .invalid("url cannot be longer than \(limits.urlBytes) bytes")
        }
        return url
    }

    private func checkedStatus(_ request: SourceRequest) throws(APIError) -> String? {
        guard let status = request.status else { return nil }
        if ["active", "deactivated"].contains(status) { return status }
        throw .invalid("status must be one of active, deactivated")
    }

    private func checkedAudiences(_ request: SourceRequest) throws(APIError) -> [Int]? {
        guard let audiences = request.audiences else { return nil }
        if audiences.count <= limits.audiences { return audiences }
        throw .invalid("audience_ids cannot hold more than \(limits.audiences) items")
    }

    private func forget(source id: Int) {
        for page in external[id]?.values.sorted() ?? [] { _ = forget(page: page) }
        external[id] = nil
        _ = sources.remove(id)
    }

    // MARK: pages

    /// Newest first.
    private func listPages(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        try list(pages.ids.reversed(), call) { pages[$0] }
    }

    private func answerPage(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        guard let id = pages.id(call.path[2]) else { throw AIContent.noPage }
        switch call.method {
        case "GET": return try .json(pages[id])
        case "PUT": return try changePage(id, call)
        default:
            // As in the document's example, what is gone has no text any more.
            var gone = forget(page: id)
            gone?.html = ""
            return try .json(gone)
        }
    }

    private func upsertPage(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let request = try call.decoded(as: PageRequest.self)
        let content = try PageContent(request)
        let name = try AIContent.filled(request.externalID, "external_id")
        try checkSource(content.sourceID)
        let id = external[content.sourceID]?[name] ?? addPage(content.sourceID, name, call.now)
        return try write(content, request, to: id, now: call.now)
    }

    private func addPage(_ source: Int, _ name: String, _ now: UInt64) -> Int {
        if pages.count >= limits.pages, let eldest = pages.ids.first { _ = forget(page: eldest) }
        let id = pages.add { id in
            Page(
                id: String(id), sourceID: source, externalID: name, createdAt: now, updatedAt: now,
                lastIngestedAt: now)
        }
        external[source]?[name] = id
        byteCount += name.utf8.count
        return id
    }

    private func changePage(_ id: Int, _ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let request = try call.decoded(as: PageRequest.self)
        let content = try PageContent(request)
        _ = try AIContent.present(request.url, "url")
        try checkSource(content.sourceID)
        try move(id, to: content.sourceID, request.externalID)
        return try write(content, request, to: id, now: call.now)
    }

    /// Gives a page its place, which no other page may have.
    private func move(_ id: Int, to source: Int, _ name: String?) throws(APIError) {
        guard var page = pages[id] else { throw AIContent.noPage }
        let name = try AIContent.filled(name ?? page.externalID, "external_id")
        if let other = external[source]?[name], other != id {
            throw .invalid("external_id is that of another page of the source")
        }
        external[page.sourceID]?[page.externalID] = nil
        external[source]?[name] = id
        byteCount += name.utf8.count - page.externalID.utf8.count
        (page.sourceID, page.externalID) = (source, name)
        pages[id] = page
    }

    /// Fills a page that has its place; where all together are too large, others make room.
    private func write(
        _ content: PageContent, _ request: PageRequest, to id: Int, now: UInt64
    ) throws(APIError) -> FamilyAnswer {
        guard var page = pages[id] else { throw AIContent.noPage }
        byteCount -= page.byteCount
        page.take(content, request, now: now)
        byteCount += page.byteCount
        pages[id] = page
        sources[content.sourceID]?.lastSyncedAt = now
        while byteCount > limits.bytes, let eldest = pages.ids.first(where: { $0 != id }) {
            _ = forget(page: eldest)
        }
        return try .json(page)
    }

    private func forget(page id: Int) -> Page? {
        guard let page = pages.remove(id) else { return nil }
        byteCount -= page.byteCount
        external[page.sourceID]?[page.externalID] = nil
        return page
    }

    /// Only a source that the API feeds takes pages.
    private func checkSource(_ id: Int) throws(APIError) {
        guard let source = sources[id] else { throw AIContent.noSource }
        if !source.isFedByAPI { throw .invalid("sync_behavior of the source must be api") }
    }

    private static let noSource = APIError.missing("Content import source not found")
    private static let noPage = APIError.missing("External page not found")
}
