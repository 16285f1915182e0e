import FinMeasure
import Foundation
import Testing

@testable import FinReport

@Suite struct AuditTests {
    private static let zero: Int64 = 1_000_000_000_000

    private func pair(_ number: Int, late: Int64) -> (TurnRow, TruthRow) {
        var turn = TurnRow()
        turn.conversationID = "c\(number)"
        turn.outcome = .done
        turn.sent = 1000
        turn.firstChunk = 5_000_000 + late
        turn.firstReplied = 6_000_000 + late
        turn.done = 7_000_000 + late
        let truth = TruthRow(
            conversationID: "c\(number)", turn: 1, fault: "",
            requestReceived: AuditTests.zero + 3000,
            firstChunkWritten: AuditTests.zero + 5_000_000,
            firstRepliedWritten: AuditTests.zero + 6_000_000,
            doneWritten: AuditTests.zero + 7_000_000)
        return (turn, truth)
    }

    @Test("arrival errors are signed, exact and by rank")
    func errors() throws {
        let pairs = (1...100).map { pair($0, late: Int64($0) * 20_000 - 40_000) }
        let audit = TruthAudit(
            turns: pairs.map(\.0).shuffled(), truth: pairs.map(\.1), zero: AuditTests.zero)
        let chunk = try #require(audit.errors[.firstChunk])
        #expect(audit.joined == 100)
        #expect(audit.isComplete)
        #expect(chunk.count == 100)
        #expect(chunk.smallest == -20_000)
        #expect(chunk.p50 == 960_000)
        #expect(chunk.p99 == 1_940_000)
        #expect(chunk.largest == 1_960_000)
        #expect(chunk.beyondMillisecond == 48)
        // The request took 2 us to the server: that is error of the round trip, not of arrival.
        #expect(audit.errors[.roundTrip]?.p50 == 962_000)
        #expect(audit.errors[.done]?.p90 == 1_760_000)
    }

    @Test("turns and events of one side only are named and counted")
    func oneSided() {
        var pairs = (1...4).map { pair($0, late: 1000) }
        pairs[1].0.firstChunk = nil
        pairs[2].1.doneWritten = nil
        var unsent = TurnRow()
        unsent.conversationID = "blocked"
        let audit = TruthAudit(
            turns: pairs.dropLast().map(\.0) + [unsent], truth: pairs.dropFirst().map(\.1),
            zero: AuditTests.zero)
        #expect(audit.onlyInRun == ["c1 1"])
        #expect(audit.onlyInTruth == ["c4 1"])
        #expect(audit.unmatched == [.firstChunk: 1, .done: 1])
        #expect(audit.oneSided == ["c2 1: first_chunk", "c3 1: done"])
        #expect(audit.requests == (3, 3))
        #expect(!audit.isComplete)
    }

    /// An audit of one turn that is on both sides.
    private func audit(_ change: (inout TurnRow, inout TruthRow) -> Void) -> TruthAudit {
        var (turn, truth) = pair(1, late: 1000)
        change(&turn, &truth)
        return TruthAudit(turns: [turn], truth: [truth], zero: AuditTests.zero)
    }

    @Test(
        "an event of one side only fails the audit where the turn ended well and nothing excuses it"
    )
    func contradictions() {
        #expect(audit { _, _ in }.isComplete)
        #expect(!audit { turn, _ in turn.done = nil }.isComplete)
        #expect(!audit { _, truth in truth.doneWritten = nil }.isComplete)
        #expect(!audit { _, truth in truth.firstRepliedWritten = nil }.isComplete)
        let inferred = audit { turn, truth in
            (turn.detail, truth.doneWritten) = ("inferred_done", nil)
        }
        #expect(inferred.isComplete && inferred.unmatched == [.done: 1])
        let failed = audit { turn, _ in (turn.outcome, turn.done) = (.timeout, nil) }
        #expect(failed.isComplete && failed.oneSided.isEmpty && !failed.agrees)
        let text = audit { turn, _ in turn.done = nil }.text
        #expect(text.contains("of turns that ended well: 1 (c1 1: done)"))
    }

    @Test("a turn that waited for the rate limit says nothing of the round trip")
    func waited() {
        let found = audit { turn, _ in turn.detail = "waited_429" }
        #expect(found.errors[.roundTrip] == nil)
        #expect(found.errors[.firstChunk]?.count == 1 && found.agrees && found.isComplete)
    }

    @Test("the table and the rows of an audit are these")
    func text() {
        let pairs = (1...3).map { pair($0, late: Int64($0) * 1000) }
        let audit = TruthAudit(
            turns: pairs.map(\.0), truth: pairs.map(\.1), zero: AuditTests.zero)
        #expect(
            audit.csv == """
                subject,n,min_ns,p50_ns,p90_ns,p99_ns,max_ns,beyond_1ms,one_side
                first_chunk,3,1000,2000,3000,3000,3000,0,0
                first_replied,3,1000,2000,3000,3000,3000,0,0
                done,3,1000,2000,3000,3000,3000,0,0
                round_trip,3,3000,4000,5000,5000,5000,0,0

                """)
        #expect(audit.text.contains("first_chunk              3   1.00 us   2.00 us"))
        #expect(audit.text.contains("3 turns on both sides; requests sent 3, received 3"))
    }

    @Test("a run's directory is joined to a truth log on disk")
    func directory() throws {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path)
        var rows = TruthRow.columns.joined(separator: ",") + "\n"
        for turn in SyntheticRun.turns() {
            let written = [turn.firstChunk, turn.firstReplied, turn.done]
                .map { $0.map { "\($0.nanoseconds - 500)" } ?? "" }.joined(separator: ",")
            rows +=
                "fb-test-\(turn.conversation),\(turn.turn),,\(turn.planned.nanoseconds),"
                + "\(written)\n"
        }
        let path = "\(directory.path)/truth.csv"
        try Data((rows + "half a row").utf8).write(to: URL(fileURLWithPath: path))
        let audit = try TruthAudit(directory: directory.path, truthPath: path)
        #expect(audit.isComplete)
        #expect(audit.joined == 12)
        #expect(audit.errors[.firstChunk]?.largest == 500)
        #expect(audit.errors[.firstChunk]?.count == 11)
        try Data("nonsense\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ReportError.self) {
            try TruthAudit(directory: directory.path, truthPath: path)
        }
    }
}
