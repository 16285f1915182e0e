import FinWire
import Foundation

/// Prints what the hot paths cost, beside a floor measured in the same run.
///
/// Input: replies of 30 cumulative chunks, about 1 kB an event, one event a read, as the driver gets
/// them. Rate class: very common, once per event. Every pass checks what it found. Ratios are worth
/// reading, absolute times are this machine's.
@main
enum Hotpaths {
    static func main() {
        let isBrief = ProcessInfo.processInfo.environment["FINBENCH_BRIEF"] != nil
        let corpus = Corpus(seed: 7, replyCount: isBrief ? 40 : 400)
        let rounds = isBrief ? 5 : 21
        let events = corpus.eventEnds.count
        print("\(events) events, \(corpus.bytes.count / events) bytes each, median of \(rounds)")
        let floor = median(rounds) { lineEnds(corpus) == 2 * events }
        let parsed = median(rounds) { parse(corpus).events == events }
        let scanned = median(rounds) { scan(corpus) == corpus.chunkCount }
        row("memchr of every line end (floor)", floor, events, floor)
        row("parser", parsed, events, floor)
        row("parser and field scan", scanned, events, floor)
    }

    private static func row(_ name: String, _ seconds: Double, _ events: Int, _ floor: Double) {
        let nanoseconds = String(format: "%8.1f ns/event", seconds * 1e9 / Double(events))
        let ratio = String(format: "%6.2f x floor", seconds / floor)
        print(name.padding(toLength: 34, withPad: " ", startingAt: 0) + nanoseconds + ratio)
    }

    /// The median time of a pass; a pass that found something wrong ends the program.
    private static func median(_ rounds: Int, _ pass: () -> Bool) -> Double {
        let clock = ContinuousClock()
        let times = (0..<rounds).map { _ in
            clock.measure { precondition(pass(), "a pass did not find what the corpus holds") }
        }
        let middle = times.sorted()[rounds / 2].components
        return Double(middle.seconds) + Double(middle.attoseconds) / 1e18
    }

    /// The floor: one memchr for every line end.
    private static func lineEnds(_ corpus: Corpus) -> Int {
        corpus.bytes.withUnsafeBytes { bytes in
            guard var place = bytes.baseAddress else { return 0 }
            let end = place + bytes.count
            var count = 0
            while let found = memchr(place, 0x0A, end - place) {
                count += 1
                place = UnsafeRawPointer(found) + 1
            }
            return count
        }
    }

    /// Feeds every event as one read.
    private static func feed<V: EventVisitor & ~Copyable>(
        _ corpus: Corpus, to visitor: inout V
    ) where V.Failure == Never {
        var parser = EventParser()
        let bytes = corpus.bytes.span
        var start = 0
        for end in corpus.eventEnds {
            do throws(WireError) {
                try parser.feed(bytes.extracting(start..<end), to: &visitor)
            } catch {
                preconditionFailure("the corpus is no event stream: \(error)")
            }
            start = end
        }
    }

    private static func parse(_ corpus: Corpus) -> Counting {
        var counting = Counting()
        feed(corpus, to: &counting)
        return counting
    }

    private static func scan(_ corpus: Corpus) -> Int {
        var scanning = Scanning()
        feed(corpus, to: &scanning)
        return scanning.chunks
    }
}

/// Counts events and their bytes.
struct Counting: EventVisitor {
    var events = 0
    var byteCount = 0

    mutating func visit(_ event: borrowing EventView) {
        events += 1
        byteCount += event.data.count
    }
}

/// Scans every event's fields and counts the chunks whose text goes on as it should.
struct Scanning: EventVisitor, ~Copyable {
    var chunks = 0
    private var scanner = EventScanner()
    private var mark = TextMark()

    init() {}

    mutating func visit(_ event: borrowing EventView) {
        do throws(WireError) {
            let fields = try scanner.scan(event.data, mark: &mark)
            if fields.name == .statusUpdated { mark = TextMark() }
            let goesOn = fields.continuity == .first || fields.continuity == .extended
            if fields.name == .replyChunk && goesOn { chunks += 1 }
        } catch {
            preconditionFailure("the corpus holds no JSON: \(error)")
        }
    }
}
