internal import FinMeasure

/// How long a POST that was answered 429 waits before it is sent again.
///
/// Pure. With a = waits before this one, p = min(1 s 2^a, 60 s), u = a draw in [0, 1):
/// end = max(reset, now + p) + u p. A reset that has gone by, or that the two clocks see otherwise,
/// never brings the POST back at once; and those that waited do not come all together.
struct RateLimitWait {
    private let pause: Nanoseconds
    private let jitter: Nanoseconds

    /// - Parameter attempt: how often this turn's POST has waited already.
    init(seed: UInt64, conversation: UInt64, turn: UInt32, attempt: Int) {
        // Beyond six doublings the longest pause is reached.
        let doublings = min(attempt, 6)
        pause = min(
            Nanoseconds(RateLimitFloor.shortestPause.count << doublings),
            RateLimitFloor.longestPause)
        var generator = SeededGenerator(
            seed: seed, stream: .backoff, index: conversation,
            subindex: UInt64(turn) | UInt64(attempt) << 32)
        jitter = Nanoseconds(seconds: generator.unit() * pause.seconds)
    }

    /// When the POST is sent again.
    func end(reset: Instant, now: Instant) -> Instant { max(reset, now + pause) + jitter }
}
