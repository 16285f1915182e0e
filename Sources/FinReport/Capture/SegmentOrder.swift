/// Brings one direction's segments into order; what comes twice counts once, when it came first.
struct SegmentOrder {
    /// Bytes in order, and when the last of them was there.
    struct Piece {
        var range: Range<Int>
        var unixNanoseconds: Int64
    }

    /// Segments that wait for one before them, at the most; more than that, and it is lost.
    private static let waitLimit = 512

    private var expected: UInt32?
    private var waiting: [(sequence: UInt32, piece: Piece)] = []
    /// Holes that nothing has filled.
    private(set) var holes = 0

    /// Takes a segment; answers what can be read now, and whether bytes before it are missing.
    mutating func take(
        _ segment: TCPSegment, at unixNanoseconds: Int64
    ) -> (pieces: [Piece], hasHole: Bool) {
        if segment.isFirst { expected = segment.sequence &+ 1 }
        if segment.payload.isEmpty || segment.isFirst { return ([], false) }
        let piece = Piece(range: segment.payload, unixNanoseconds: unixNanoseconds)
        waiting.append((segment.sequence, piece))
        if expected == nil { expected = segment.sequence }
        var pieces = drain(since: unixNanoseconds)
        guard waiting.count > SegmentOrder.waitLimit, let next = expected else {
            return (pieces, false)
        }
        holes += 1
        expected = waiting.map(\.sequence)
            .min { distance($0, from: next) < distance($1, from: next) }
        pieces = drain(since: unixNanoseconds)
        return (pieces, true)
    }

    private mutating func drain(since now: Int64) -> [Piece] {
        var pieces: [Piece] = []
        while let next = expected,
            let index = waiting.firstIndex(where: { distance($0.sequence, from: next) <= 0 })
        {
            let (sequence, piece) = waiting.remove(at: index)
            let known = Int(-distance(sequence, from: next))
            guard known < piece.range.count else { continue }
            let rest = piece.range.lowerBound + known..<piece.range.upperBound
            // What waited can be read when what was missing is there.
            pieces.append(
                Piece(range: rest, unixNanoseconds: max(piece.unixNanoseconds, now)))
            expected = next &+ UInt32(truncatingIfNeeded: rest.count)
        }
        return pieces
    }

    private func distance(_ sequence: UInt32, from next: UInt32) -> Int32 {
        Int32(bitPattern: sequence &- next)
    }
}
