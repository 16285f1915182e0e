internal import FinMeasure
internal import FinProfile

/// `POST /ai/external_pages`: makes a page of the scenario's source, or changes it, by its external id.
///
/// A change that is answered with another id has made a second page: malformed.
struct ContentPageUpsert: APIOperation {
    static let name = "page_upsert"
    static let needs: Set<CallMemory.Key> = [.contentSource]
    static let leaves: Set<CallMemory.Key> = [.contentPage]

    private let text: ContentText
    /// Behind the plan's own id it is the page's: the same page in every call of the scenario.
    private let page: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        text = try ContentText(&settings)
        page = try settings.identifier("external_id", standard: "1")
    }

    func request(_ context: CallContext) -> CallRequest {
        var body = text.members(context)
        body.add("external_id", text: "\(context.conversationID)-\(page)")
        return CallRequest(path: ContentPath.pages, body: body.closed)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        // An external id is one page of its source, not of the workspace.
        let name = "content page \(page) of source \(memory[.contentSource] ?? "")"
        let known = CallMemory.Key(stringLiteral: name)
        guard let made = answer.decoded(as: IdentifiedAnswer.self),
            memory[known] == nil || memory[known] == made.id
        else { return false }
        memory[known] = made.id
        memory[.contentPage] = made.id
        memory[.contentPageName] = name
        return true
    }
}

/// What every call that writes a page sends.
struct ContentText {
    private let byteCount: Int

    init(_ settings: inout CallSettings) throws(ProfileError) {
        // Its answer shows the page once more: below `LoadThread.responseLimit`.
        byteCount = try settings.count("bytes", 1...200_000, standard: 2000)
    }

    /// The members that creation and change both need.
    ///
    /// Closed to Fin: nobody's answer is to come from a load test's page.
    func members(_ context: CallContext) -> JSONObject {
        var body = JSONObject()
        body.add("title", text: "finbench \(context.conversationID)")
        body.add("html", text: html(context))
        body.add("url", text: context.contentURL)
        body.add("locale", text: "en")
        for reader in ["agent", "copilot", "sales_agent"] {
            body.add("ai_\(reader)_availability", json: Array("false".utf8))
        }
        // A number here, a text in the memory.
        let source = context.memory[.contentSource].flatMap { Int($0) }
        body.add("source_id", json: Array((source.map(String.init) ?? "null").utf8))
        return body
    }

    /// As many bytes as asked for, others in each turn.
    private func html(_ context: CallContext) -> String {
        let words = "Version \(context.turn.turn) of a page that a load test has made. "
        let text = String(repeating: words, count: byteCount / words.utf8.count + 1)
        return String(text.prefix(byteCount))
    }
}

extension CallMemory.Key {
    /// The id of the external page made or changed last.
    static let contentPage: CallMemory.Key = "content page"

    /// The name of the key that has the id of that page for its source and external id.
    static let contentPageName: CallMemory.Key = "content page name"
}
