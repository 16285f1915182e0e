internal import FinLoop

/// A URL as it may be shown: no token, no credentials, nothing unknown.
struct ProbeURL: Sendable, Equatable {
    /// Query items whose values are shown; every other value is only measured.
    private static let shownItems = ["channels", "rewind", "enveloped", "heartbeats", "v"]
    private static let tokenItems = ["accessToken", "access_token", "token"]

    /// Scheme, host, port and path, redacted.
    let place: String
    /// The query, redacted; empty without one.
    let query: String
    /// `host:port`; empty where libcurl would not dial the URL.
    let host: String
    /// Whether TLS is spoken.
    let isSecure: Bool
    /// The value of `rewind`, as a word; nil without one.
    let rewind: String?

    init(_ url: String) {
        let parts = ProbeURL.split(url)
        let address = Address(url: url)
        host = address.map { "\(ProbeURL.bracketed($0.host)):\($0.port)" } ?? ""
        isSecure = address?.scheme == "https"
        let items = parts.query.split(separator: "&").map(ProbeURL.item)
        rewind = items.first { $0.name == "rewind" }.map { ProbeText.word(String($0.value)) }
        let path = parts.path.split(separator: "/", omittingEmptySubsequences: false)
            .map { ProbeURL.segment($0) }.joined(separator: "/")
        query = items.map(ProbeURL.shown).joined(separator: "&")
        place = (address.map { "\($0.scheme)://" } ?? "(unreadable URL)") + host + path
    }

    /// The access token of a stream's URL, for reading its life; never to be shown.
    static func token(of url: String) -> Substring? {
        ProbeURL.split(url).query.split(separator: "&").map(item)
            .first { tokenItems.contains(String($0.name)) }?.value
    }

    private static func split(_ url: String) -> (path: Substring, query: Substring) {
        let whole = url.prefix { $0 != "#" }
        let head = whole.prefix { $0 != "?" }
        let query = whole.dropFirst(head.count).dropFirst()
        guard let scheme = head.firstRange(of: "://") else { return (path: "", query: query) }
        let path = head[scheme.upperBound...].drop { $0 != "/" }
        return (path: path, query: query)
    }

    private static func item(_ text: Substring) -> (name: Substring, value: Substring) {
        let name = text.prefix { $0 != "=" }
        return (name: name, value: text.dropFirst(name.count).dropFirst())
    }

    private static func shown(_ item: (name: Substring, value: Substring)) -> String {
        let name = ProbeText.word(String(item.name))
        if shownItems.contains(String(item.name)) {
            return "\(name)=\(ProbeText.word(String(item.value)))"
        }
        return "\(name)=(\(item.value.utf8.count) B)"
    }

    /// A gateway's path may hold a key: long segments are only measured.
    private static func segment(_ text: Substring) -> String {
        text.utf8.count > 32 ? "(\(text.utf8.count) B)" : ProbeText.word(String(text))
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") ? "[\(host)]" : host
    }
}
