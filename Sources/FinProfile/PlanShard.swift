/// Which conversations of a plan a process runs: those whose number leaves `index` when divided by
/// `count`.
///
/// Neighbours in time go to different slices, so that each has the whole curve of the load, thinner.
public struct PlanShard: Sendable, Equatable {
    // Invariant: 0 <= index < count <= countLimit.
    /// The slice, from 0.
    public let index: Int
    /// How many slices there are.
    public let count: Int

    /// Slices at the most.
    public static let countLimit = 10_000
    /// A plan that was not divided.
    public static let whole = PlanShard(known: 0, of: 1)

    /// Makes a slice; nil unless 0 <= index < count <= 10,000.
    public init?(index: Int, count: Int) {
        guard (1...PlanShard.countLimit).contains(count), (0..<count).contains(index) else {
            return nil
        }
        self.init(known: index, of: count)
    }

    private init(known index: Int, of count: Int) {
        self.index = index
        self.count = count
    }

    /// Every slice of a plan, in order.
    public static func all(_ count: Int) -> [PlanShard] {
        (0..<count).compactMap { PlanShard(index: $0, count: count) }
    }

    /// The number of the slice's conversation at a position, from 0.
    public func number(at position: Int) -> UInt64 {
        UInt64(index) + UInt64(position) * UInt64(count)
    }

    /// How many of the numbers below `total` are the slice's; over all slices they add up to it.
    public func share(of total: Int) -> Int {
        max(0, (total - index + count - 1) / count)
    }

    /// `slice 2 of 8 (counted from 0)`.
    public var words: String { "slice \(index) of \(count) (counted from 0)" }
}
