public import FinWire

/// Event streams made from a seed, with what a reader must find in them.
public struct EventCorpus {
    /// The lines of an event.
    public enum Framing: Sendable {
        /// `data` alone, as Fin's guide shows it.
        case plain
        /// `id`, `event` and `data`.
        case named
    }

    /// The streams, one after the other.
    public private(set) var bytes: [UInt8] = []
    /// Where each event ends in `bytes`, its blank line included.
    public private(set) var eventEnds: [Int] = []
    /// Where each event's data lies in `bytes`.
    public private(set) var dataRanges: [Range<Int>] = []
    /// What the field scan must find in each event.
    public private(set) var expected: [EventFields] = []
    /// The sum that `EventTally` must come to.
    public private(set) var tally = EventTally()
    /// How many lines there are, blank ones included.
    public private(set) var lineCount = 0
    private let framing: Framing
    private var draws: Draws

    /// An empty corpus, to be filled by `append`.
    private init(seed: UInt64, _ framing: Framing) {
        draws = Draws(seed: seed)
        self.framing = framing
    }

    /// Replies as Fin sends them: 30 to 60 cumulative chunks, the reply, a status.
    ///
    /// - Parameters:
    ///   - seed: the same seed gives the same bytes.
    ///   - byteCount: replies are added until there are so many bytes.
    public static func replies(
        seed: UInt64, byteCount: Int, framing: Framing = .plain
    ) -> EventCorpus {
        var corpus = EventCorpus(seed: seed, framing)
        corpus.bytes.reserveCapacity(byteCount + 1 << 17)
        var number = 0
        while corpus.bytes.count < byteCount {
            var script = ReplyScript(number, &corpus.draws)
            script.play { corpus.append($0, $1) }
            number += 1
        }
        return corpus
    }

    /// Tiny events of 26 bytes; their data is no Fin event, so `expected` is of no use.
    public static func tiny(seed: UInt64, byteCount: Int) -> EventCorpus {
        var corpus = EventCorpus(seed: seed, .plain)
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        while corpus.bytes.count < byteCount {
            let digit = Int.random(in: 0...9, using: &corpus.draws)
            let first = letters.randomElement(using: &corpus.draws) ?? "a"
            let second = letters.randomElement(using: &corpus.draws) ?? "b"
            corpus.append("{\"c\":\(digit),\"t\":\"\(first)\(second)\"}", EventFields())
        }
        return corpus
    }

    private mutating func append(_ json: String, _ fields: EventFields) {
        if framing == .named {
            bytes +=
                "id: hd93KsQ1Zp@\(1_770_110_101_200 + eventEnds.count)-0\nevent: message\n".utf8
            lineCount += 2
        }
        bytes += "data: ".utf8
        let start = bytes.count
        bytes += json.utf8
        dataRanges.append(start..<bytes.count)
        var sum = tally
        sum.add(bytes.span.extracting(start..<bytes.count))
        tally = sum
        bytes += "\n\n".utf8
        lineCount += 2
        eventEnds.append(bytes.count)
        expected.append(fields)
    }
}

/// A sum over events that only somebody who saw them all can know.
public struct EventTally: Equatable, Sendable {
    /// How many events.
    public private(set) var events = 0
    private var sum: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// Adds one event: its length and one byte before its end.
    @inline(__always) mutating func add(_ data: Span<UInt8>) {
        events &+= 1
        sum &+= UInt64(truncatingIfNeeded: data.count) &* 0x1_0001
        sum &+= UInt64(data[data.count &- 3])
    }

    /// The sum of so many laps.
    func times(_ laps: Int) -> EventTally {
        var tally = self
        tally.events *= laps
        tally.sum &*= UInt64(laps)
        return tally
    }
}
