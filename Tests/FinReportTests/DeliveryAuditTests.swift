import FinMeasure
import FinWire
import Testing

@testable import FinReport

/// Replies of a receiver's log beside turns.
@Suite struct DeliveryAuditTests {
    private let zero: Int64 = 1_770_000_000_000_000_000
    private let ms: Int64 = 1_000_000

    private func turn(_ id: String, _ number: Int, sent: Int64, replied: Int64?) -> TurnRow {
        var row = TurnRow()
        row.conversationID = id
        row.turn = number
        row.sent = sent * ms
        row.firstReplied = replied.map { $0 * ms }
        return row
    }

    /// A reply made and received so many milliseconds after the run's zero.
    private func reply(_ id: String, made: Int64, received: Int64) -> DeliveryAudit.Reply {
        .init(
            conversation: TextDigest(id), created: zero / ms + made,
            received: zero / ms + received)
    }

    @Test("each turn gets the first reply that was made after it was sent")
    func turns() {
        var audit = DeliveryAudit(
            turns: [
                turn("a", 2, sent: 1000, replied: 1100), turn("a", 1, sent: 0, replied: 100),
                turn("b", 1, sent: 5, replied: 90),
            ], unixZero: zero)
        audit.join([
            reply("a", made: 1200, received: 1260),  // the turn's second part
            reply("a", made: 1099, received: 1150), reply("a", made: 99, received: 80),
            reply("c", made: 50, received: 60),
        ])
        #expect(audit.rows.map(\.conversationID) == ["b", "a", "a"])
        #expect(audit.rows.map(\.skew) == [nil, -20 * ms, 50 * ms])
        #expect(audit.missing.map(\.conversationID) == ["b"])
        let lines = audit.csv.split(separator: "\n")
        #expect(lines.count == 4 && lines[3] == "a,2,1100000000,1150000000,50000000")
        #expect(audit.text.contains("without a webhook: 1: b 1"))
    }

    @Test("a turn without a reply on the stream is not missed by webhook")
    func failed() {
        var audit = DeliveryAudit(
            turns: [turn("a", 1, sent: 0, replied: nil)], unixZero: zero)
        audit.join([])
        #expect(audit.missing.isEmpty && audit.rows.count == 1)
    }
}
