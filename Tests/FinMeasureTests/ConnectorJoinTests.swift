import FinMeasure
import FinTestSupport
import Testing

@Suite("Calls of data connectors beside their executions")
struct ConnectorJoinTests {
    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    private func visit(_ id: String, _ from: UInt64, _ to: UInt64) -> ConnectorVisit {
        ConnectorVisit(conversationID: id, received: at(from), answered: at(to))
    }

    private func report(_ id: UInt64, _ conversation: String, _ span: UInt64?) -> ReportedExecution
    {
        ReportedExecution(
            id: id, conversationID: conversation, milliseconds: span, isSuccess: span != nil)
    }

    @Test("a call between sent and the first chunk is part of the TTFT, one after it is not")
    func shares() throws {
        var join = ConnectorJoin()
        join.take(visit("a", 10, 40))
        join.take(visit("a", 120, 150))
        join.take(turnOf: "a", sent: at(0), firstChunk: at(100))
        join.take(turnOf: "b", sent: at(0), firstChunk: at(100))
        let (ours, totals) = join.finish(
            [report(8, "a", 20), report(7, "a", 50), report(9, "elsewhere", 1)], note: "")
        #expect(totals.seen == 2 && totals.reported == 2 && totals.foreign == 1)
        #expect(totals.turns == 1 && totals.reportedTurns == 1)
        #expect(totals.seenUnmatched == 0 && totals.reportedUnmatched == 0)
        #expect(abs(try #require(totals.answerShare) - 0.3) < 1e-9)
        // The first call is the execution with the smaller id.
        #expect(abs(try #require(totals.executionShare) - 0.5) < 1e-9)
        #expect(ours.map(\.reported.id) == [7, 8] && ours.allSatisfy { $0.visited == at(10) })
    }

    @Test("where the two sides count differently nothing is matched, and both are counted so")
    func unmatched() {
        var join = ConnectorJoin()
        join.take(visit("a", 10, 40))
        join.take(visit("a", 50, 60))
        join.take(visit("", 50, 60))
        join.take(turnOf: "a", sent: at(0), firstChunk: at(100))
        let (_, totals) = join.finish([report(1, "a", 30)], note: "why")
        #expect(totals.seen == 3 && totals.seenUnmatched == 3 && totals.reportedUnmatched == 1)
        #expect(totals.executionShare == nil && totals.turns == 1)
        #expect(abs(totals.answerSeconds - 0.04) < 1e-9 && totals.ttftSeconds == 0.1)
        #expect(totals.note == "why")
        var nothing = ConnectorJoin()
        let (_, none) = nothing.finish([], note: "")
        #expect(none.answerShare == nil && none == RunDocument.Connectors())
    }

    @Test("every call and every execution is counted once", arguments: 0..<60)
    func conservation(index: Int) {
        var draws = TestSeed.generator(index)
        var join = ConnectorJoin()
        var reported: [ReportedExecution] = []
        var seen = 0
        var matched = 0
        for conversation in 0..<Int(draws.next() % 12) {
            let calls = Int(draws.next() % 4)
            let reports = Int(draws.next() % 4)
            for call in 0..<calls {
                join.take(visit("c\(conversation)", UInt64(call * 10), UInt64(call * 10 + 5)))
            }
            for _ in 0..<reports {
                reported.append(report(draws.next() >> 40, "c\(conversation)", 4))
            }
            seen += calls
            if calls > 0, calls == reports { matched += calls }
            join.take(turnOf: "c\(conversation)", sent: at(0), firstChunk: at(100))
        }
        let (_, totals) = join.finish(reported, note: "")
        #expect(totals.seen == seen && totals.seen - totals.seenUnmatched == matched, "\(seed)")
        #expect(totals.reported + totals.foreign == reported.count, "\(seed)")
        #expect(totals.reported - totals.reportedUnmatched == matched, "\(seed)")
        #expect(totals.reportedTurns <= totals.turns, "\(seed)")
    }

    private var seed: String { TestSeed.note }
}
