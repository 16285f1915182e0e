import FinMeasure
import FinProfile
import Testing

@testable import FinReport

@Suite struct FaultTallyTests {
    private func truth(_ fault: String, done: Int64? = 7_000_000) -> TruthRow {
        TruthRow(
            conversationID: "c", turn: 1, fault: fault, requestReceived: 1000,
            firstChunkWritten: 5_000_000, firstRepliedWritten: 6_000_000, doneWritten: done)
    }

    private func tally(
        _ fault: String, _ outcome: Outcome, _ detail: String, done: Int64? = 7_000_000
    ) -> FaultTally {
        var turn = TurnRow()
        turn.conversationID = "c"
        turn.outcome = outcome
        turn.detail = detail
        turn.sent = 1000
        var tally = FaultTally(fault: fault)
        tally.add(turn, truth(fault, done: done), errors: [])
        return tally
    }

    /// The documented table: what each fault must look like.
    static let table: [(SimulatorSettings.Fault, Outcome, String)] = [
        (.stall, .timeout, "idle"), (.cut, .closedBeforeDone, "stream"),
        (.reset, .closedBeforeDone, "stream"), (.missingDone, .closedBeforeDone, "stream"),
        (.tokenExpiry, .tokenExpired, "stream_401"), (.tokenError, .tokenExpired, "error_event"),
        (.hugeEvent, .protocolError, "oversized_event"), (.http429, .rateLimited, "post_429"),
        (.http500, .httpError, "post_500"), (.http503, .httpError, "post_503"),
        (.malformedJSON, .done, "malformed_event"), (.duplicateReply, .done, "duplicate_reply"),
        (.indexGap, .done, "index_gap"), (.lateChunk, .done, "late_chunk"),
        (.slowHeaders, .done, "subscription_bound"), (.largeEvent, .done, ""),
        (.splitBytes, .done, ""), (.crlf, .resolved, ""), (.cr, .escalated, "requested_by_user"),
        (.bom, .complete, ""), (.multiLine, .done, "inferred_done"),
        (.unknownEvent, .done, "late_subscription"),
    ]

    @Test("the table names every fault once")
    func whole() {
        #expect(Set(Self.table.map(\.0)) == Set(SimulatorSettings.Fault.allCases))
        #expect(Self.table.count == SimulatorSettings.Fault.allCases.count)
    }

    @Test("each fault agrees with its own row of the table, and with no row of another kind")
    func rows() {
        let kinds = Dictionary(
            uniqueKeysWithValues: Self.table.map { fault, outcome, detail in
                // The cause, or the class; what ends well without one is one kind.
                (
                    fault,
                    outcome.isSuccess ? String(detail.split(separator: "_").first ?? "") : detail
                )
            })
        for (fault, _, _) in Self.table {
            for (other, outcome, detail) in Self.table {
                let found = tally(fault.rawValue, outcome, detail)
                if fault == other {
                    #expect(found.agree == 1, "\(fault) as \(outcome) \(detail)")
                } else if !outcome.isSuccess, kinds[fault] != kinds[other] {
                    #expect(found.agree == 0, "\(fault) as \(outcome) \(detail)")
                }
            }
        }
    }

    @Test("a class that was not asked for, or one that is missing, differs")
    func classes() {
        #expect(tally("index_gap", .done, "").differing == ["c 1: done"])
        #expect(tally("index_gap", .done, "index_gap+late_chunk").agree == 0)
        #expect(tally("crlf", .done, "malformed_event").differing == ["c 1: done malformed_event"])
        #expect(tally("", .done, "duplicate_chunk").agree == 0)
        #expect(tally("", .done, "subscription_bound+late_subscription").agree == 1)
    }

    @Test("a resumed stream ends well after a break, and meets a dead token after its turn")
    func resumed() {
        #expect(tally("cut", .done, "resumed").agree == 1)
        #expect(tally("reset", .done, "resumed+index_gap").agree == 0)
        #expect(tally("missing_done", .tokenExpired, "stream_401+resumed").agree == 1)
        #expect(tally("missing_done", .done, "resumed").agree == 0)
    }

