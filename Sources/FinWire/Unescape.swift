// Hot for enveloped streams only: once per event there, else only where a known value has escapes.

/// A value that is read from a text's meaning.
protocol TextReadable {
    /// Reads unescaped UTF-8.
    init(_ text: Span<UInt8>)
}

extension EventFields.Name: TextReadable {}
extension EventFields.Status: TextReadable {}
extension EventFields.Reason: TextReadable {}
extension TextDigest: TextReadable {
    init(_ text: Span<UInt8>) { self.init(of: text) }
}

/// The buffer in which a string with escapes becomes its meaning; reused, so it stops growing.
struct UnescapeBuffer: ~Copyable {
    private(set) var bytes: [UInt8] = []

    /// Reads the meaning of a string that the reader has checked.
    @inline(__always) mutating func read<Value: TextReadable>(
        _ text: JSONReader.Text, of document: Span<UInt8>
    ) -> Value {
        if !text.isEscaped { return Value(document.extracting(text.start..<text.end)) }
        fill(text, of: document)
        return Value(bytes.span)
    }

    /// Whether the meaning of a string is `name`.
    @inline(__always) mutating func isEqual(
        _ text: JSONReader.Text, of document: Span<UInt8>, to name: StaticString
    ) -> Bool {
        if !text.isEscaped { return ByteScan.equals(document, text.start, text.end, name) }
        fill(text, of: document)
        return ByteScan.equals(bytes.span, 0, bytes.count, name)
    }

    /// The meaning of a string as a `String`.
    mutating func string(_ text: JSONReader.Text, of document: Span<UInt8>) -> String {
        fill(text, of: document)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces the contents by the meaning of a string that the reader has checked.
    mutating func fill(_ text: JSONReader.Text, of document: Span<UInt8>) {
        bytes.removeAll(keepingCapacity: true)
        bytes.reserveCapacity(text.count)
        var start = text.start
        var position = start
        while position < text.end {
            guard document[position] == UInt8(ascii: "\\") else {
                position &+= 1
                continue
            }
            ByteScan.append(document.extracting(start..<position), to: &bytes)
            position = appendEscape(document, at: position)
            start = position
        }
        ByteScan.append(document.extracting(start..<text.end), to: &bytes)
    }

    /// Appends what the escape at `offset` stands for; the offset after it.
    private mutating func appendEscape(_ document: Span<UInt8>, at offset: Int) -> Int {
        let letter = document[offset &+ 1]
        switch letter {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): return appendUnicode(document, at: offset)
        default: bytes.append(letter)
        }
        return offset &+ 2
    }

    private mutating func appendUnicode(_ document: Span<UInt8>, at offset: Int) -> Int {
        let unit = UnescapeBuffer.codeUnit(document, at: offset &+ 2)
        guard unit & 0xF800 == 0xD800 else {
            appendScalar(unit)
            return offset &+ 6
        }
        let second = UnescapeBuffer.codeUnit(document, at: offset &+ 8)
        appendScalar(0x10000 &+ (unit & 0x3FF) &<< 10 &+ (second & 0x3FF))
        return offset &+ 12
    }

    private static func codeUnit(_ document: Span<UInt8>, at offset: Int) -> UInt32 {
        var unit: UInt32 = 0
        for index in offset..<offset &+ 4 {
            unit = unit &<< 4 | UInt32(hexDigitValue(document[index]) ?? 0)
        }
        return unit
    }

    private mutating func appendScalar(_ scalar: UInt32) {
        guard let scalar = Unicode.Scalar(scalar) else {
            preconditionFailure("the reader lets no lone surrogate through")
        }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { bytes.append(byte) }
    }
}
