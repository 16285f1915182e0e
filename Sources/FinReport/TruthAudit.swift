internal import FinMeasure

/// A run held against the server's own truth log, turn by turn.
///
/// Both sides read one `CLOCK_MONOTONIC` (one machine), so an arrival error is a plain difference:
/// positive when we saw an event later than the server wrote it, which is the way through two
/// kernels plus our lateness; negative would be a broken clock or a wrong join.
public struct TruthAudit: Sendable {
    /// What was compared.
    public enum Subject: String, Sendable, CaseIterable {
        /// `first_chunk` minus the write of the first chunk.
        case firstChunk = "first_chunk"
        /// `first_replied` minus the write of the first `fin_replied`.
        case firstReplied = "first_replied"
        /// `done` minus the write of the done signal.
        case done
        /// (`first_chunk` - `sent`) minus (its write - the request's receipt); without the turns that
        /// waited for the rate limit: the wait is ours, and before the receipt.
        case roundTrip = "round_trip"
    }

    /// Rows on both sides.
    public let joined: Int
    /// Turns that the server saw and the run does not have, as `id turn`.
    public let onlyInTruth: [String]
    /// Turns that the run sent and the server does not have, as `id turn`.
    public let onlyInRun: [String]
    /// Joined turns whose event only one side has, by subject; a fault explains them or does not.
    public let unmatched: [Subject: Int]
    /// Events that only one side has, of turns that ended well, as `id turn: subject`; nothing that the
    /// run says of such a turn explains it.
    public let oneSided: [String]
    /// The errors by subject, nanoseconds.
    public let errors: [Subject: ErrorStatistics]
    /// What became of the turns, fault by fault; turns without a fault come first.
    public let faults: [FaultTally]
    /// Requests that the run sent, and that the server received.
    public let requests: (sent: Int, received: Int)

    /// Compares a run's `turns.csv` with a truth log.
    ///
    /// - Throws: `ReportError` when a file is missing or malformed, or turns were not written.
    public init(directory: String, truthPath: String) throws {
        let record = try RecordReader.read(directory: directory)
        guard record.turnsPath != nil else {
            throw ReportError(
                .file, path: directory,
                "holds no \"\(RecordFiles.turns)\"; expected a run with its turns: run again "
                    + "with --turns on")
        }
        var turns: [TurnRow] = []
        try record.forEachTurn { turns.append($0) }
        // Operations count a conversation's turns otherwise than the server: they stay outside.
        let operated = Set(
            turns.filter { ScenarioName($0.scenario).operation != nil }.map(\.conversationID))
        turns.removeAll { operated.contains($0.conversationID) }
        let truth = try TruthRow.read(path: truthPath).filter {
            !operated.contains($0.conversationID)
        }
        self.init(
            turns: turns, truth: truth,
            zero: Int64(clamping: record.document.clock.monotonicNanoseconds))
    }

    /// Compares rows; `zero` is the monotonic instant of the run's zero.
    init(turns: [TurnRow], truth: [TruthRow], zero: Int64) {
        var join = Join(truth: truth, zero: zero)
        for turn in turns where turn.sent != nil { join.add(turn) }
        joined = join.joined
        onlyInRun = join.onlyInRun
        onlyInTruth = join.rest.map(\.name).sorted()
        unmatched = join.unmatched
        oneSided = join.oneSided.sorted()
        errors = join.errors.mapValues { ErrorStatistics($0) }
        faults = join.settledFaults
        requests = (
            sent: turns.count { $0.sent != nil },
            received: join.received
        )
    }

    /// Whether each turn looks as its fault, or none, demands.
    public var agrees: Bool { faults.allSatisfy { $0.differing.isEmpty } }

    /// Whether both sides have the same turns and requests, and the same events of what ended well.
    public var isComplete: Bool {
        onlyInRun.isEmpty && onlyInTruth.isEmpty && oneSided.isEmpty
            && requests.sent == requests.received
    }
}

/// The working state of a comparison.
private struct Join {
    struct Key: Hashable {
        var conversationID: String
        var turn: Int
        var name: String { "\(conversationID) \(turn)" }
    }

    private var truth: [Key: TruthRow] = [:]
    private let zero: Int64
    private(set) var joined = 0
    private(set) var onlyInRun: [String] = []
    private(set) var unmatched: [TruthAudit.Subject: Int] = [:]
    private(set) var oneSided: [String] = []
    private(set) var errors: [TruthAudit.Subject: [Int64]] = [:]
    /// Requests that the server received; a refused one and its repeat are one.
    private(set) var received = 0
    private var faults: [String: FaultTally] = [:]

    init(truth rows: [TruthRow], zero: Int64) {
        self.zero = zero
        for row in rows {
            let key = Key(conversationID: row.conversationID, turn: row.turn)
            let refused = truth.updateValue(row, forKey: key)
            let isRepeat = refused.map { ["rate_limit", "http_429"].contains($0.fault) } ?? false
            if row.requestReceived != nil, !isRepeat { received += 1 }
        }
    }

    /// The faults' tallies, in order.
    var settledFaults: [FaultTally] {
        faults.values.map { tally in
            var tally = tally
            tally.settle()
            return tally
        }.sorted { ($0.order, $0.fault) < ($1.order, $1.fault) }
    }

    /// What no turn of the run has claimed.
    var rest: [Key] { Array(truth.keys) }

    mutating func add(_ turn: TurnRow) {
        let key = Key(conversationID: turn.conversationID, turn: turn.turn)
        guard let row = truth.removeValue(forKey: key) else {
            onlyInRun.append(key.name)
            return
        }
        joined += 1
        let arrivals = [
            compare(.firstChunk, turn, turn.firstChunk, row.firstChunkWritten),
            compare(.firstReplied, turn, turn.firstReplied, row.firstRepliedWritten),
            compare(.done, turn, turn.done, row.doneWritten),
        ].compactMap { $0 }
        faults[row.fault, default: FaultTally(fault: row.fault)].add(turn, row, errors: arrivals)
        if let sent = turn.sent, let chunk = turn.firstChunk, let read = row.requestReceived,
            let written = row.firstChunkWritten,
            !TurnDetail(turn.detail).flags.contains(.waited429)
        {
            errors[.roundTrip, default: []].append((chunk - sent) - (written - read))
        }
    }

    private mutating func compare(
        _ subject: TruthAudit.Subject, _ turn: TurnRow, _ seen: Int64?, _ written: Int64?
    ) -> Int64? {
        switch (seen, written) {
        case (let seen?, let written?):
            let error = seen + zero - written
            errors[subject, default: []].append(error)
            return error
        case (nil, nil): return nil
        default:
            unmatched[subject, default: 0] += 1
            if Join.contradicts(turn, subject) {
                oneSided.append("\(turn.conversationID) \(turn.turn): \(subject.rawValue)")
            }
            return nil
        }
    }

    /// Whether an event that only one side has speaks against the run: the turn ended well, and no
    /// flag of it says that such an event was spoilt, missed or inferred.
    private static func contradicts(_ turn: TurnRow, _ subject: TruthAudit.Subject) -> Bool {
        let excuses: TurnFlags =
            switch subject {
            case .firstChunk: [.malformedEvent, .lateSubscription]
            case .firstReplied: [.malformedEvent]
            case .done: [.inferredDone]
            case .roundTrip: []
            }
        return turn.outcome.isSuccess && TurnDetail(turn.detail).flags.isDisjoint(with: excuses)
    }
}
