internal import FinProfile
internal import NIOCore

/// How the lines of one stream are written; every style is right by the standard.
///
/// - Source: WHATWG HTML, "Server-sent events", section 9.2.6.
struct WireStyle: Sendable, Equatable {
    /// What ends a line.
    var lineEnd: StaticString = "\n"
    /// Whether a byte order mark comes first.
    var hasOrderMark = false
    /// Whether an event's data stands on several lines.
    var isMultiLine = false
    /// Whether an event comes in several packets.
    var isSplit = false

    /// The plain style.
    init() {}

    /// The style of a turn with that fault.
    init(_ fault: SimulatorSettings.Fault?) {
        switch fault {
        case .crlf: lineEnd = "\r\n"
        case .cr: lineEnd = "\r"
        case .bom: hasOrderMark = true
        case .multiLine: isMultiLine = true
        case .splitBytes: isSplit = true
        default: break
        }
    }

    static func == (left: WireStyle, right: WireStyle) -> Bool {
        left.lineEnd.description == right.lineEnd.description
            && left.hasOrderMark == right.hasOrderMark && left.isMultiLine == right.isMultiLine
            && left.isSplit == right.isSplit
    }

    /// Where one event's chunk is split into packets: behind its first byte, inside its first
    /// character of several bytes, in its middle, and before each of its last three bytes.
    ///
    /// Not at every byte: ten packets may be under way at first, and what comes after them waits for
    /// an acknowledgement, milliseconds behind the instant that the truth log has.
    /// - Parameters:
    ///   - chunk: the event in its chunk framing: CR LF follows it.
    ///   - isLast: whether the end of the response follows in the same buffer.
    static func splits(of chunk: ByteBufferView, isLast: Bool) -> [Int] {
        let end = chunk.count - 2 - (isLast ? HTTPChunk.end.utf8CodeUnitCount : 0)
        let inner = chunk.firstIndex { (0x80..<0xC0).contains($0) }.map { $0 - chunk.startIndex }
        let places = [1, inner ?? 1, end / 2, end - 3, end - 2, end - 1]
        return Set(places.filter { (1..<end).contains($0) }).sorted()
    }

    /// Where JSON may be broken into lines: behind each comma and colon outside its strings.
    ///
    /// The line feed that the reader puts in their place is white space there.
    ///
    /// - Parameter visit: called with each piece, in order; never empty.
    static func visitPieces<JSON: Collection<UInt8>>(
        of json: JSON, _ visit: (JSON.SubSequence) -> Void
    ) {
        var start = json.startIndex
        var isString = false
        var isEscaped = false
        for index in json.indices {
            let byte = json[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isString.toggle()
            } else if !isString, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") {
                let end = json.index(after: index)
                visit(json[start..<end])
                start = end
            }
        }
        if start < json.endIndex { visit(json[start...]) }
    }
}
