internal import FinLoop

/// Says which stream URLs may be dialled: those of this machine always, others only live.
struct StreamGuard {
    private let isLive: Bool
    // The scheme and authority judged last, and the verdict: nearly all URLs of a run share one.
    private var knownPrefix = ""
    private var knownVerdict = false

    init(isLive: Bool) { self.isLive = isLive }

    /// Whether a URL may be dialled; judged by the parser that will dial it.
    mutating func allows(_ url: String) -> Bool {
        let prefix = StreamGuard.prefix(url)
        if let prefix, prefix == knownPrefix { return knownVerdict }
        let address = Address(url: url)
        let verdict = address.map { isLive || $0.isLoopback } ?? false
        if let prefix {
            knownPrefix = prefix
            knownVerdict = verdict
        }
        return verdict
    }

    /// `scheme://authority/`, where that is plain enough to compare: no user part, no backslash.
    private static func prefix(_ url: String) -> String? {
        var slashes = 0
        for (offset, byte) in url.utf8.enumerated() {
            if byte == UInt8(ascii: "@") || byte == UInt8(ascii: "\\") { return nil }
            if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { return nil }
            if byte == UInt8(ascii: "/") { slashes += 1 }
            if slashes == 3 { return String(url.utf8.prefix(offset + 1)) }
        }
        return nil
    }
}
