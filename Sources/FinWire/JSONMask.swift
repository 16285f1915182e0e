/// What may stand in place of a JSON document's texts; sizes and structure stay.
///
/// Not for the load path: it allocates.
public protocol JSONMasking {
    /// The bytes in place of a member's string value (or of an array's element below that member).
    ///
    /// - Parameters:
    ///   - text: the bytes between the quotes as they lie in the document, escapes included.
    ///   - key: the nearest key around it as it lies in the document; empty for none.
    /// - Returns: exactly as many bytes, none of them a quote, a backslash or a control character
    ///   unless the text is returned unchanged.
    func value(_ text: [UInt8], key: [UInt8]) -> [UInt8]
    /// The bytes in place of a key, by the same rules.
    func key(_ text: [UInt8]) -> [UInt8]
    /// Whether a number under that key may stay; otherwise each of its digits becomes 1.
    func keepsNumber(key: [UInt8]) -> Bool
}

/// Replaces the texts of a document in place.
public struct JSONMask<Masking: JSONMasking> {
    private let masking: Masking
    private var made: [UInt8] = []

    /// Takes the rules.
    public init(_ masking: Masking) { self.masking = masking }

    /// The document with its texts replaced: as long as it was, still JSON.
    ///
    /// - Throws: `WireError` with the offset of the first byte that is not JSON.
    public mutating func masked(_ document: Span<UInt8>) throws(WireError) -> [UInt8] {
        made = []
        made.reserveCapacity(document.count)
        for index in document.indices { made.append(document[index]) }
        var reader = JSONReader(document)
        try take(&reader, key: [], depth: 0)
        try reader.finish()
        return made
    }

    private mutating func take(
        _ reader: inout JSONReader, key: [UInt8], depth: Int
    ) throws(WireError) {
        guard depth <= JSONReader.depthLimit else { throw reader.error(.nestingTooDeep) }
        switch reader.kind() {
        case .object:
            var hasMember = try reader.beginObject()
            while hasMember {
                let place = range(try reader.key())
                let name = Array(made[place])
                replace(place, by: masking.key(name))
                try take(&reader, key: name, depth: depth + 1)
                hasMember = try reader.continueObject()
            }
        case .array:
            var hasElement = try reader.beginArray()
            while hasElement {
                try take(&reader, key: key, depth: depth + 1)
                hasElement = try reader.continueArray()
            }
        case .string:
            let place = range(try reader.string())
            replace(place, by: masking.value(Array(made[place]), key: key))
        case .number:
            let start = reader.position
            _ = try reader.number()
            if !masking.keepsNumber(key: key) { levelDigits(start..<reader.position) }
        case .literal, .none: try reader.skipValue(depth: depth)
        }
    }

    private mutating func replace(_ place: Range<Int>, by text: [UInt8]) {
        precondition(text.count == place.count, "a mask keeps lengths")
        made.replaceSubrange(place, with: text)
    }

    private mutating func levelDigits(_ place: Range<Int>) {
        for index in place where (0x30...0x39).contains(made[index]) { made[index] = 0x31 }
    }

    private func range(_ text: JSONReader.Text) -> Range<Int> { text.start..<text.end }
}
