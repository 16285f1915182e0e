import Foundation
import Testing

extension EndToEnd {
    @Suite("scenarios of operations against the embedded simulator")
    struct OperationTests {
        private static var mixed: TestProfile {
            var profile = TestProfile(simulator: [
                "seed: 7", "think: 60ms", "chunks: {count: 2, interval: 5ms}", "csat: 100%",
            ])
            profile.load = ["arrivals: constant", "rate: 60/s", "duration: 2s", "drain: 5s"]
            profile.more += [
                "scenarios:",
                "  - {name: chat, weight: 2, conversation: {turns: 2}}",
                "  - name: question",
                "    weight: 2",
                "    think_time: 1s",
                "    operations: [capabilities, ask, csat]",
                "  - name: procedure",
                "    weight: 2",
                "    think_time: 150ms",
                "    operations: [procedure_run, escalate, {name: csat, settings: {remark: R}}]",
                "  - name: wrong",
                "    operations: [{name: procedure_run, settings: {procedure: none}}, escalate]",
                "slo: [\"error_rate{scenario=question,operation=ask} < 50%\"]",
            ]
            return profile.patient
        }

        @Test("each operation has its rows, each failure its code, and the files agree")
        func mix() async throws {
            let run = try await TestRun(Self.mixed)
            // Two seconds decide no objective.
            #expect(run.result.status == 2 || run.isOnlyLate, run.words)
            #expect(try run.table("slo.csv").column("verdict") == ["not_enough_data"])
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
            // On a busy machine chunks are written before the stream stands.
            let answered = ends["question.ask"]?.subtracting(["complete subscription_bound"])
            #expect(answered == ["complete "], "\(ends)")
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

        @Test("the other APIs answer under load, and no text or secret of theirs is written down")
        func families() async throws {
            // The generator's lateness is held against the conversations: a busy machine must not
            // make the run invalid.
            var profile = TestProfile(simulator: ["seed: 7", "think: 500ms", "chunks: {count: 1}"])
            profile.messages = "[zq-canary-message]"
            // Nor may it end a call, or cut one: how soon answers come is not the question here.
            profile.timeouts = "{connect: 5s, response: 15s, first_chunk: 15s, turn: 20s}"
            profile.load = ["arrivals: constant", "rate: 90/s", "duration: 1s", "drain: 20s"]
            let sequences = [
                "content": [
                    "source_create", "page_upsert", "{name: page_upsert, settings: {bytes: 4000}}",
                    "{name: page_upsert, settings: {external_id: b}}", "page_update", "page_get",
                    "page_list", "page_delete", "source_list", "source_get", "source_update",
                    "source_delete",
                ],
                "objects": [
                    "object_upsert", "object_upsert", "object_get", "object_list", "object_delete",
                ],
                "channel": [
                    "channel_new_conversation", "channel_new_message", "channel_quick_reply",
                    "{name: channel_attribute, settings: {value: zq-canary-value}}",
                ],
                "rotation": [
                    "secret_create", "hash_check", "secret_list", "secret_delete",
                    "revoked_hash_check",
                ],
            ]
            profile.more += ["scenarios:", "  - {name: chat, conversation: {turns: 1}}"]
            profile.more += sequences.sorted { $0.key < $1.key }.map { name, operations in
                "  - {name: \(name), operations: [\(operations.joined(separator: ", "))]}"
            }
            let run = try await TestRun(profile)
            #expect(run.isDone, run.words)
            #expect(Set(try run.turns.column("outcome")) == ["done"])
            let counts = try run.turns.counts("scenario")
            #expect(counts.count == 24, "\(counts)")
            #expect(counts["content.page_upsert"] == 3 * (counts["content.source_delete"] ?? 0))
            #expect(counts["rotation.secret_create"] == counts["rotation.revoked_hash_check"])
            #expect(counts["objects.object_upsert"] == 2 * (counts["objects.object_get"] ?? 0))
            try RunChecks.expectEveryTurnCounted(run)
            for name in try FileManager.default.contentsOfDirectory(atPath: run.directory) {
                let written = String(
                    decoding: try contents("\(run.directory)/\(name)"), as: UTF8.self)
                #expect(!written.contains("zq-canary"), "\(name) holds a text")
            }
        }

        @Test("a rotation at 1,000 checks a second gives no wrong verdict")
        func rotation() async throws {
            let folder = try TemporaryFolder()
            let result = try await Command.run(
                arguments: [
                    "run", "identity-rotation", "--output", "\(folder.path)/run", "--progress",
                    "none", "--set", "load.duration=2s", "--set", "generator.max_share=100%",
                    // So that a busy machine neither ends, cuts nor holds back a check.
                    "--set", "conversation.timeouts.connect=30s",
                    "--set", "conversation.timeouts.response=30s", "--set", "load.drain=60s",
                    "--set", "load.max_in_flight=2000",
                ])
            let run = TestRun(folder: folder, result: result)
            // Two seconds decide no objective; a late generator is judged elsewhere.
            #expect([2, 3].contains(result.status), run.words)
            #expect(Set(try run.turns.column("outcome")) == ["done"], run.words)
            let counts = try run.turns.counts("scenario")
            let checks = ["rotation.hash_check", "rotation.revoked_hash_check"].map { counts[$0] }
            #expect(checks == [1600, 400], "\(counts)")
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
