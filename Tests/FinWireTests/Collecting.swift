import FinTestSupport
import FinWire

typealias Event = NaiveEventParser.Event

/// Keeps a copy of every event.
struct EventCollector: EventVisitor {
    var events: [Event] = []

    mutating func visit(_ event: borrowing EventView) {
        events.append(
            Event(
                type: copy(event.type), data: copy(event.data),
                lastEventID: copy(event.lastEventID)))
    }
}

/// The bytes of a span.
func copy(_ span: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in span.indices { bytes.append(span[index]) }
    return bytes
}

/// What came out of a stream: events until the end or the first error.
struct Parsed: Equatable {
    var events: [Event] = []
    var retry: Int?
    var lastEventID: [UInt8] = []
    var error: WireError?
}

/// Parses a stream cut as `splitter` says.
func parse(
    _ stream: [UInt8], _ splitter: ReadSplitter = .whole, case index: Int = 0,
    lineLimit: Int = 1 << 20, eventLimit: Int = 4 << 20
) -> Parsed {
    var parser = EventParser(lineLimit: lineLimit, eventLimit: eventLimit)
    var collector = EventCollector()
    var generator = TestSeed.generator(index, 1)
    var failure: WireError?
    splitter.split(stream, using: &generator) { bytes in
        do throws(WireError) { try parser.feed(bytes, to: &collector) } catch {
            failure = failure ?? error
        }
    }
    return Parsed(
        events: collector.events, retry: parser.retryMilliseconds,
        lastEventID: copy(parser.lastEventID), error: failure)
}

func parse(_ stream: String, _ splitter: ReadSplitter = .whole) -> Parsed {
    parse(Array(stream.utf8), splitter)
}

/// The data of each event as text.
func texts(_ parsed: Parsed) -> [String] {
    parsed.events.map { String(decoding: $0.data, as: UTF8.self) }
}
