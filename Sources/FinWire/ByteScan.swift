// Hot: several times per event. Part of the fence: the only Swift here that reads raw memory for the
// parsers, each time inside a span whose bounds it has checked.

import CFinScan

/// The marked bytes of one 64-byte block: bit i stands for the byte at `start + i`.
struct Marks {
    var bits: UInt64
    var start: Int

    /// No marks, nothing scanned.
    init() {
        bits = 0
        start = -64
    }

    init(_ marks: finscan_marks) {
        bits = marks.bits
        start = Int(bitPattern: UInt(marks.start))
    }

    /// The first mark at or after `position`, which is inside the block; -1 if none is left in it.
    @inline(__always) func first(from position: Int) -> Int {
        let rest = bits &>> UInt64(truncatingIfNeeded: position &- start)
        return rest == 0 ? -1 : position &+ rest.trailingZeroBitCount
    }

    /// Where the next block begins.
    var end: Int { start + 64 }
}

/// Finders, comparisons and copies over spans.
@safe enum ByteScan {
    /// Scans on for line ends: replaces those of `ends` by the next ones.
    static func findLineEnds(in bytes: Span<UInt8>, _ ends: inout LineEnds) {
        let from = ends.scanned
        precondition(from >= 0 && from <= bytes.count, "a scan begins inside its bytes")
        var offsets = ends.offsets.mutableSpan
        // Safe: the finder reads `count` bytes from the base, `from` is within them, and it stores at
        // most finscan_line_capacity offsets, for which there is room.
        let lines = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe offsets.withUnsafeMutableBufferPointer {
                unsafe finscan_line_ends(bytes.baseAddress, bytes.count, from, $0.baseAddress)
            }
        }
        ends.base = from
        ends.next = 0
        ends.count = Int(bitPattern: UInt(lines.stored))
        ends.scanned = Int(bitPattern: UInt(lines.scanned))
    }

    /// The first block at or after `from` with a byte that means something inside a JSON string.
    static func stringMarks(in bytes: Span<UInt8>, from: Int) -> Marks {
        precondition(from >= 0 && from <= bytes.count, "a scan begins inside its bytes")
        // Safe: the finder reads `count` bytes from the base, and `from` is within them.
        return unsafe bytes.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return Marks(finscan_marks(bits: 0, start: 0)) }
            return unsafe Marks(finscan_string_marks(base, $0.count, from))
        }
    }

    /// How far characters in whole UTF-8 and escapes of a JSON string go from `from` on, and whether
    /// there was a backslash.
    static func stringRun(in bytes: Span<UInt8>, from: Int) -> (end: Int, hasEscape: Bool) {
        precondition(from >= 0 && from <= bytes.count, "a scan begins inside its bytes")
        // Safe: the finder reads `count` bytes from the base, and `from` is within them.
        let run = unsafe bytes.withUnsafeBufferPointer {
            unsafe finscan_string_run($0.baseAddress, $0.count, from)
        }
        return (Int(bitPattern: UInt(run.end)), run.has_escape != 0)
    }

    /// Eight bytes at `offset`, the first one lowest.
    @inline(__always) static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= bytes.count &- 8, "a word lies inside its bytes")
        // Safe: the eight bytes were just checked to lie inside the span.
        return unsafe bytes.withUnsafeBytes {
            unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    /// Up to eight bytes at `offset`, the first one lowest, zeros for what lies beyond `end`.
    @inline(__always) static func word(
        _ bytes: Span<UInt8>, at offset: Int, end: Int
    ) -> UInt64 {
        let count = end &- offset
        if count >= 8 { return word(bytes, at: offset) }
        if offset &+ 8 <= bytes.count {
            return word(bytes, at: offset) & (1 &<< UInt64(truncatingIfNeeded: count &* 8) &- 1)
        }
        return shortWord(bytes, at: offset, end: end)
    }

    /// As `word(_:at:end:)`, byte by byte: for the last bytes of a read.
    private static func shortWord(_ bytes: Span<UInt8>, at offset: Int, end: Int) -> UInt64 {
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for index in offset..<end {
            word |= UInt64(bytes[index]) &<< shift
            shift += 8
        }
        return word
    }

    /// Whether the bytes at `start ..< end` are `text`: with a literal, two word compares at most
    /// for texts of up to 16 bytes.
    @inline(__always) static func equals(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ text: StaticString
    ) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end &- start == count else { return false }
        if count < 8 {
            return word(bytes, at: start, end: end) == word(of: text, at: 0, count: count)
        }
        var offset = 0
        while offset &+ 8 <= count {
            if word(bytes, at: start &+ offset) != word(of: text, at: offset, count: 8) {
                return false
            }
            offset &+= 8
        }
        return word(bytes, at: end &- 8) == word(of: text, at: count &- 8, count: 8)
    }

    /// Whether the bytes from `start` on, before `end`, begin with `text`.
    @inline(__always) static func begins(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ text: StaticString
    ) -> Bool {
        let count = text.utf8CodeUnitCount
        return end &- start >= count && equals(bytes, start, start &+ count, text)
    }

    /// Whether the bytes at `start ..< end` are how `text`, which is longer, begins.
    static func isBeginning(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, of text: StaticString
    ) -> Bool {
        for index in start..<end {
            let expected = word(of: text, at: index &- start, count: 1)
            if UInt64(bytes[index]) != expected { return false }
        }
        return true
    }

    /// `count` bytes (at most 8) of a literal as a word; a constant after optimisation.
    @inline(__always) private static func word(
        of text: StaticString, at offset: Int, count: Int
    ) -> UInt64 {
        precondition(text.hasPointerRepresentation && offset + count <= text.utf8CodeUnitCount)
        var word: UInt64 = 0
        for index in 0..<count {
            // Safe: `offset + count` is at most the literal's length, checked above.
            let byte = unsafe text.utf8Start[offset &+ index]
            word |= UInt64(byte) &<< UInt64(truncatingIfNeeded: index &* 8)
        }
        return word
    }

    /// Whether one of the bytes at `start ..< end` is NUL.
    static func containsZero(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let count = end &- start
        if count < 8 {
            // Ones where the word goes beyond the end.
            let beyond = count <= 0 ? .max : UInt64.max &<< UInt64(truncatingIfNeeded: count &* 8)
            return containsZero(word(bytes, at: start, end: end) | beyond)
        }
        var offset = start
        while end &- offset > 8 {
            if containsZero(word(bytes, at: offset)) { return true }
            offset &+= 8
        }
        return containsZero(word(bytes, at: end &- 8))
    }

    /// Whether a byte of a word is zero.
    @inline(__always) private static func containsZero(_ word: UInt64) -> Bool {
        // A borrow runs up into the top bit of a zero byte; false alarms only above one.
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0
    }

    /// Appends the bytes of a span.
    static func append(_ bytes: Span<UInt8>, to array: inout [UInt8]) {
        // Safe: the buffer is copied before the closure returns.
        unsafe bytes.withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
    }

    /// The digest of all bytes.
    static func digest(of bytes: Span<UInt8>) -> UInt64 {
        digests(of: bytes, prefixCount: bytes.count).whole
    }

    /// The digests of the first `prefixCount` bytes and of all bytes, in one pass.
    static func digests(
        of bytes: Span<UInt8>, prefixCount: Int
    ) -> (prefix: UInt64, whole: UInt64) {
        precondition(prefixCount >= 0 && prefixCount <= bytes.count, "a prefix is inside its text")
        // Safe: the digest reads `count` bytes from the base; with no base there are none.
        let digests = unsafe bytes.withUnsafeBufferPointer {
            unsafe finscan_text_digests($0.baseAddress, $0.count, prefixCount)
        }
        return (digests.prefix, digests.whole)
    }
}
