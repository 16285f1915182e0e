// Hot: once per byte of every event, in blocks of 64 where it can.

/// A forward walk over one JSON document that checks every byte of it exactly once.
///
/// The caller drives: it asks for the members it knows and skips the rest. Whoever calls `finish()`
/// after the outermost value has had the whole document checked against RFC 8259, with containers
/// nested at most `depthLimit` deep and strings of whole UTF-8.
struct JSONReader: ~Copyable, ~Escapable {
    /// Deepest nesting of arrays and objects that is accepted.
    static let depthLimit = 64

    let bytes: Span<UInt8>
    /// The next byte to look at.
    var position = 0
    private var marks = Marks()

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// A string as it lies in the document.
    struct Text {
        /// Between the quotes.
        var start: Int
        var end: Int
        /// Whether it holds a backslash, so that its bytes are not yet its meaning.
        var isEscaped: Bool
        var count: Int { end &- start }
    }

    /// What kind of value begins at a byte.
    enum Kind { case string, number, object, array, literal, none }

    /// The kind of the value at `position`, white space skipped.
    @inline(__always) mutating func kind() -> Kind {
        skipWhiteSpace()
        guard position < bytes.count else { return .none }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return .literal
        default: return .number
        }
    }

    @inline(__always) mutating func skipWhiteSpace() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position &+= 1
        }
    }

    /// Takes one byte of the grammar, white space before it skipped.
    @inline(__always) mutating func take(_ expected: UInt8) throws(WireError) {
        skipWhiteSpace()
        guard position < bytes.count else { throw error(.truncated) }
        guard bytes[position] == expected else { throw error(.unexpectedByte) }
        position &+= 1
    }

    /// Enters an object; false when it is empty and already left.
    @inline(__always) mutating func beginObject() throws(WireError) -> Bool {
        try take(UInt8(ascii: "{"))
        return try !leave(UInt8(ascii: "}"))
    }

    /// After a member: true when another follows, false when the object was left.
    @inline(__always) mutating func continueObject() throws(WireError) -> Bool {
        if try leave(UInt8(ascii: "}")) { return false }
        try take(UInt8(ascii: ","))
        return true
    }

    /// Enters an array; false when it is empty and already left.
    @inline(__always) mutating func beginArray() throws(WireError) -> Bool {
        try take(UInt8(ascii: "["))
        return try !leave(UInt8(ascii: "]"))
    }

    /// After an element: true when another follows, false when the array was left.
    @inline(__always) mutating func continueArray() throws(WireError) -> Bool {
        if try leave(UInt8(ascii: "]")) { return false }
        try take(UInt8(ascii: ","))
        return true
    }

    /// The key of a member, its colon taken too.
    @inline(__always) mutating func key() throws(WireError) -> Text {
        let key = try string()
        try take(UInt8(ascii: ":"))
        return key
    }

    /// Leaves a container if its closing bracket is next.
    @inline(__always) private mutating func leave(_ bracket: UInt8) throws(WireError) -> Bool {
        skipWhiteSpace()
        guard position < bytes.count else { throw error(.truncated) }
        guard bytes[position] == bracket else { return false }
        position &+= 1
        return true
    }

    /// Requires that the document is an object; one of another kind is checked before it is refused.
    @inline(__always) mutating func requireObject() throws(WireError) {
        if kind() == .object { return }
        let start = position
        try skipValue(depth: 0)
        try finish()
        throw WireError(.notAnObject, byteOffset: start)
    }

    /// Requires that nothing but white space is left.
    mutating func finish() throws(WireError) {
        skipWhiteSpace()
        if position < bytes.count { throw error(.trailingGarbage) }
    }

    /// Checks and skips one value of any kind.
    ///
    /// - Parameter depth: how many containers are open around it.
    mutating func skipValue(depth: Int) throws(WireError) {
        switch kind() {
        case .string: _ = try string()
        case .number: _ = try number()
        case .literal: _ = try literal()
        case .object: try skipObject(depth: depth &+ 1)
        case .array: try skipArray(depth: depth &+ 1)
        case .none: throw error(.truncated)
        }
    }

    private mutating func skipObject(depth: Int) throws(WireError) {
        guard depth <= JSONReader.depthLimit else { throw error(.nestingTooDeep) }
        var hasMember = try beginObject()
        while hasMember {
            _ = try key()
            try skipValue(depth: depth)
            hasMember = try continueObject()
        }
    }

    private mutating func skipArray(depth: Int) throws(WireError) {
        guard depth <= JSONReader.depthLimit else { throw error(.nestingTooDeep) }
        var hasElement = try beginArray()
        while hasElement {
            try skipValue(depth: depth)
            hasElement = try continueArray()
        }
    }

    /// An error at `position`.
    func error(_ code: WireError.Code) -> WireError { WireError(code, byteOffset: position) }
}

