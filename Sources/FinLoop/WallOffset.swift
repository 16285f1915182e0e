internal import FinMeasure

/// The offset from the monotonic to the wall clock, sampled in each wake-up, so that kernel stamps
/// (wall time) can be read as monotonic instants.
struct WallOffset {
    /// A move between two wake-ups that is a step of the wall clock, not its drift, in nanoseconds.
    static let stepLimit: Int64 = 50_000

    /// Unix nanoseconds minus monotonic nanoseconds.
    private(set) var nanoseconds: Int64 = 0
    /// Whether the last sample agreed with the one before it.
    private(set) var isSteady = false
    /// How many steps were seen.
    private(set) var stepCount = 0
    private var isFirst = true
    // The widest since it was asked for last.
    private var widest = Nanoseconds.zero

    /// A sample whose two readings lie further apart was interrupted, in nanoseconds.
    static let tightLimit: Int64 = 1_000

    /// Takes one sample: wall time between two readings of the monotonic clock.
    ///
    /// About 75 ns. The error is at most half the time between the two readings; a sample that was
    /// interrupted is taken again, and the tightest of four stands.
    ///
    /// - Returns: the monotonic clock's last reading.
    mutating func sample() -> Instant {
        var last = WallOffset.read()
        var best = last
        for _ in 0..<3 where (best.after - best.before).count > WallOffset.tightLimit {
            last = WallOffset.read()
            if last.after - last.before < best.after - best.before { best = last }
        }
        take(wall: best.wall, before: best.before, after: best.after)
        return last.after
    }

    private static func read() -> (before: Instant, wall: UInt64, after: Instant) {
        let before = Clock.now()
        let wall = Clock.unixNanoseconds()
        return (before: before, wall: wall, after: Clock.now())
    }

    /// The pure part of `sample`.
    mutating func take(wall: UInt64, before: Instant, after: Instant) {
        let middle = before.nanoseconds + (after.nanoseconds - before.nanoseconds) / 2
        let offset = Int64(wall) - Int64(middle)
        isSteady = isFirst || abs(offset - nanoseconds) <= WallOffset.stepLimit
        if !isSteady { stepCount += 1 }
        isFirst = false
        nanoseconds = offset
        widest = max(widest, after - before)
    }

    /// The largest error that a sample since the last call may have had: half the time between its two
    /// readings of the monotonic clock.
    mutating func takeLargestError() -> Nanoseconds {
        defer { widest = .zero }
        return Nanoseconds(widest.count / 2)
    }

    /// A kernel stamp as a monotonic instant.
    func monotonic(unixNanoseconds: UInt64) -> Instant {
        Instant(nanoseconds: UInt64(max(0, Int64(unixNanoseconds) - nanoseconds)))
    }
}
