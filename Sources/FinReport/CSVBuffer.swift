/// Rows of comma-separated values, appended as bytes.
///
/// Quotes a field only where it needs it (RFC 4180); rows end with LF.
struct CSVBuffer {
    /// What was written and not yet taken.
    private(set) var bytes: [UInt8] = []
    private var isRowStarted = false

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")

    /// Starts with a header row.
    init(header: [String]) {
        for name in header { field(name) }
        endRow()
    }

    /// Starts with nothing.
    init() {}

    /// Appends a text.
    mutating func field(_ text: String) {
        separate()
        if text.utf8.contains(where: CSVBuffer.isSpecial) {
            appendQuoted(text)
        } else {
            bytes.append(contentsOf: text.utf8)
        }
    }

    /// Appends a whole number.
    mutating func field(_ value: Int64) {
        separate()
        append(value)
    }

    /// Appends a whole number.
    mutating func field(_ value: Int) { field(Int64(value)) }

    /// Appends a whole number.
    mutating func field(_ value: UInt64) { field(Int64(clamping: value)) }

    /// Appends 1 or 0.
    mutating func field(_ value: Bool) { field(value ? 1 : 0) }

    /// Appends a whole number, or nothing.
    mutating func field(_ value: Int64?) {
        if let value { field(value) } else { separate() }
    }

    /// Appends a field that holds nothing.
    mutating func empty() { separate() }

    /// Appends bytes that are known to need no quotes.
    mutating func plain(_ text: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: text)
    }

    /// Ends the row.
    mutating func endRow() {
        bytes.append(CSVBuffer.lineFeed)
        isRowStarted = false
    }

    /// Appends a row of texts.
    mutating func row(_ fields: [String]) {
        for text in fields { field(text) }
        endRow()
    }

    /// Forgets what was written, keeps the memory.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    private mutating func separate() {
        if isRowStarted { bytes.append(CSVBuffer.comma) }
        isRowStarted = true
    }

    private mutating func append(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(CSVBuffer.quote)
        for byte in text.utf8 {
            if byte == CSVBuffer.quote { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(CSVBuffer.quote)
    }

    static func isSpecial(_ byte: UInt8) -> Bool {
        byte == comma || byte == quote || byte == lineFeed || byte == UInt8(ascii: "\r")
    }
}
