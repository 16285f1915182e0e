internal import FinLoop

/// The query of a call about connectors: each value by its name, the last one of a name.
struct ConnectorQuery {
    let values: [String: String]

    /// Results a page.
    func pageSize(standard: Int, most: Int) throws(APIError) -> Int {
        guard let text = values["per_page"] else { return standard }
        guard let size = Int(text), (1...most).contains(size) else {
            throw .invalid("per_page must be an integer from 1 to \(most)")
        }
        return size
    }

    /// Where the page before ended.
    func cursor() throws(APIError) -> PageCursor? {
        guard let text = values["starting_after"], !text.isEmpty else { return nil }
        guard let cursor = PageCursor(text) else { throw .wrongCursor }
        return cursor
    }

    /// Which configuration is asked for.
    func version() throws(APIError) -> Connector.State {
        guard let text = values["state_version"] else { return .live }
        guard let state = Connector.State(rawValue: text) else {
            throw .invalid("Invalid state_version. Must be one of: live, draft")
        }
        return state
    }

    /// Whether bodies are asked for.
    func includesBodies() throws(APIError) -> Bool { try flag("include_bodies") ?? false }

    /// Which results are asked for; the last hour unless said otherwise.
    ///
    /// `include_request_url` of the older API is taken and changes nothing: it is always there.
    func filter(now: UInt64) throws(APIError) -> ExecutionFilter {
        let start = try time("start_ts") ?? now - 3600
        let end = try time("end_ts") ?? now
        var filter = ExecutionFilter(range: min(start, end)...end)
        // A range that ends before it begins holds nothing, and no second lies in the future of all.
        if start > end { filter.range = UInt64.max...UInt64.max }
        filter.isSuccess = try flag("success")
        if let text = values["error_type"] {
            guard let kind = ExecutionError.Kind(rawValue: text) else { throw .wrongErrorType }
            filter.kind = kind
        }
        return filter
    }

    private func flag(_ name: String) throws(APIError) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw .invalid("Invalid \(name). Must be one of: true, false")
        }
    }

    /// Unix seconds; what lies before 1970 counts as its first second.
    private func time(_ name: String) throws(APIError) -> UInt64? {
        guard let text = values[name] else { return nil }
        guard !text.isEmpty, text.dropFirst(text.hasPrefix("-") ? 1 : 0).allSatisfy(\.isWholeNumber)
        else { throw .invalid("\(name) must be a Unix timestamp (integer)") }
        if text.hasPrefix("-") { return 0 }
        return UInt64(text) ?? .max
    }
}
