private import CFinShims
private import Glibc

/// Where a URL points, judged by the same parser that will dial it.
public struct Address: Sendable, Equatable {
    /// `http` or `https`.
    public var scheme: String
    /// The host, lower case, without brackets.
    public var host: String
    /// The port, the scheme's own when none is written.
    public var port: Int

    /// Reads a URL; nil when libcurl would not dial it as http or https.
    public init?(url: String) {
        guard let parsed = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parsed) }
        let result = unsafe url.withCString {
            unsafe curl_url_set(parsed, CURLUPART_URL, $0, UInt32(CURLU_PATH_AS_IS))
        }
        guard result == CURLUE_OK,
            let scheme = unsafe Address.part(parsed, CURLUPART_SCHEME),
            scheme == "http" || scheme == "https",
            let host = unsafe Address.part(parsed, CURLUPART_HOST), !host.isEmpty,
            let portText = unsafe Address.part(parsed, CURLUPART_PORT), let port = Int(portText)
        else { return nil }
        self.scheme = scheme
        self.host = host.filter { $0 != "[" && $0 != "]" }.lowercased()
        self.port = port
    }

    private static func part(_ parsed: OpaquePointer, _ what: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = UInt32(CURLU_DEFAULT_PORT)
        guard unsafe curl_url_get(parsed, what, &text, flags) == CURLUE_OK,
            let text = unsafe text
        else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }

    /// Whether the host is this machine by its very name: 127.0.0.0/8, ::1 or `localhost`.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The address the host's name stands for now, as `host:port:address` for libcurl.
    ///
    /// Nil when the host is an address already. Blocks for one look-up.
    /// - Throws: `LoopError` when the name does not resolve.
    public func resolved() throws(LoopError) -> String? {
        if isLoopback || host.contains(":") || host.allSatisfy({ $0.isNumber || $0 == "." }) {
            return nil
        }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard result == 0, let first = unsafe list else {
            throw LoopError(
                operation: "looking up host \"\(host)\"", errno: 0,
                advice: "check target.url and this machine's DNS")
        }
        defer { unsafe freeaddrinfo(first) }
        var text = [CChar](repeating: 0, count: 128)
        let named = unsafe getnameinfo(
            first.pointee.ai_addr, first.pointee.ai_addrlen, &text, 128, nil, 0, NI_NUMERICHOST)
        guard named == 0 else { return nil }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(host):\(port):\(String(decoding: bytes, as: UTF8.self))"
    }
}
