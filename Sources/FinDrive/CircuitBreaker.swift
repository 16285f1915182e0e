internal import FinLoop
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

    /// When a start that was held back may be tried again; `now` while connections can be made.
    func retry(at now: Instant) -> Instant {
        guard let closedUntil else { return now }
        return max(closedUntil, now + .milliseconds(10))
    }

    /// A transfer is over: whether it had a connection, or does not say.
    ///
    /// - Parameter isReused: whether the request went over a connection that already stood: where that
    ///   died, nothing is known of new ones.
    mutating func take(_ end: TransferEnd, isReused: Bool = false, at now: Instant) {
        switch end {
        case .connectionLost where isReused: learnedNothing()
        case .connectFailed, .connectTimeout: failed(at: now)
        case .complete, .connectionLost, .notHTTP: succeeded()
        case .hungUp, .tlsFailed: learnedNothing()
        }
    }

    /// A connection was made.
    mutating func succeeded() {
        self = CircuitBreaker()
    }

    /// A transfer ended without saying whether connections can be made: the next start may probe.
    private mutating func learnedNothing() {
        isProbing = false
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
