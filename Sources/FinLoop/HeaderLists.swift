internal import CFinShims

/// The header lists that all transfers of a loop share.
@safe
struct HeaderLists {
    // Owned by the loop, freed with it.
    var post: UnsafeMutablePointer<curl_slist>?
    var stream: UnsafeMutablePointer<curl_slist>?
    var resolve: UnsafeMutablePointer<curl_slist>?

    mutating func fill(_ settings: TransferSettings) {
        unsafe post = unsafe HeaderLists.make(settings.postHeaders)
        unsafe stream = unsafe HeaderLists.make(settings.streamHeaders)
        unsafe resolve = unsafe HeaderLists.make(settings.resolved)
    }

    func free() {
        // libcurl takes nil for an empty list.
        unsafe curl_slist_free_all(post)
        unsafe curl_slist_free_all(stream)
        unsafe curl_slist_free_all(resolve)
    }

    static func make(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { unsafe list = append(line, to: list) }
        return unsafe list
    }

    static func append(
        _ line: String, to list: UnsafeMutablePointer<curl_slist>?
    ) -> UnsafeMutablePointer<curl_slist>? {
        // libcurl copies the line.
        unsafe line.withCString { unsafe curl_slist_append(list, $0) }
    }
}

/// Header lines as libcurl hands them over.
enum HeaderLine {
    /// The number of bytes before the line end.
    static func contentLength(_ line: Span<UInt8>) -> Int {
        var length = line.count
        while length > 0 && (line[length - 1] == 0x0A || line[length - 1] == 0x0D) { length -= 1 }
        return length
    }
}
