/// A point on `CLOCK_MONOTONIC`, in nanoseconds since an arbitrary zero (boot, on Linux).
///
/// Never wall time: wall time is for labels only.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's zero.
    public var nanoseconds: UInt64

    /// Makes an instant from a raw clock reading in nanoseconds.
    @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The end of time: a deadline that never comes.
    @inlinable public static var never: Instant { Instant(nanoseconds: .max) }

    /// Whether `left` is earlier than `right`.
    @inlinable public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The signed span from `right` to `left`.
    @inlinable public static func - (left: Instant, right: Instant) -> Nanoseconds {
        Nanoseconds(Int64(bitPattern: left.nanoseconds &- right.nanoseconds))
    }

    /// The instant `span` later; saturates at `never`, and at zero for a negative span.
    @inlinable public static func + (left: Instant, span: Nanoseconds) -> Instant {
        if left == .never { return .never }
        if span.count >= 0 {
            let (sum, overflow) = left.nanoseconds.addingReportingOverflow(UInt64(span.count))
            return overflow ? .never : Instant(nanoseconds: sum)
        }
        let magnitude = span.count.magnitude
        return Instant(nanoseconds: left.nanoseconds > magnitude ? left.nanoseconds - magnitude : 0)
    }

    /// The instant `span` earlier.
    @inlinable public static func - (left: Instant, span: Nanoseconds) -> Instant {
        left + Nanoseconds(-span.count)
    }
}

/// A signed span of time in nanoseconds; about 292 years each way.
public struct Nanoseconds: Hashable, Comparable, Sendable, Codable {
    /// The span's length in nanoseconds; negative when it points to the past.
    public var count: Int64

    /// Makes a span of `count` nanoseconds.
    @inlinable public init(_ count: Int64) { self.count = count }

    /// Makes a span from seconds, rounded to the nearest nanosecond.
    ///
    /// - Parameter seconds: finite, within ±9.2e9.
    @inlinable public init(seconds: Double) {
        self.count = Int64((seconds * 1e9).rounded())
    }

    /// A span of `count` milliseconds.
    @inlinable public static func milliseconds(_ count: Int64) -> Nanoseconds {
        Nanoseconds(count * 1_000_000)
    }

    /// A span of `count` microseconds.
    @inlinable public static func microseconds(_ count: Int64) -> Nanoseconds {
        Nanoseconds(count * 1_000)
    }

    /// A span of `count` seconds.
    @inlinable public static func seconds(_ count: Int64) -> Nanoseconds {
        Nanoseconds(count * 1_000_000_000)
    }

    /// The span of no length.
    public static let zero = Nanoseconds(0)

    /// The span in seconds.
    @inlinable public var seconds: Double { Double(count) / 1e9 }

    /// The span in milliseconds.
    @inlinable public var milliseconds: Double { Double(count) / 1e6 }

    /// Whether `left` is shorter than `right`.
    @inlinable public static func < (left: Nanoseconds, right: Nanoseconds) -> Bool {
        left.count < right.count
    }

    /// The sum of two spans.
    @inlinable public static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        Nanoseconds(left.count + right.count)
    }

    /// The difference of two spans.
    @inlinable public static func - (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        Nanoseconds(left.count - right.count)
    }
}
