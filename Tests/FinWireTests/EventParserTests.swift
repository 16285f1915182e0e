import FinMeasure
import FinTestSupport
import FinWire
import Testing

@Suite("Event parser")
struct EventParserTests {
    @Test("LF, CR and CRLF end lines alike", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(end: String) {
        let stream = ["event: a", "data: 1", "data: 2", "", "data: 3", "", ""].joined(
            separator: end)
        for splitter in ReadSplitter.allCases {
            let parsed = parse(stream, splitter)
            #expect(texts(parsed) == ["1\n2", "3"])
            #expect(parsed.events.map(\.type) == [Array("a".utf8), []])
        }
    }

    @Test("a lone CR delivers its event in that very read, and the LF after it is swallowed")
    func loneCR() throws {
        var parser = EventParser()
        var collector = EventCollector()
        try parser.feed(Array("data: 1\r\n\r".utf8).span, to: &collector)
        #expect(collector.events.count == 1)
        try parser.feed(Array("\ndata: 2\n\n".utf8).span, to: &collector)
        #expect(collector.events.map(\.data) == [[0x31], [0x32]])
    }

    @Test(
        "whether the bytes end within an event",
        arguments: [
            ("data: 1\n\n", false), ("data: 1\r\n\r\n", false), (":comment\n\n", false),
            ("data: 1\n\nda", true), ("data: 1\n\ndata: 2\n", true), ("event: a\n", true),
            ("data: 1\n\nid: 4\n", true), ("data: 1\n\n:comm", true), ("retry: 3\n\n", false),
        ])
    func isInEvent(text: String, isWithin: Bool) throws {
        for size in [1, text.utf8.count] {
            var parser = EventParser()
            var collector = EventCollector()
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try parser.feed(bytes[start..<min(start + size, bytes.count)].span, to: &collector)
            }
            let found = parser.isInEvent
            #expect(found == isWithin, "in reads of \(size)")
            parser.reset()
            let isStill = parser.isInEvent
            #expect(!isStill)
        }
    }

    @Test("a byte order mark is dropped at the very start and nowhere else")
    func orderMark() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        for splitter in ReadSplitter.allCases {
            #expect(parse(mark + Array("data: 1\n\n".utf8), splitter).events.count == 1)
            #expect(parse(mark + mark + Array("data: 1\n\n".utf8), splitter).events.isEmpty)
            #expect(parse(mark.dropLast() + Array("data: 1\n\n".utf8), splitter).events.isEmpty)
        }
    }

    @Test("the space after the colon is dropped once")
    func oneSpace() {
        #expect(
            texts(parse("data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\n")) == [
                "a", "b", " c", "\td",
            ])
    }

    @Test("a line without a colon is a field with an empty value")
    func bareNames() {
        let parsed = parse("id: 7\ndata\n\ndata\ndata\n\nid\ndata: x\nevent\n\nretry\n")
        #expect(texts(parsed) == ["", "\n", "x"])
        #expect(parsed.lastEventID == [])
        #expect(parsed.retry == nil)
    }

    @Test("a name with a NUL behind it is another name")
    func namesWithNUL() {
        let stream = "id: 1\nid\0\nretry: 5\nretry\0\nevent: e\nevent\0\ndata: a\ndata\0\n\n"
        for splitter in ReadSplitter.allCases {
            let parsed = parse(stream, splitter)
            #expect(parsed.events.map(\.type) == [[0x65]])
            #expect(texts(parsed) == ["a"])
            #expect(parsed.lastEventID == [0x31])
            #expect(parsed.retry == 5)
        }
    }

    @Test("comments, unknown fields and names that only begin alike are skipped")
    func otherLines() {
        let stream =
            ":keepalive\n: \nfoo: 1\ndatax: 2\ndat: 3\n data: 4\nData: 5\ndata : 6\n:data: 7\n\n"
        #expect(parse(stream).events.isEmpty)
    }

    @Test("a block without data is not dispatched, and its type is forgotten")
    func blockWithoutData() {
        let parsed = parse("event: a\n\ndata: 1\n\n")
        #expect(parsed.events.map(\.type) == [[]])
    }

    @Test("an ID is in force from its blank line on, also of a block without data")
    func identifiers() {
        let parsed = parse("id: 1\n\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\nid: 3\ndata: d\n")
        #expect(parsed.events.map(\.lastEventID) == [[0x31], [0x32], [0x32]])
        #expect(parsed.lastEventID == [0x32])
    }

    @Test("an ID that contains NUL is ignored")
    func identifierWithNUL() {
        #expect(parse("id: 1\ndata: a\n\nid: 2\u{0}\ndata: b\n\n").lastEventID == [0x31])
    }

    @Test("retry takes digits only")
    func retry() {
        #expect(parse("retry: 250\nretry: 3x\nretry: -1\nretry:\n").retry == 250)
        #expect(parse("retry: 99999999999999999999\n").retry == .max)
    }

    @Test("a last block without its blank line is discarded")
    func unterminated() {
        for splitter in ReadSplitter.allCases {
            #expect(parse("data: 1\n", splitter).events.isEmpty)
            #expect(parse("data: 1\n\ndata: 2", splitter).events.count == 1)
        }
    }

    @Test("random streams give what the rules give, however they are split")
    func equalToNaive() {
        for index in 0..<10_000 {
            let stream = StreamMaker.stream(index)
            let naive = NaiveEventParser(stream)
            let expected = Parsed(
                events: naive.events, retry: naive.retry, lastEventID: naive.lastEventID)
            for splitter in ReadSplitter.allCases {
                let actual = parse(stream, splitter, case: index)
                guard actual != expected else { continue }
                Issue.record("case \(index), \(splitter), \(stream); \(TestSeed.note)")
                return
            }
        }
    }

    @Test("a stream of its own follows a reset, with or without the last ID")
    func reset() throws {
        var parser = EventParser()
        var collector = EventCollector()
        try parser.feed(
            Array("id: 1\nretry: 5\ndata: a\n\nevent: x\ndata: cut".utf8).span, to: &collector)
        parser.reset(keepsLastEventID: true)
        #expect(copy(parser.lastEventID) == [0x31])
        #expect(parser.retryMilliseconds == nil)
        try parser.feed(Array("\u{FEFF}data: b\n\n".utf8).span, to: &collector)
        #expect(collector.events.last == Event(type: [], data: [0x62], lastEventID: [0x31]))
        parser.reset()
        #expect(copy(parser.lastEventID) == [])
    }

    @Test("an event knows its type by name")
    func typeByName() throws {
        struct Visitor: EventVisitor {
            var isError: [Bool] = []
            mutating func visit(_ event: borrowing EventView) {
                isError.append(event.hasType("error"))
            }
        }
        var parser = EventParser()
        var visitor = Visitor()
        let stream = "event: error\ndata\n\nevent: errors\ndata\n\ndata\n\nevent: erroR\ndata\n\n"
        try parser.feed(Array(stream.utf8).span, to: &visitor)
        #expect(visitor.isError == [true, false, false, false])
    }

    @Test("a visitor's error ends the feed and comes out as it went in")
    func visitorError() {
        struct Refusal: Error, Equatable { var number: Int }
        struct Refuser: EventVisitor {
            var count = 0
            mutating func visit(_ event: borrowing EventView) throws(Refusal) {
                count += 1
                if count == 2 { throw Refusal(number: count) }
            }
        }
        var parser = EventParser()
        var refuser = Refuser()
        do throws(FeedError<Refusal>) {
            try parser.feed(Array("data: a\n\ndata: b\n\ndata: c\n\n".utf8).span, to: &refuser)
            Issue.record("the visitor's error was lost")
        } catch {
            guard case .visitor(let refusal) = error else {
                Issue.record("expected the visitor's error, got \(error)")
                return
            }
            #expect(refusal == Refusal(number: 2))
        }
        #expect(refuser.count == 2)
    }
}