    @Test("a timeout is no difference where the server never came to the end, and one where it did")
    func timeouts() {
        #expect(tally("slow_headers", .timeout, "first_chunk", done: nil).agree == 1)
        #expect(tally("slow_headers", .timeout, "first_chunk").agree == 0)
        #expect(tally("", .timeout, "idle", done: nil).agree == 1)
        #expect(tally("", .timeout, "idle").agree == 0)
        #expect(tally("cr", .closedBeforeDone, "stream", done: nil).agree == 0)
    }

    @Test("without a fault, only an end that an unfinished answer can have agrees")
    func unfinished() {
        #expect(tally("", .closedBeforeDone, "stream", done: nil).agree == 1)
        #expect(tally("", .tokenExpired, "stream_401", done: nil).agree == 1)
        let others = Outcome.allCases.filter {
            $0.isFailure && ![.timeout, .closedBeforeDone, .tokenExpired].contains($0)
        }
        #expect(others.contains(.protocolError) && others.contains(.connectionLost))
        for outcome in others { #expect(tally("", outcome, "", done: nil).agree == 0) }
    }

    @Test("a turn that waited for the rate limit has no class for it")
    func waited() {
        #expect(tally("", .done, "waited_429").agree == 1)
        #expect(tally("http_429", .rateLimited, "post_429+waited_429").agree == 1)
        #expect(tally("", .done, "waited_429+index_gap").agree == 0)
    }

    @Test("what we cut is neither; a fault of nobody's never agrees")
    func neither() {
        let cut = tally("stall", .cut, "drain")
        #expect(cut.cut == 1 && cut.agree == 0 && cut.differing.isEmpty)
        #expect(tally("meteor", .done, "").differing.count == 1)
        #expect(tally("rate_limit", .rateLimited, "post_429").agree == 1)
    }

    @Test("the audit sorts its table, lists what differs, and fails for it")
    func audit() {
        var turns: [TurnRow] = []
        var rows: [TruthRow] = []
        for (index, fault) in ["crlf", "", "stall", "crlf"].enumerated() {
            var turn = TurnRow()
            turn.conversationID = "c\(index)"
            turn.outcome = index == 3 ? .timeout : fault == "stall" ? .timeout : .done
            turn.detail = fault == "stall" || index == 3 ? "idle" : ""
            turn.sent = 0
            turn.firstChunk = 5_000_500
            turn.firstReplied = 6_000_500
            turn.done = 7_000_500
            turns.append(turn)
            var row = truth(fault)
            row.conversationID = "c\(index)"
            rows.append(row)
        }
        let audit = TruthAudit(turns: turns, truth: rows, zero: 0)
        #expect(audit.isComplete && !audit.agrees)
        #expect(audit.faults.map(\.fault) == ["", "stall", "crlf"])
        #expect(
            audit.faultCSV == """
                fault,turns,expected,agree,differ,cut,arrival_n,arrival_p99_ns
                ,1,done,1,0,0,3,500
                stall,1,timeout first_chunk|idle|turn,1,0,0,3,500
                crlf,2,done,1,1,0,6,500

                """)
        #expect(audit.text.contains("with crlf, yet not \"done\": 1 (c3 1: timeout idle)"))
    }

    @Test("a call that was refused with 429 and repeated is one request")
    func repeated() {
        var turn = TurnRow()
        turn.conversationID = "c"
        turn.outcome = .done
        turn.sent = 0
        turn.firstChunk = 5_000_000
        turn.firstReplied = 6_000_000
        turn.done = 7_000_000
        var refused = truth("http_429", done: nil)
        refused.firstChunkWritten = nil
        let audit = TruthAudit(turns: [turn], truth: [refused, truth("")], zero: 0)
        #expect(audit.requests == (1, 1) && audit.isComplete && audit.agrees)
        let twice = TruthAudit(turns: [turn], truth: [truth(""), truth("")], zero: 0)
        #expect(twice.requests == (1, 2) && !twice.isComplete)
    }
}
