// Hot: once per line of a read.

/// Where the lines of a read end: some dozens at a time, in order.
@usableFromInline
struct LineEnds {
    // Invariant: next <= count <= 128, and every end before `scanned` is at offsets[0 ..< count] or was
    // taken.

    /// From `base`.
    var offsets: InlineArray<128, UInt16>  // finscan_line_capacity
    var base = 0
    var count = 0
    /// The one to be taken next.
    var next = 0
    /// How far the read was scanned.
    var scanned = 0

    /// Nothing scanned yet.
    @usableFromInline init() { offsets = InlineArray(repeating: 0) }

    /// The line end at `next`, which goes on by one; `nil` when the read has no more.
    @inline(__always) mutating func end(at next: inout Int, _ bytes: Span<UInt8>) -> Int? {
        if next == count {
            guard refill(bytes) else { return nil }
            next = 0
        }
        let offset = offsets[next]
        next &+= 1
        return base &+ Int(offset)
    }

    /// Scans on until there is a line end; false when there is none.
    @inline(never) private mutating func refill(_ bytes: Span<UInt8>) -> Bool {
        while scanned < bytes.count {
            if bytes.count &- scanned < 4 {
                findShort(bytes)
            } else {
                ByteScan.findLineEnds(in: bytes, &self)
            }
            if count > 0 { return true }
        }
        return false
    }

    /// As `ByteScan.findLineEnds`, for a few bytes, which are not worth a call.
    private mutating func findShort(_ bytes: Span<UInt8>) {
        base = scanned
        next = 0
        count = 0
        for index in scanned..<bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                offsets[count] = UInt16(truncatingIfNeeded: index &- base)
                count &+= 1
            }
        }
        scanned = bytes.count
    }
}
