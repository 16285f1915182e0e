// Hot: once per line of a stream.

/// One line, split at its colon.
struct LineField {
    enum Name { case data, event, id, retry, other }

    var name = Name.other
    /// Where the value begins: after the colon and at most one space.
    var valueStart: Int

    /// Reads the field name of the line at `start ..< end`; comments and unknown names are `.other`.
    ///
    /// `word` is the line's first eight bytes, zeros where it is shorter.
    @inline(__always) init(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: UInt64) {
        valueStart = end
        if word & 0xFF_FFFF_FFFF == 0x3A_6174_6164 {  // "data:"
            take(.data, bytes, start &+ 5, end)
        } else if word & 0xFFFF_FFFF_FFFF == 0x3A74_6E65_7665 {  // "event:"
            take(.event, bytes, start &+ 6, end)
        } else if word & 0xFF_FFFF == 0x3A_6469 {  // "id:"
            take(.id, bytes, start &+ 3, end)
        } else if word & 0xFFFF_FFFF_FFFF == 0x3A79_7274_6572 {  // "retry:"
            take(.retry, bytes, start &+ 6, end)
        } else {
            takeBareName(word, byteCount: end &- start)
        }
    }

    @inline(__always) private mutating func take(
        _ name: Name, _ bytes: Span<UInt8>, _ afterColon: Int, _ end: Int
    ) {
        self.name = name
        valueStart = LineField.valueStart(bytes, afterColon, end)
    }

    /// Where a value begins, its one space dropped.
    @inline(__always) static func valueStart(
        _ bytes: Span<UInt8>, _ afterColon: Int, _ end: Int
    ) -> Int {
        let hasSpace = afterColon < end && bytes[afterColon] == UInt8(ascii: " ")
        return hasSpace ? afterColon &+ 1 : afterColon
    }

    /// A line without a colon is a name with an empty value; the count tells "id" from "id\0".
    private mutating func takeBareName(_ word: UInt64, byteCount: Int) {
        switch (word, byteCount) {
        case (0x6174_6164, 4): name = .data
        case (0x74_6E65_7665, 5): name = .event
        case (0x6469, 2): name = .id
        case (0x79_7274_6572, 5): name = .retry
        default: break
        }
    }
}
