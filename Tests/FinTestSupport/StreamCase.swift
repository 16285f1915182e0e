internal import FinMeasure
internal import FinWire

/// Random event streams that visit every rule.
public enum StreamCase {
    /// What a parser made of a stream.
    struct Reading: Equatable {
        var events: [NaiveEventParser.Event]
        var retry: Int?
        var lastEventID: [UInt8]
        var error: WireError?
    }

    private static let pieces: [[UInt8]] =
        [
            "data", "event", "id", "retry", ":", ":", ": ", " ", "\n", "\n", "\n\n", "\r", "\r\n",
            "\r\n\r\n", "x", "7", "\u{0}", "é", "\u{FEFF}", "data: a", "data:b\n\n", "event: e\n",
            "id: 3\n", "retry: 9\n", "dat", "datax: ", ":c\n", "id\n", "data\n\n", "retry: 1x\n",
            "data: {\"event_name\":\"fin_replied\"}\n\n", "event: message\ndata: y\n\n",
        ].map { Array($0.utf8) } + [
            [0xEF], [0xBB], [UInt8](repeating: 0x61, count: 70),
            Array("data: ".utf8) + [UInt8](repeating: 0x62, count: 130) + [0x0A],
        ]

    /// A stream of up to 30 pieces, with or without a byte order mark.
    static func stream(_ generator: inout SeededGenerator) -> [UInt8] {
        var stream: [UInt8] = Bool.random(using: &generator) ? [] : [0xEF, 0xBB, 0xBF]
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            stream += [UInt8].pick(pieces, &generator)
        }
        return stream
    }

    static func failure(_ index: Int, tally: inout WireTally) -> String? {
        var generator = TestSeed.generator(index, 3)
        let stream = stream(&generator)
        let judge = judgement(stream)
        tally.count(!judge.events.isEmpty)
        for splitter in ReadSplitter.allCases {
            let reading = reading(stream, splitter, &generator)
            if reading != judge { return "read \(splitter), \(stream.shown) gave \(reading)" }
        }
        return nil
    }

    /// Compares a stream's readings with the judge's, cut where `seed` says.
    public static func isReadAlike(_ stream: [UInt8], seed: UInt64) -> Bool {
        var generator = SeededGenerator(seed: seed, stream: .test)
        let judge = judgement(stream)
        return ReadSplitter.allCases.allSatisfy { reading(stream, $0, &generator) == judge }
    }

    private static func judgement(_ stream: [UInt8]) -> Reading {
        let naive = NaiveEventParser(stream)
        return Reading(
            events: naive.events, retry: naive.retry, lastEventID: naive.lastEventID, error: nil)
    }

    private static func reading(
        _ stream: [UInt8], _ splitter: ReadSplitter, _ generator: inout SeededGenerator
    ) -> Reading {
        var parser = EventParser()
        var keeper = EventKeeper()
        var failure: WireError?
        splitter.split(stream, using: &generator) { bytes in
            do throws(WireError) { try parser.feed(bytes, to: &keeper) } catch {
                failure = failure ?? error
            }
        }
        return Reading(
            events: keeper.events, retry: parser.retryMilliseconds,
            lastEventID: bytes(of: parser.lastEventID), error: failure)
    }
}

/// Keeps a copy of every event.
struct EventKeeper: EventVisitor {
    var events: [NaiveEventParser.Event] = []

    mutating func visit(_ event: borrowing EventView) {
        events.append(
            NaiveEventParser.Event(
                type: bytes(of: event.type), data: bytes(of: event.data),
                lastEventID: bytes(of: event.lastEventID)))
    }
}

/// A copy of a span.
func bytes(of span: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(span.count)
    for index in span.indices { bytes.append(span[index]) }
    return bytes
}
