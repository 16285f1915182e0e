import FinWire

/// Passes over an event corpus; each answers whether it found what the corpus holds.
///
/// A pass takes a small corpus more than once: laps.
extension EventCorpus {
    /// The floor: one memchr for every line end of the whole corpus.
    public func findsLineEnds(laps: Int) -> Bool {
        var found = 0
        for _ in 0..<laps { found &+= Floors.lineEnds(in: bytes.span) }
        return found == laps * lineCount
    }

    /// Parses in reads of so many bytes.
    public func parses(readSize: Int, laps: Int) -> Bool {
        var tallying = Tallying()
        var parser = EventParser()
        for _ in 0..<laps {
            parser.reset()
            feed(&parser, readSize, &tallying)
        }
        return tallying.tally == tally.times(laps)
    }

    /// Parses one event a read, as a driver gets them from a server that flushes.
    public func parsesEventByEvent(laps: Int) -> Bool {
        var tallying = Tallying()
        var parser = EventParser()
        for _ in 0..<laps {
            parser.reset()
            feedEventByEvent(&parser, &tallying)
        }
        return tallying.tally == tally.times(laps)
    }

    /// Parses in reads of so many bytes and compares all fields of every event.
    public func parsesAndScans(readSize: Int, laps: Int) -> Bool {
        var comparing = Comparing(expected)
        var parser = EventParser()
        for _ in 0..<laps {
            parser.reset()
            comparing.beginLap()
            feed(&parser, readSize, &comparing)
        }
        return comparing.matches == laps * expected.count
    }

    /// As `parsesAndScans`, one event a read.
    public func parsesAndScansEventByEvent(laps: Int) -> Bool {
        var comparing = Comparing(expected)
        var parser = EventParser()
        for _ in 0..<laps {
            parser.reset()
            comparing.beginLap()
            feedEventByEvent(&parser, &comparing)
        }
        return comparing.matches == laps * expected.count
    }

    /// Scans the fields of the first events, whose data is known to lie whole in memory.
    public func scans(eventCount: Int, laps: Int) -> Bool {
        var scanner = EventScanner()
        let bytes = bytes.span
        var matches = 0
        for _ in 0..<laps {
            var mark = TextMark()
            for index in 0..<eventCount {
                let data = bytes.extracting(dataRanges[index])
                let fields = try? scanner.scan(data, mark: &mark)
                if fields == expected[index] { matches &+= 1 }
            }
        }
        return matches == laps * eventCount
    }

    /// Feeds the corpus in reads.
    private func feed<V: EventVisitor & ~Copyable>(
        _ parser: inout EventParser, _ readSize: Int, _ visitor: inout V
    ) where V.Failure == Never {
        let bytes = bytes.span
        var start = 0
        var end = min(readSize, bytes.count)
        while start < bytes.count {
            feed(&parser, bytes.extracting(start..<end), &visitor)
            start = end
            end = min(start &+ readSize, bytes.count)
        }
    }

    private func feedEventByEvent<V: EventVisitor & ~Copyable>(
        _ parser: inout EventParser, _ visitor: inout V
    ) where V.Failure == Never {
        let bytes = bytes.span
        var start = 0
        for end in eventEnds {
            feed(&parser, bytes.extracting(start..<end), &visitor)
            start = end
        }
    }

    @inline(__always) private func feed<V: EventVisitor & ~Copyable>(
        _ parser: inout EventParser, _ read: Span<UInt8>, _ visitor: inout V
    ) where V.Failure == Never {
        do throws(WireError) { try parser.feed(read, to: &visitor) } catch {
            preconditionFailure("the corpus is no event stream: \(error)")
        }
    }
}

/// Counts events.
private struct Tallying: EventVisitor {
    var tally = EventTally()

    mutating func visit(_ event: borrowing EventView) { tally.add(event.data) }
}

/// Scans every event and counts those whose fields are all as the generator made them.
private struct Comparing: EventVisitor, ~Copyable {
    private(set) var matches = 0
    private var scanner = EventScanner()
    private var mark = TextMark()
    private var index = 0
    private let expected: [EventFields]

    init(_ expected: [EventFields]) { self.expected = expected }

    mutating func beginLap() {
        index = 0
        mark = TextMark()
    }

    mutating func visit(_ event: borrowing EventView) {
        do throws(WireError) {
            let fields = try scanner.scan(event.data, mark: &mark)
            if index < expected.count && fields == expected[index] { matches &+= 1 }
        } catch {
            // Not a match.
        }
        index &+= 1
    }
}
