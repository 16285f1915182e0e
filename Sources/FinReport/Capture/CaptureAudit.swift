internal import FinMeasure
internal import FinWire

/// A run held against a packet capture of the same machine, event by event.
///
/// The capture's wall time becomes the run's by the pair of readings in `run.json` and the drift
/// between the clocks in `health.csv`. A difference is positive where the run saw an event later than
/// the packet that completed it.
public struct CaptureAudit: Sendable {
    static let subjects: [TruthAudit.Subject] = [.firstChunk, .firstReplied, .done]

    /// Differences by subject, nanoseconds.
    public let errors: [TruthAudit.Subject: ErrorStatistics]
    /// Every event that is in both, in the order of `turns.csv`.
    public let pairs: [Pair]
    /// Events of turns that ended well and that the capture does not hold, as `id turn: subject`.
    public let missing: [String]
    /// Turns whose events were looked for.
    public let turns: Int
    /// What the capture holds.
    public let packets: Int
    /// Event streams in it.
    public let streams: Int
    /// Directions of connections with bytes missing.
    public let holes: Int

    /// Compares a run's `turns.csv` with a capture.
    ///
    /// - Throws: `ReportError` when a file is missing or malformed, packets are cut short, turns were
    ///   not written, or the capture holds no event stream.
    /// - Complexity: the capture is held in memory.
    public init(directory: String, capturePath: String) throws {
        let record = try RecordReader.read(directory: directory)
        guard record.turnsPath != nil else {
            throw ReportError(
                .file, path: directory,
                "holds no \"\(RecordFiles.turns)\"; expected a run with its turns: run again "
                    + "with --turns on")
        }
        let captured = try CapturedEvents(path: capturePath)
        if captured.events.isEmpty {
            throw ReportError(
                .malformed, path: capturePath,
                captured.encrypted > 0
                    ? "holds TLS alone, which cannot be read; expected plain HTTP/1.1: capture "
                        + "behind the proxy that ends TLS"
                    : "holds no event of Fin's in \(captured.packets) packets; expected the run's "
                        + "event streams: capture the stream's port from before the run to its end")
        }
        var turns: [TurnRow] = []
        try record.forEachTurn { if $0.sent != nil { turns.append($0) } }
        let clock = WallClock(record)
        let join = CaptureJoin(turns: turns, events: captured.events, clock: clock)
        pairs = join.pairs
        errors = Dictionary(grouping: join.pairs, by: \.subject).mapValues { pairs in
            ErrorStatistics(pairs.map { $0.seen - $0.packet })
        }
        missing = join.missing.sorted()
        self.turns = turns.count
        packets = captured.packets
        streams = captured.streams
        holes = captured.holes
    }

    /// Whether the capture holds every event of the turns that ended well; one without any event of the
    /// run shows nothing.
    public var isComplete: Bool { missing.isEmpty && !pairs.isEmpty }

    /// An event and the packet that completed it.
    public struct Pair: Sendable {
        /// The conversation's id on the wire.
        public let conversation: String
        /// The turn, from 1.
        public let turn: Int
        /// Which event of the turn.
        public let subject: TruthAudit.Subject
        /// When the packet passed, nanoseconds since the run's zero.
        public let packet: Int64
        /// When the run says that the event came, nanoseconds since its zero.
        public let seen: Int64
    }
}

/// Wall time as nanoseconds since a run's zero.
struct WallClock {
    private let zero: Int64
    // Ends of intervals and the clocks' drift there, nanoseconds.
    private let points: [(at: Double, drift: Double)]

    init(_ record: RunRecord) {
        zero = Int64(clamping: record.document.clock.unixNanoseconds)
        points =
            [(at: 0, drift: 0)]
            + record.health.filter { $0.metric == HealthMetric.clockDrift.rawValue }
            .map { (at: Double(($0.start + $0.length).count), drift: $0.value * 1000) }
    }

    /// Between two readings of the drift it is taken to grow evenly.
    func sinceZero(unixNanoseconds: Int64) -> Int64 {
        let wall = Double(unixNanoseconds - zero)
        let next = points.firstIndex { $0.at > wall } ?? points.count
        guard next > 0 else { return unixNanoseconds - zero }
        let before = points[next - 1]
        guard next < points.count else {
            return unixNanoseconds - zero - Int64(before.drift.rounded())
        }
        let share = (wall - before.at) / (points[next].at - before.at)
        let drift = before.drift + share * (points[next].drift - before.drift)
        return unixNanoseconds - zero - Int64(drift.rounded())
    }
}

/// Turns and the first event of each kind within them.
private struct CaptureJoin {
    private(set) var pairs: [CaptureAudit.Pair] = []
    private(set) var missing: [String] = []

    init(turns: [TurnRow], events: [CapturedEvent], clock: WallClock) {
        var places: [TextDigest: [Int]] = [:]
        for (index, turn) in turns.enumerated() {
            places[TextDigest(turn.conversationID), default: []].append(index)
        }
        var found = [[TruthAudit.Subject: Int64]](repeating: [:], count: turns.count)
        for event in events {
            let instant = clock.sinceZero(unixNanoseconds: event.unixNanoseconds)
            // An event belongs to the last turn that was sent before it.
            let turn = places[event.conversation]?.last { (turns[$0].sent ?? .max) <= instant }
            guard let turn, found[turn][event.subject] == nil else { continue }
            found[turn][event.subject] = instant
        }
        for (turn, packets) in zip(turns, found) { compare(turn, packets) }
    }

    private mutating func compare(_ turn: TurnRow, _ packets: [TruthAudit.Subject: Int64]) {
        let seen: [(TruthAudit.Subject, Int64?)] = [
            (.firstChunk, turn.firstChunk), (.firstReplied, turn.firstReplied), (.done, turn.done),
        ]
        for (subject, instant) in seen {
            guard let instant else { continue }
            if let packet = packets[subject] {
                pairs.append(
                    .init(
                        conversation: turn.conversationID, turn: Int(turn.turn), subject: subject,
                        packet: packet, seen: instant))
            } else if turn.outcome.isSuccess {
                missing.append("\(turn.conversationID) \(turn.turn): \(subject.rawValue)")
            }
        }
    }
}
