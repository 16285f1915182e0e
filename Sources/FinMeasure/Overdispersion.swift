/// How much more the slow turns cluster than independent turns would.
///
/// One pause slows many turns at once; a verdict that takes them for independent passes far too
/// often. The estimate is Pearson's: the variance of the blocks' slow counts over the variance of
/// a binomial, never below 1. It is taken over several block lengths and the largest stands,
/// because a pause shorter than a block and one longer than it show at different lengths.
///
/// What a few pauses show of it is uncertain, and a run that met fewer of them than is usual shows
/// less of it: so the excess over 1 counts twice. Without that, 3 % of runs at the very limit passed
/// at 99 % confidence where half of the slow turns came in pauses; with it 1.8 % at the most.
///
/// What it cannot know is a pause that the run never met: see `PauseGuard`.
public enum Overdispersion {
    /// Blocks that an estimate needs.
    public static let leastBlocks = 20
    /// By what the excess of the estimate over 1 is multiplied.
    public static let margin = 2.0
    /// The shortest block.
    public static let leastBlockSeconds = 3.0

    /// The turns of one interval of the run.
    public struct Interval: Sendable, Equatable {
        /// Turns that count.
        public var turns: UInt64
        /// Slow ones among them.
        public var slow: UInt64

        /// Joins the two.
        public init(turns: UInt64 = 0, slow: UInt64 = 0) {
            self.turns = turns
            self.slow = slow
        }
    }

    /// The estimate; nil when the run is too short for `leastBlocks` blocks.
    ///
    /// - Parameters:
    ///   - intervals: consecutive, of equal length, empty ones included.
    ///   - intervalSeconds: the length of one, above 0.
    public static func estimate(
        _ intervals: [Interval], intervalSeconds: Double
    ) -> Double? {
        let trimmed = trim(intervals)
        let shortest = max(1, Int((leastBlockSeconds / intervalSeconds - 1e-9).rounded(.up)))
        let longest = trimmed.count / leastBlocks
        guard longest >= shortest else { return nil }
        var largest: Double?
        var length = shortest
        while true {
            if let found = pearson(blocks(trimmed, of: length)) {
                largest = max(largest ?? 1, found)
            }
            if length == longest { return largest.map { 1 + margin * ($0 - 1) } }
            length = min(length * 2, longest)
        }
    }

    /// The time from the first to the last interval that holds turns, in seconds.
    public static func seconds(_ intervals: [Interval], intervalSeconds: Double) -> Double {
        Double(trim(intervals).count) * intervalSeconds
    }

    /// Leaves out the empty intervals at both ends.
    private static func trim(_ intervals: [Interval]) -> ArraySlice<Interval> {
        guard let first = intervals.firstIndex(where: { $0.turns > 0 }),
            let last = intervals.lastIndex(where: { $0.turns > 0 })
        else { return [] }
        return intervals[first...last]
    }

    /// Whole blocks only: a short last one would not be equal.
    private static func blocks(_ intervals: ArraySlice<Interval>, of length: Int) -> [Interval] {
        (0..<intervals.count / length).map { block in
            let start = intervals.startIndex + block * length
            return intervals[start..<start + length].reduce(into: Interval()) {
                $0.turns += $1.turns
                $0.slow += $1.slow
            }
        }
    }

    /// Sum of (t - n r)^2 / (n r (1 - r)) over B - 1; nil when too few blocks hold turns.
    private static func pearson(_ blocks: [Interval]) -> Double? {
        let held = blocks.filter { $0.turns > 0 }
        guard held.count >= leastBlocks else { return nil }
        let turns = held.reduce(0) { $0 + $1.turns }
        let slow = held.reduce(0) { $0 + $1.slow }
        if slow == 0 || slow == turns { return 1 }
        let rate = Double(slow) / Double(turns)
        let sum = held.reduce(0.0) { sum, block in
            let expected = Double(block.turns) * rate
            let difference = Double(block.slow) - expected
            return sum + difference * difference / (expected * (1 - rate))
        }
        return max(1, sum / Double(held.count - 1))
    }
}
