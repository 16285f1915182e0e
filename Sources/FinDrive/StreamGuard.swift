internal import FinLoop

/// Says which stream URLs may be dialled: those of this machine always, others only live.
struct StreamGuard {
    private let isLive: Bool
    /// Schemes and authorities that are remembered, at the most.
    private static let limit = 64
    // Their verdicts: the URLs of a run share a few.
    private var known: [String: Bool] = [:]

    init(isLive: Bool) { self.isLive = isLive }

    /// Whether a URL may be dialled; judged by the parser that will dial it.
    mutating func allows(_ url: String) -> Bool {
        let prefix = StreamGuard.prefix(url)
        if let prefix, let verdict = known[prefix] { return verdict }
        let address = Address(url: url)
        let verdict = address.map { isLive || $0.isLoopback } ?? false
        if let prefix {
            if known.count == StreamGuard.limit { known.removeAll(keepingCapacity: true) }
            known[prefix] = verdict
        }
        return verdict
    }

    /// `scheme://authority/`, where that is plain enough to compare; nil for anything unusual, which
    /// is then judged each time: libcurl also takes one or three slashes, a user part, a backslash.
    private static func prefix(_ url: String) -> String? {
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }) else {
            return nil
        }
        var end = scheme.utf8.count
        for byte in url.utf8.dropFirst(scheme.utf8.count) {
            switch byte {
            case UInt8(ascii: "/"):
                return end == scheme.utf8.count ? nil : String(url.utf8.prefix(end + 1))
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                end += 1
            default: return nil
            }
        }
        return nil
    }
}
