/// One counter per token, over windows of ten seconds that begin at Unix seconds divisible by ten.
struct RateLimiter {
    /// What a response says about the limit.
    struct Standing: Equatable {
        var limit: Int
        var remaining: Int
        /// Unix seconds at which the next window begins.
        var reset: UInt64
        /// Whether this call was one too many.
        var isExceeded: Bool
    }

    private let limit: Int?
    private var window: UInt64 = 0
    private var used: [String: Int] = [:]

    init(limit: Int?) { self.limit = limit }

    /// Counts one call; nil when there is no limit.
    mutating func count(token: String, now: UInt64) -> Standing? {
        guard let limit else { return nil }
        let current = now - now % 10
        if current != window {
            window = current
            used.removeAll(keepingCapacity: true)
        }
        let count = used[token, default: 0] + 1
        used[token] = count
        return Standing(
            limit: limit, remaining: max(0, limit - count), reset: window + 10,
            isExceeded: count > limit)
    }

    /// The standing that an injected 429 shows: a limit of 1,000 a minute, used up.
    static func exhausted(limit: Int?, now: UInt64) -> Standing {
        Standing(limit: limit ?? 167, remaining: 0, reset: now - now % 10 + 10, isExceeded: true)
    }
}
