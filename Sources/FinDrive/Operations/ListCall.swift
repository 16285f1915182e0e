internal import FinLoop
internal import FinProfile

/// A `GET` of one page of a list, by its number.
protocol ListCall: APIOperation {
    /// The path of the list.
    var folder: String { get }

    var page: ListPage { get }
}

extension ListCall {
    func request(_ context: CallContext) -> CallRequest {
        CallRequest(method: .get, path: folder + page.query)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool { page.fits(answer) }
}

/// Which page of a list is asked for: the settings `page` and `per_page`.
struct ListPage {
    private let number: Int
    private let size: Int

    /// - Parameter size: items of a page where the settings do not say.
    init(_ settings: inout CallSettings, size: Int) throws(ProfileError) {
        number = try settings.count("page", 1...1_000_000, standard: 1)
        self.size = try settings.count("per_page", 1...150, standard: size)
    }

    /// Comes behind the path.
    var query: String { "?page=\(number)&per_page=\(size)" }

    private struct Items: Decodable { let data: [IdentifiedAnswer] }

    /// Whether an answer is a page, and no larger than it may be.
    func fits(_ answer: CallAnswer) -> Bool {
        guard let items = answer.decoded(as: Items.self) else { return false }
        return items.data.count <= size
    }
}
