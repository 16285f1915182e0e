/// The parts of an http address that a profile must know; everything else is libcurl's.
struct URLParts {
    /// Scheme, host, port and path, without a trailing slash.
    let base: String
    /// The host in lower case, brackets kept for IPv6.
    let host: String
    /// The path without a trailing slash; empty for none.
    let path: String
    /// Whether a user name or password stands before the host.
    let hasCredentials: Bool

    /// Splits an address; nil when it is not scheme, host, perhaps port, perhaps path.
    init?(_ text: String) {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }),
            text.allSatisfy({ $0.isASCII && !$0.isWhitespace })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        hasCredentials = authority.contains("@")
        let address = authority.split(separator: "@").last ?? ""
        guard let host = URLParts.host(of: address) else { return nil }
        self.host = host
        var path = rest.dropFirst(authority.count).prefix { !"?#".contains($0) }
        while path.hasSuffix("/") { path = path.dropLast() }
        self.path = String(path)
        base = scheme + authority.lowercased() + path
    }

    /// The host before an optional port; nil when either is malformed.
    private static func host(of address: Substring) -> String? {
        let isBracketed = address.hasPrefix("[")
        let end = isBracketed ? address.firstIndex(of: "]").map(address.index(after:)) : nil
        if isBracketed, end == nil { return nil }
        let split = end ?? address.firstIndex(of: ":") ?? address.endIndex
        let port = address[split...]
        if !port.isEmpty {
            guard port.hasPrefix(":"), let number = UInt16(port.dropFirst()), number > 0 else {
                return nil
            }
        }
        let host = address[..<split].lowercased()
        let isPlain = host.allSatisfy { $0.isLetter || $0.isNumber || ".-_".contains($0) }
        return host.isEmpty || !(isPlain || isBracketed) ? nil : host
    }
}