// MARK: strings

extension JSONReader {
    /// Takes a string, checking its escapes and its UTF-8.
    ///
    /// Plain characters cost nothing: the walk jumps from one marked byte to the next.
    mutating func string() throws(WireError) -> Text {
        try take(UInt8(ascii: "\""))
        let start = position
        var isEscaped = false
        while true {
            position = nextMark()
            guard position < bytes.count else { throw error(.truncated) }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = Text(start: start, end: position, isEscaped: isEscaped)
                position &+= 1
                return text
            case 0..<0x20: throw error(.controlCharacter)
            default:
                // Where one escape or accent is, more are not far.
                let run = ByteScan.stringRun(in: bytes, from: position)
                if run.hasEscape { isEscaped = true }
                if run.end > position { position = run.end } else { try skipOddity() }
            }
        }
    }

    /// The first byte at or after `position` with a meaning inside a string, or the count of bytes.
    @inline(__always) private mutating func nextMark() -> Int {
        if position &- marks.start < 64 {
            let mark = marks.first(from: position)
            if mark >= 0 { return mark }
            guard marks.end < bytes.count else { return bytes.count }
            marks = ByteScan.stringMarks(in: bytes, from: marks.end)
        } else {
            guard position < bytes.count else { return bytes.count }
            marks = ByteScan.stringMarks(in: bytes, from: position)
        }
        return marks.bits == 0 ? bytes.count : marks.start &+ marks.bits.trailingZeroBitCount
    }

    /// Skips what no run passes over: a surrogate pair, or what is wrong.
    private mutating func skipOddity() throws(WireError) {
        if bytes[position] == UInt8(ascii: "\\") { try skipEscape() } else { try skipCharacter() }
    }

    /// Skips a backslash and what it escapes.
    @inline(__always) private mutating func skipEscape() throws(WireError) {
        guard position &+ 1 < bytes.count else { throw error(.truncated) }
        switch bytes[position &+ 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position &+= 2
        case UInt8(ascii: "u"): try skipUnicodeEscape()
        default: throw error(.badEscape)
        }
    }

    /// Skips `\uXXXX`, with its second half where it is a surrogate.
    private mutating func skipUnicodeEscape() throws(WireError) {
        let unit = try codeUnit(at: position)
        if unit & 0xF800 != 0xD800 {
            position &+= 6
            return
        }
        guard unit < 0xDC00 else { throw error(.loneSurrogate) }
        let second = position &+ 6
        guard second < bytes.count else { throw truncated() }
        guard bytes[second] == UInt8(ascii: "\\") else { throw error(.loneSurrogate) }
        guard second &+ 1 < bytes.count else { throw truncated() }
        guard bytes[second &+ 1] == UInt8(ascii: "u") else { throw error(.loneSurrogate) }
        guard try codeUnit(at: second) & 0xFC00 == 0xDC00 else { throw error(.loneSurrogate) }
        position &+= 12
    }

    /// The four digits of the `\u` escape at `offset`.
    private func codeUnit(at offset: Int) throws(WireError) -> UInt32 {
        var unit: UInt32 = 0
        for index in offset &+ 2..<offset &+ 6 {
            guard index < bytes.count else { throw truncated() }
            guard let digit = hexDigitValue(bytes[index]) else { throw error(.badEscape) }
            unit = unit &<< 4 | UInt32(digit)
        }
        return unit
    }

    /// Skips one character of two to four bytes.
    ///
    /// - Source: The Unicode Standard, table 3-7, "Well-Formed UTF-8 Byte Sequences".
    @inline(__always) private mutating func skipCharacter() throws(WireError) {
        let lead = bytes[position]
        let count: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: count = 2
        case 0xE0...0xEF:
            count = 3
            if lead == 0xE0 { low = 0xA0 } else if lead == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            count = 4
            if lead == 0xF0 { low = 0x90 } else if lead == 0xF4 { high = 0x8F }
        default: throw error(.badUTF8)
        }
        for index in position &+ 1..<position &+ count {
            guard index < bytes.count else { throw truncated() }
            guard bytes[index] >= low && bytes[index] <= high else { throw error(.badUTF8) }
            low = 0x80
            high = 0xBF
        }
        position &+= count
    }

    /// The document ends too early.
    func truncated() -> WireError { WireError(.truncated, byteOffset: bytes.count) }
}

/// The value of a hexadecimal digit of either case.
@inline(__always) func hexDigitValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x41...0x46: byte &- 0x37
    case 0x61...0x66: byte &- 0x57
    default: nil
    }
}
