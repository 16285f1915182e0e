import Foundation
import Testing

extension EndToEnd {
    @Suite("scenarios of operations against the embedded simulator")
    struct OperationTests {
        private static var mixed: TestProfile {
            var profile = TestProfile(simulator: [
                "seed: 7", "think: 20ms", "chunks: {count: 2, interval: 5ms}", "csat: 100%",
            ])
            profile.load = ["arrivals: constant", "rate: 60/s", "duration: 2s", "drain: 5s"]
            profile.more += [
                "scenarios:",
                "  - {name: chat, weight: 2, conversation: {turns: 2}}",
                "  - name: question",
                "    weight: 2",
                "    think_time: 30ms",
                "    operations: [capabilities, ask, csat]",
                "  - name: procedure",
                "    weight: 2",
                "    think_time: 30ms",
                "    operations: [procedure_run, escalate, {name: csat, settings: {remark: R}}]",
                "  - name: wrong",
                "    operations: [{name: procedure_run, settings: {procedure: none}}, escalate]",
                "slo: [\"op_latency{scenario=question,operation=ask} p95 < 1s\"]",
            ]
            return profile
        }

        @Test("each operation has its rows, each failure its code, and the files agree")
        func mix() async throws {
            let run = try await TestRun(Self.mixed)
            // Two seconds decide no objective.
            #expect(run.result.status == 2, run.words)
            try RunChecks.expectBucketsAddUp(run)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            let summary = try run.table("summary.csv").rows.filter { $0["turn"] == "0" }
            let operations = [
                "question.capabilities", "question.ask", "question.csat",
                "procedure.procedure_run", "procedure.escalate", "procedure.csat",
                "wrong.procedure_run",
            ]
            let latencies = summary.filter { $0["metric"] == "op_latency" && $0["stat"] == "p50" }
            for anchor in ["planned", "sent"] {
                let names = latencies.filter { $0["anchor"] == anchor }.map { $0["scenario"] }
                #expect(Set(names) == Set(operations) && names.count == operations.count)
            }
            // An answer on a stream has a TTFT, a call has none.
            let answered = Set(summary.filter { $0["metric"] == "ttft" }.map { $0["scenario"] })
            #expect(
                answered == [
                    "all", "chat", "question.ask", "procedure.procedure_run",
                    "wrong.procedure_run",
                ])
            try expectSequences(run)
        }

        /// Each sequence went to its end, one after the other, and the ledger knows what it opened.
        private func expectSequences(_ run: TestRun) throws {
            let turns = try run.turns.rows
            let ends = Dictionary(grouping: turns) { $0["scenario"] }
                .mapValues { Set($0.map { "\($0["outcome"]) \($0["detail"])" }) }
            #expect(ends["question.ask"] == ["complete "], "\(ends)")
            #expect(ends["wrong.procedure_run"] == ["http_error post_400_parameter_invalid"])
            for name in ["question.capabilities", "question.csat", "procedure.escalate"] {
                #expect(ends[name] == ["done "], "\(name) \(ends)")
            }
            let counts = try run.turns.counts("scenario")
            #expect(counts["question.csat"] == counts["question.capabilities"])
            #expect(counts["procedure.csat"] == counts["procedure.procedure_run"])
            let opened = ["question.ask", "procedure.procedure_run"].compactMap { counts[$0] }
            let chats = turns.filter { $0["scenario"] == "chat" && $0["turn"] == "1" }.count
            let json = try JSONSerialization.jsonObject(
                with: try contents("\(run.directory)/run.json"))
            let document = try #require(json as? [String: Any])
            let totals = try #require(document["totals"] as? [String: Any])
            let ledger = try #require(totals["ledger"] as? [String: Any])
            // A refused procedure opened nothing.
            #expect(ledger["billable"] as? Int == opened.reduce(chats, +))
            #expect(ledger["escalated"] as? Int == counts["procedure.escalate"])
            #expect(totals["conversations_begun"] as? Int == 120)
        }

        @Test("an operation that there is not is refused before anything is sent")
        func unknown() async throws {
            var profile = Self.mixed
            profile.more = ["scenarios: [{name: a, operations: [fly]}]"]
            let run = try await TestRun(profile)
            #expect(run.result.status == 64, run.words)
            #expect(run.result.errors.contains("unknown operation \"fly\" (known: start, reply"))
        }
    }
}
