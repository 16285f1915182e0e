#if canImport(Glibc)
    private import Glibc
#else
    private import Foundation
#endif

/// When each conversation starts: drawn before the run, never re-anchored.
///
/// An arrival that is late stays late; nothing here looks at a clock.
public struct ArrivalPlan: Sendable, Equatable {
    /// Start of conversation n since the run's zero, ascending, nanoseconds.
    public let offsets: [Int64]
    /// The end of the arrivals: that of the curve, or, where a limit cut the plan short, the instant
    /// of the first arrival left out.
    public let length: Nanoseconds

    private init(offsets: [Int64], length: Nanoseconds) {
        self.offsets = offsets
        self.length = length
    }

    /// Even spacing: conversation n starts when the curve has n arrivals behind it, the first at 0.
    ///
    /// 100/s for 60 s gives 6,000 arrivals, n at exactly n · 10 ms.
    /// - Parameters:
    ///   - curve: the rate over time.
    ///   - limit: arrivals at the most; nil for as many as the curve gives.
    /// - Complexity: O(arrivals).
    public static func constant(_ curve: RateCurve, limit: Int? = nil) -> ArrivalPlan {
        var count = -1.0
        return drawn(curve, limit: limit) {
            count += 1
            return count
        }
    }

    /// A Poisson process of that rate: exponential gaps in the curve's own count of arrivals, turned
    /// into time by its inverse, which is exact for a changing rate too.
    ///
    /// - Parameters:
    ///   - curve: the rate over time.
    ///   - seed: the run's seed; the same seed gives the same plan.
    ///   - limit: arrivals at the most; nil for as many as are drawn.
    /// - Complexity: O(arrivals).
    /// - Source: Çinlar, "Introduction to Stochastic Processes", 1975 (time rescaling).
    public static func poisson(_ curve: RateCurve, seed: UInt64, limit: Int? = nil) -> ArrivalPlan {
        var generator = SeededGenerator(seed: seed, stream: .arrivals)
        var count = 0.0
        return drawn(curve, limit: limit) {
            count -= log(1 - generator.unit())
            return count
        }
    }

    /// The instants of a recording, as they are.
    ///
    /// - Parameters:
    ///   - offsets: ascending, not negative, nanoseconds since the run's zero.
    ///   - limit: arrivals at the most; nil for all.
    public static func trace(_ offsets: [Int64], limit: Int? = nil) -> ArrivalPlan {
        precondition(
            (offsets.first ?? 0) >= 0 && zip(offsets, offsets.dropFirst()).allSatisfy(<=),
            "the instants of a trace do not ascend from zero")
        let count = min(limit ?? offsets.count, offsets.count)
        let end = count < offsets.count ? offsets[count] : (offsets.last ?? -1) + 1
        return ArrivalPlan(offsets: Array(offsets.prefix(count)), length: Nanoseconds(end))
    }

    /// Walks the curve from count to count until its end or the limit.
    private static func drawn(
        _ curve: RateCurve, limit: Int?, next: () -> Double
    ) -> ArrivalPlan {
        var offsets: [Int64] = []
        offsets.reserveCapacity(min(limit ?? .max, Int(curve.total.rounded(.up))))
        var cursor = RateCurve.Cursor()
        while let offset = curve.offset(of: next(), from: &cursor) {
            if offsets.count == limit {
                return ArrivalPlan(offsets: offsets, length: Nanoseconds(offset))
            }
            offsets.append(offset)
        }
        return ArrivalPlan(offsets: offsets, length: curve.length)
    }
}
