/// A piecewise-linear rate over time, with its integral and the inverse of that integral.
///
/// Within a piece of length L whose rate goes from a to b (1/s), the arrivals expected by time t are
/// `a·t + (b − a)·t² / 2L`. Solving for t gives `t = 2c / (a + √(a² + 2c·(b − a)/L))`, a form that
/// loses no digits when a and b are nearly equal and needs no case for a flat piece.
public struct RateCurve: Sendable, Equatable {
    /// A stretch of time whose rate goes from one value to another in a straight line.
    public struct Piece: Sendable, Equatable {
        /// Arrivals per second at the beginning.
        public var startRate: Double
        /// Arrivals per second at the end.
        public var endRate: Double
        /// How long it lasts.
        public var length: Nanoseconds

        /// Joins the three; rates are finite and not negative, the length is not negative.
        public init(startRate: Double, endRate: Double, length: Nanoseconds) {
            self.startRate = startRate
            self.endRate = endRate
            self.length = length
        }
    }

    /// The pieces, in order of time.
    public let pieces: [Piece]
    /// The sum of the pieces' lengths.
    public let length: Nanoseconds
    // Invariant: starts.count == sums.count == pieces.count + 1, both ascending from 0.
    private let starts: [Int64]
    private let sums: [Double]

    /// Sums up the pieces.
    public init(_ pieces: [Piece]) {
        var starts: [Int64] = [0]
        var sums = [0.0]
        for piece in pieces {
            precondition(
                piece.startRate >= 0 && piece.endRate >= 0 && piece.length >= .zero,
                "a piece of a rate curve has a negative rate or length")
            let area = (piece.startRate + piece.endRate) / 2 * piece.length.seconds
            starts.append(starts[starts.count - 1] + piece.length.count)
            sums.append(RateCurve.snapped(sums[sums.count - 1] + area))
        }
        self.pieces = pieces
        self.starts = starts
        self.sums = sums
        length = Nanoseconds(starts[starts.count - 1])
    }

    /// Arrivals expected over the whole curve.
    public var total: Double { sums[sums.count - 1] }

    /// The highest rate of the curve, per second.
    public var peak: Double { pieces.map { max($0.startRate, $0.endRate) }.max() ?? 0 }

    /// A sum that misses a whole number by rounding alone is that number: 33.3/s for 10 s is 333.
    private static func snapped(_ sum: Double) -> Double {
        let whole = sum.rounded()
        return abs(sum - whole) <= 1e-9 * max(1, sum) ? whole : sum
    }

    /// A place on the curve that only moves forward.
    struct Cursor {
        var piece = 0
    }

    /// The offset at which `count` arrivals are expected, in nanoseconds; nil at and past the end.
    ///
    /// - Parameters:
    ///   - count: not below the one of the call before with the same cursor.
    ///   - cursor: where that call stopped.
    /// - Complexity: O(1) amortised.
    func offset(of count: Double, from cursor: inout Cursor) -> Int64? {
        while cursor.piece < pieces.count, count >= sums[cursor.piece + 1] { cursor.piece += 1 }
        guard cursor.piece < pieces.count else { return nil }
        let start = starts[cursor.piece]
        let offset = start + span(count - sums[cursor.piece], in: pieces[cursor.piece])
        return offset < length.count ? min(offset, starts[cursor.piece + 1]) : nil
    }

    /// Nanoseconds into the piece until `count` arrivals of it are expected.
    private func span(_ count: Double, in piece: Piece) -> Int64 {
        if count <= 0 { return 0 }
        let slope = (piece.endRate - piece.startRate) / piece.length.seconds
        let root = max(0, piece.startRate * piece.startRate + 2 * slope * count).squareRoot()
        // Multiplied before divided: k · 1e9 / rate is exact where the answer is a whole number.
        return Int64((2e9 * count / (piece.startRate + root)).rounded())
    }
}
