/// A page of a list by its number, with the address of the next one.
struct NumberedPage<Item: Encodable>: Encodable {
    let type = "list"
    let pages: PageNumbers
    let totalCount: Int
    let data: [Item]

    /// - Parameters:
    ///   - call: what asked for it.
    ///   - count: items of the whole list.
    ///   - data: those of the page.
    init(_ call: FamilyCall, _ place: PagePlace, count: Int, data: [Item]) {
        let total = (count + place.size - 1) / place.size
        pages = PageNumbers(
            page: place.number, next: place.number < total ? call.url(page: place.number + 1) : nil,
            perPage: place.size, totalPages: total)
        totalCount = count
        self.data = data
    }

    enum CodingKeys: String, CodingKey {
        case type, pages, data
        case totalCount = "total_count"
    }
}

/// The `pages` of such a list.
struct PageNumbers: Encodable {
    let type = "pages"
    let page: Int
    /// The whole URL; nil, and null in the answer, at the end.
    let next: String?
    let perPage: Int
    let totalPages: Int

    enum CodingKeys: String, CodingKey {
        case type, page, next
        case perPage = "per_page"
        case totalPages = "total_pages"
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(type, forKey: .type)
        try members.encode(page, forKey: .page)
        // Null, not left out, as documented.
        try members.encode(next, forKey: .next)
        try members.encode(perPage, forKey: .perPage)
        try members.encode(totalPages, forKey: .totalPages)
    }
}

/// Which page a call asks for.
struct PagePlace {
    /// From 1.
    let number: Int
    /// Items a page.
    let size: Int

    /// How many items come before it.
    var skipped: Int { (number - 1) * size }
}

extension FamilyCall {
    /// Which page is asked for: `page` and `per_page` of the query.
    ///
    /// - Parameters:
    ///   - most: items a page, at the most.
    ///   - standard: items a page where the call does not say.
    func page(most: Int, standard: Int = 20) throws(APIError) -> PagePlace {
        PagePlace(
            number: try count("page", 1...1_000_000, standard: 1),
            size: try count("per_page", 1...most, standard: standard))
    }

    /// The address of another page of the same list; all else that was asked stays.
    fileprivate func url(page: Int) -> String {
        let parameters = query.merging(["page": String(page)]) { $1 }
            .map { "\(URLText.escaped($0.key))=\(URLText.escaped($0.value))" }.sorted()
        return base + path.map { "/" + URLText.escaped($0) }.joined()
            + "?" + parameters.joined(separator: "&")
    }
}
