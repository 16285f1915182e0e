/// The event stream rules word for word, on a whole stream at once: slow, obvious, the judge.
///
/// - Source: WHATWG HTML, "Server-sent events", section 9.2.6.
public struct NaiveEventParser {
    /// An event as the rules make it.
    public struct Event: Hashable, Sendable {
        /// The event type; empty means `message`.
        public var type: [UInt8]
        /// The data lines, joined.
        public var data: [UInt8]
        /// The last event ID in force.
        public var lastEventID: [UInt8]

        /// Joins the three.
        public init(type: [UInt8], data: [UInt8], lastEventID: [UInt8]) {
            self.type = type
            self.data = data
            self.lastEventID = lastEventID
        }
    }

    /// The events, in order.
    public private(set) var events: [Event] = []
    /// The last valid `retry`.
    public private(set) var retry: Int?
    /// The ID in force at the end.
    public private(set) var lastEventID: [UInt8] = []
    private var idBuffer: [UInt8] = []
    private var typeBuffer: [UInt8] = []
    private var dataBuffer: [UInt8] = []

    /// Parses a whole stream.
    public init(_ stream: [UInt8]) {
        let bytes = stream.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(stream.dropFirst(3)) : stream
        var line: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte != 0x0A && byte != 0x0D {
                line.append(byte)
                continue
            }
            if byte == 0x0D && index < bytes.count && bytes[index] == 0x0A { index += 1 }
            take(line)
            line = []
        }
    }

    private mutating func take(_ line: [UInt8]) {
        if line.isEmpty { return dispatch() }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            return take(name: line, value: [])
        }
        var value = Array(line[(colon + 1)...])
        if value.first == 0x20 { value.removeFirst() }
        if colon > 0 { take(name: Array(line[..<colon]), value: value) }
    }

    private mutating func take(name: [UInt8], value: [UInt8]) {
        switch String(decoding: name, as: UTF8.self) {
        case "event": typeBuffer = value
        case "data": dataBuffer += value + [0x0A]
        case "id": if !value.contains(0) { idBuffer = value }
        case "retry":
            let isNumber = !value.isEmpty && value.allSatisfy { (0x30...0x39).contains($0) }
            if isNumber { retry = Int(String(decoding: value, as: UTF8.self)) ?? .max }
        default: break
        }
    }

    private mutating func dispatch() {
        lastEventID = idBuffer
        defer {
            typeBuffer = []
            dataBuffer = []
        }
        guard !dataBuffer.isEmpty else { return }
        events.append(
            Event(type: typeBuffer, data: Array(dataBuffer.dropLast()), lastEventID: lastEventID))
    }
}