@Suite("Event parser limits")
struct EventParserLimitTests {
    @Test("a line may be as long as its limit and not a byte longer, at one place for every split")
    func lineLimit() {
        let fits = Array("data: 5\n\n: 345678\ndata: 7\n\n".utf8)
        let breaks = Array("data: 5\n\n: 34567890\ndata: 7\n\n".utf8)
        for splitter in ReadSplitter.allCases {
            #expect(parse(fits, splitter, lineLimit: 8).events.count == 2)
            let parsed = parse(breaks, splitter, lineLimit: 8)
            #expect(parsed.events.count == 1)
            #expect(parsed.error == WireError(.lineTooLong, byteOffset: 9 + 8))
        }
    }

    @Test("joined data may be as long as its limit and not a byte longer")
    func eventLimit() {
        let fits = Array("data: 1\ndata: 2\n\n".utf8)
        let breaks = Array("data: 1\ndata: 22\n\n".utf8)
        for splitter in ReadSplitter.allCases {
            #expect(parse(fits, splitter, eventLimit: 3).error == nil)
            #expect(
                parse(breaks, splitter, eventLimit: 3).error
                    == WireError(.eventTooLong, byteOffset: 16))
            #expect(
                parse(Array("data: 1234\n\n".utf8), splitter, eventLimit: 3).error
                    == WireError(.eventTooLong, byteOffset: 10))
        }
    }

    @Test("a line without an end is refused at its limit, not kept")
    func endlessLine() {
        var parser = EventParser(lineLimit: 1000)
        var collector = EventCollector()
        let piece = [UInt8](repeating: 0x61, count: 300)
        for round in 0..<5 {
            do throws(WireError) {
                try parser.feed(piece.span, to: &collector)
                #expect(round < 3)
            } catch {
                #expect(round >= 3)
                #expect(error == WireError(.lineTooLong, byteOffset: 1000))
            }
        }
        parser.reset()
        #expect(throws: Never.self) { try parser.feed(piece.span, to: &collector) }
    }
}

/// Random streams that visit every rule.
enum StreamMaker {
    static let pieces: [[UInt8]] =
        [
            "data", "event", "id", "retry", ":", ":", ": ", " ", "\n", "\n", "\n\n", "\r", "\r\n",
            "\r\n\r\n", "x", "7", "\u{0}", "é", "\u{FEFF}", "data: a", "data:b\n\n", "event: e\n",
            "id: 3\n", "retry: 9\n", "dat", "datax: ", ":c\n",
        ].map { Array($0.utf8) } + [
            [0xEF], [0xBB], [UInt8](repeating: 0x61, count: 70),
            Array("data: ".utf8) + [UInt8](repeating: 0x62, count: 130) + [0x0A],
        ]

    static func stream(_ index: Int) -> [UInt8] {
        var generator = TestSeed.generator(index)
        var stream: [UInt8] = Bool.random(using: &generator) ? [] : [0xEF, 0xBB, 0xBF]
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            stream += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
        }
        return stream
    }
}
