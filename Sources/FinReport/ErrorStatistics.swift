/// Signed errors in nanoseconds, summed up exactly: every value was kept and sorted.
public struct ErrorStatistics: Sendable, Equatable {
    /// How many errors there are.
    public let count: Int
    /// The smallest, signed; 0 without any.
    public let smallest: Int64
    /// The median by rank.
    public let p50: Int64
    /// The 90th percentile by rank.
    public let p90: Int64
    /// The 99th percentile by rank.
    public let p99: Int64
    /// The largest, signed.
    public let largest: Int64
    /// How many lie more than 1 ms from 0, either way.
    public let beyondMillisecond: Int

    init(_ errors: [Int64]) {
        let sorted = errors.sorted()
        func rank(_ share: Double) -> Int64 {
            if sorted.isEmpty { return 0 }
            let rank = (share * Double(sorted.count) - 1e-6).rounded(.up)
            return sorted[max(0, Int(rank) - 1)]
        }
        count = sorted.count
        smallest = sorted.first ?? 0
        p50 = rank(0.5)
        p90 = rank(0.9)
        p99 = rank(0.99)
        largest = sorted.last ?? 0
        beyondMillisecond = sorted.count { $0.magnitude > 1_000_000 }
    }
}
