/// Finds the bodies of event streams among the responses of one HTTP/1.1 connection.
///
/// Takes any split. What begins as no response is not read at all: a request, or TLS.
struct ResponseReader {
    /// What a call found.
    enum Found {
        /// An event stream begins.
        case stream
        /// Bytes of its body: a place in the buffer.
        case body(Range<Int>)
    }

    private enum State {
        case head, fixed(Int), chunkSize, chunk(Int), chunkEnd(Int), trailer, untilClose, foreign
    }

    private var state = State.head
    private var line: [UInt8] = []
    private var isStatusRead = false
    private var isStream = false
    private var isChunked = false
    private var hasNoBody = false
    private var length: Int?
    private static let lineLimit = 64 * 1024

    /// Whether this is no connection of HTTP/1.1 responses.
    var isForeign: Bool { if case .foreign = state { true } else { false } }

    /// Reads on in a buffer.
    mutating func feed(_ bytes: [UInt8], _ range: Range<Int>, _ found: (Found) -> Void) {
        var place = range.lowerBound
        while place < range.upperBound {
            switch state {
            case .foreign: return
            case .untilClose:
                give(place..<range.upperBound, found)
                return
            case .fixed(let left):
                let end = min(range.upperBound, place + left)
                give(place..<end, found)
                state = end - place == left ? .head : .fixed(left - (end - place))
                place = end
            case .chunk(let left):
                let end = min(range.upperBound, place + left)
                give(place..<end, found)
                state = end - place == left ? .chunkEnd(2) : .chunk(left - (end - place))
                place = end
            case .chunkEnd(let left):
                state = left == 1 ? .chunkSize : .chunkEnd(left - 1)
                place += 1
            case .head, .chunkSize, .trailer:
                takeLine(bytes[place], found)
                place += 1
            }
        }
    }

    private func give(_ range: Range<Int>, _ found: (Found) -> Void) {
        if isStream && !range.isEmpty { found(.body(range)) }
    }

    private mutating func takeLine(_ byte: UInt8, _ found: (Found) -> Void) {
        if byte != UInt8(ascii: "\n") {
            line.append(byte)
            if line.count > ResponseReader.lineLimit { state = .foreign }
            return
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        switch state {
        case .head: takeHead(found)
        case .chunkSize:
            let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) else {
                state = .foreign
                return
            }
            state = size == 0 ? .trailer : .chunk(size)
        case .trailer: if line.isEmpty { state = .head }
        default: break
        }
    }

    private mutating func takeHead(_ found: (Found) -> Void) {
        let text = String(decoding: line, as: UTF8.self).lowercased()
        if !isStatusRead {
            guard text.hasPrefix("http/1.") else {
                state = .foreign
                return
            }
            let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            (isStatusRead, isStream, isChunked, length) = (true, false, false, nil)
            hasNoBody = status < 200 || status == 204 || status == 304
            return
        }
        if !text.isEmpty { return takeHeader(text) }
        isStatusRead = false
        if isStream { found(.stream) }
        if hasNoBody || (length == 0 && !isChunked) { return }
        state = isChunked ? .chunkSize : length.map { .fixed($0) } ?? .untilClose
    }

    private mutating func takeHeader(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return }
        let value = parts[1].drop { $0 == " " || $0 == "\t" }
        switch parts[0] {
        case "content-length": length = Int(value)
        case "transfer-encoding": isChunked = value.contains("chunked")
        case "content-type": isStream = value.hasPrefix("text/event-stream")
        default: break
        }
    }
}
