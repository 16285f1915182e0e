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

    /// Takes one sample: wall time between two readings of the monotonic clock.
    ///
    /// About 75 ns. The error is at most half the time between the two readings.
    mutating func sample() -> Instant {
        let before = Clock.now()
        let wall = Clock.unixNanoseconds()
        let after = Clock.now()
        take(wall: wall, before: before, after: after)
        return after
    }

    /// The pure part of `sample`.
    mutating func take(wall: UInt64, before: Instant, after: Instant) {
        let middle = before.nanoseconds + (after.nanoseconds - before.nanoseconds) / 2
        let offset = Int64(wall) - Int64(middle)
        isSteady = isFirst || abs(offset - nanoseconds) <= WallOffset.stepLimit
        if !isSteady { stepCount += 1 }
        isFirst = false
        nanoseconds = offset
    }

    /// A kernel stamp as a monotonic instant.
    func monotonic(unixNanoseconds: UInt64) -> Instant {
        Instant(nanoseconds: UInt64(max(0, Int64(unixNanoseconds) - nanoseconds)))
    }
}
