internal import FinMeasure

/// What one response said of the caller's rate limit; nil where a header was missing.
struct RateLimitStanding: Sendable, Equatable {
    /// Calls of a window, `X-RateLimit-Limit`.
    var limit: Int64?
    /// Calls left in it, `X-RateLimit-Remaining`.
    var remaining: Int64?
    /// When the next window begins, unix seconds, `X-RateLimit-Reset`.
    var reset: Int64?

    /// Takes a header line, if it is one of the three.
    mutating func take(headerLine line: Span<UInt8>) {
        guard HeaderValue.begins(line, with: "x-ratelimit-") else { return }
        if let value = HeaderValue.of("x-ratelimit-limit", in: line) {
            limit = HeaderValue.number(value)
        } else if let value = HeaderValue.of("x-ratelimit-remaining", in: line) {
            remaining = HeaderValue.number(value)
        } else if let value = HeaderValue.of("x-ratelimit-reset", in: line) {
            reset = HeaderValue.number(value)
        }
    }

    /// The reset on the monotonic clock; nil when it was not named.
    ///
    /// - Parameter wallOffset: unix minus monotonic nanoseconds.
    func resetInstant(wallOffset: Int64) -> Instant? {
        // Beyond the year 2255 it is no time, and would not fit nanoseconds.
        guard let reset, (0...9_000_000_000).contains(reset) else { return nil }
        return Instant(nanoseconds: UInt64(max(0, reset * 1_000_000_000 - wallOffset)))
    }
}

/// Holds starts back while no more of the rate limit is free than the profile wants left to others.
///
/// Pure. The pause lasts until the window's reset; starts planned in it are blocked, by the same rule
/// as those above `max_in_flight`: sent late they would all come at once, and eat the next window.
struct RateLimitFloor: Sendable {
    /// Where a reset is not named, or has gone by: Intercom's windows are ten seconds long.
    static let shortestPause = Nanoseconds.seconds(1)
    static let unnamedPause = Nanoseconds.seconds(10)
    /// A reset may be wrong: after so long one start finds out.
    static let longestPause = Nanoseconds.seconds(60)

    /// The share that must stay free, 0 to 1; nil for no rule.
    private let share: Double?
    /// When starts may go on.
    private(set) var pausedUntil: Instant?

    init(share: Double?) { self.share = share }

    /// Whether a conversation may begin now.
    func admits(at now: Instant) -> Bool { pausedUntil.map { now >= $0 } ?? true }

    /// Takes what a response said.
    mutating func take(_ standing: RateLimitStanding, at now: Instant, wallOffset: Int64) {
        guard let share, let limit = standing.limit, let remaining = standing.remaining, limit > 0,
            Double(remaining) <= share * Double(limit)
        else { return }
        let reset =
            standing.resetInstant(wallOffset: wallOffset) ?? now + RateLimitFloor.unnamedPause
        let until = min(
            max(reset, now + RateLimitFloor.shortestPause), now + RateLimitFloor.longestPause)
        pausedUntil = max(until, pausedUntil ?? until)
    }
}
