internal import FinMeasure
public import FinWire

/// Sets the webhooks of somebody else's receiver beside the turns of a run, afterwards.
///
/// Both sides have wall clocks: what they differ by is in every skew, and the receiver's log has whole
/// milliseconds. Where both run on one machine, or both clocks are in sync, the skew is the webhook's.
public struct DeliveryAudit: Sendable {
    /// One accepted delivery of a `fin_replied`.
    public struct Reply: Sendable {
        /// The fingerprint of `conversation_id`.
        public var conversation: TextDigest
        /// `created_at_ms`; nil where the event has none.
        public var created: Int64?
        /// The receipt, Unix milliseconds.
        public var received: Int64

        /// Joins the three.
        public init(conversation: TextDigest, created: Int64?, received: Int64) {
            self.conversation = conversation
            self.created = created
            self.received = received
        }
    }

    /// A turn with its reply on both sides.
    public struct Row: Sendable, Equatable {
        /// The conversation's id.
        public var conversationID: String
        /// From 1.
        public var turn: Int
        /// The first `fin_replied` on the stream, nanoseconds since the run's zero; nil without one.
        public var stream: Int64?
        /// Its webhook's receipt on the same clock; nil where the log has none.
        public var webhook: Int64?

        /// The webhook's arrival less the stream's.
        public var skew: Int64? {
            guard let stream, let webhook else { return nil }
            return webhook - stream
        }
    }

    private struct Turn {
        var row: Row
        var sent: Int64
    }

    private var turns: [TextDigest: [Turn]] = [:]
    private let zero: Int64
    /// Turns that were sent, by conversation; what `join` has found is in them.
    public private(set) var rows: [Row] = []

    /// Reads a run's turns.
    ///
    /// - Throws: `ReportError` when a file is missing or malformed, or turns were not written.
    public init(directory: String) throws {
        let record = try RecordReader.read(directory: directory)
        guard record.turnsPath != nil else {
            throw ReportError(
                .file, path: directory,
                "holds no \"\(RecordFiles.turns)\"; expected a run with its turns: run again "
                    + "with --turns on")
        }
        var rows: [TurnRow] = []
        try record.forEachTurn { rows.append($0) }
        self.init(
            turns: rows, unixZero: Int64(clamping: record.document.clock.unixNanoseconds))
    }

    /// Takes rows; `unixZero` is the run's zero in wall time, nanoseconds.
    init(turns rows: [TurnRow], unixZero: Int64) {
        zero = unixZero
        for row in rows {
            guard let sent = row.sent else { continue }
            turns[TextDigest(row.conversationID), default: []].append(
                Turn(
                    row: Row(
                        conversationID: row.conversationID, turn: row.turn,
                        stream: row.firstReplied),
                    sent: sent))
        }
        for key in turns.keys { turns[key]?.sort { $0.row.turn < $1.row.turn } }
    }

    /// The conversations of the run.
    public var conversations: Set<TextDigest> { Set(turns.keys) }

    /// Gives each reply to the newest turn that was sent before it was made, and each turn its first.
    ///
    /// Right as long as the clocks differ by less than the pause between two turns.
    public mutating func join(_ replies: [Reply]) {
        for reply in replies.sorted(by: {
            ($0.created ?? $0.received) < ($1.created ?? $1.received)
        }) {
            guard let known = turns[reply.conversation] else { continue }
            let made = DeliveryAudit.nanoseconds(reply.created ?? reply.received) - zero
            let place = known.lastIndex { $0.sent <= made + 1_000_000 } ?? 0
            if known[place].row.webhook == nil {
                turns[reply.conversation]?[place].row.webhook = reply.received * 1_000_000 - zero
            }
        }
        rows = turns.values.flatMap { $0.map(\.row) }.sorted {
            ($0.stream ?? .max, $0.conversationID, $0.turn)
                < ($1.stream ?? .max, $1.conversationID, $1.turn)
        }
    }
}

extension DeliveryAudit {
    /// Unix milliseconds from outside as nanoseconds; what 64 bits do not hold stops at their end.
    private static func nanoseconds(_ milliseconds: Int64) -> Int64 {
        min(max(0, milliseconds), Int64.max / 1_000_000) * 1_000_000
    }

    /// Turns whose reply was seen on the stream and never by webhook.
    public var missing: [Row] { rows.filter { $0.stream != nil && $0.webhook == nil } }

    /// Counts and skew for the terminal.
    public var text: String {
        let skews = rows.compactMap(\.skew)
        let later = ErrorStatistics(skews.filter { $0 >= 0 })
        let earlier = ErrorStatistics(skews.filter { $0 < 0 }.map { -$0 })
        let head = ["first fin_replied", "n", "p50", "p90", "p99", "max"]
        let table = [head, line("webhook_after_sse", later), line("sse_after_webhook", earlier)]
        let shown = missing.prefix(5).map { "\($0.conversationID) \($0.turn)" }
        let names = shown.isEmpty ? "" : ": " + shown.joined(separator: ", ")
        return
            (table.map { row in
                row.enumerated().map { column, cell in
                    Human.pad(cell, column == 0 ? 20 : 10, right: column > 0)
                }.joined()
            } + [
                "", "\(rows.count) turns sent, \(skews.count) with their reply on both sides",
                "without a webhook: \(missing.count)\(names)",
                "The two clocks' difference is in every figure; the log has whole milliseconds.",
            ]).joined(separator: "\n")
    }

    private func line(_ name: String, _ found: ErrorStatistics) -> [String] {
        [name, "\(found.count)"]
            + [found.p50, found.p90, found.p99, found.largest].map {
                found.count == 0 ? "-" : Human.span(signed: $0)
            }
    }

    /// A row for each turn: instants in nanoseconds since the run's zero, empty where none.
    public var csv: String {
        var buffer = CSVBuffer(header: [
            "conversation_id", "turn", "first_replied_ns", "webhook_replied_ns", "skew_ns",
        ])
        for row in rows {
            buffer.field(row.conversationID)
            buffer.field(row.turn)
            for value in [row.stream, row.webhook, row.skew] {
                if let value { buffer.field(value) } else { buffer.field("") }
            }
            buffer.endRow()
        }
        return String(decoding: buffer.bytes.dropLast(), as: UTF8.self)
    }
}
