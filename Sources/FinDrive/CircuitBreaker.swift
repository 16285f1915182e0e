internal import FinMeasure

/// Stops connect storms: after many connections in a row that could not be made, starts are blocked
/// for a while, then one is let through to see.
///
/// Pure. A connection that fails without a pause between tries eats descriptors and processor time
/// until nothing else is measured.
struct CircuitBreaker: Sendable {
    /// Connections in a row that must fail.
    static let failureLimit = 50
    /// The first pause; it doubles up to the longest.
    static let firstPause = Nanoseconds.milliseconds(250)
    static let longestPause = Nanoseconds.seconds(8)

    private var failureCount = 0
    private var pause = CircuitBreaker.firstPause
    private var closedUntil: Instant?
    private var isProbing = false

    /// Whether a start may be made now.
    mutating func admits(at now: Instant) -> Bool {
        guard let until = closedUntil else { return true }
        if now < until || isProbing { return false }
        isProbing = true
        return true
    }

    /// A connection was made.
    mutating func succeeded() {
        self = CircuitBreaker()
    }

    /// A connection could not be made.
    mutating func failed(at now: Instant) {
        failureCount += 1
        if isProbing {
            pause = min(Nanoseconds(pause.count * 2), CircuitBreaker.longestPause)
        } else if failureCount < CircuitBreaker.failureLimit {
            return
        }
        isProbing = false
        closedUntil = now + pause
    }
}
