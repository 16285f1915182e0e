import Foundation
import Testing

extension EndToEnd {
    @Suite("data connectors against the embedded simulator")
    struct ConnectorTests {
        private static var profile: TestProfile {
            var profile = TestProfile(simulator: [
                "seed: 7", "think: 20ms", "chunks: {count: 2, interval: 5ms}",
                "connectors: {share: 50%}",
            ])
            profile.load = ["arrivals: constant", "rate: 60/s", "duration: 2s", "drain: 5s"]
            profile.more += [
                "connectors: {answer: 60ms, failures: 10%}",
                "scenarios:",
                "  - {name: chat, weight: 3, conversation: {turns: 2}}",
                "  - name: keep",
                "    operations: [connector_create, connector_get, connector_update,",
                "      {name: connector_update, settings: {state: live}},",
                "      {name: connector_update, settings: {state: draft}}, connector_delete]",
                "  - name: look",
                "    operations: [connector_list, {name: execution_list, think_time: 1s},",
                "      execution_get]",
                "  - name: taken",
                "    operations: [connector_list, {name: connector_update,",
                "      settings: {state: draft}}]",
            ]
            // A busy machine is no finding.
            return profile.patient
        }

        private struct Document: Decodable {
            struct Totals: Decodable { var connectors: Connectors }
            struct Connectors: Decodable {
                var seen: Int
                var reported: Int
                var failed: Int
                var foreign: Int
                var seen_unmatched: Int
                var reported_unmatched: Int
                var turns: Int
                var reported_turns: Int
                var note: String
            }
            var totals: Totals
        }

        @Test("every call is reported, every operation has its rows, every turn its request id")
        func whole() async throws {
            let run = try await TestRun(Self.profile)
            #expect(run.isDone, run.words)
            try RunChecks.expectBucketsAddUp(run)
            let turns = try run.turns.rows
            #expect(turns.allSatisfy { $0["request_id"].count == 36 })
            let ends = Dictionary(grouping: turns) { $0["scenario"] }
                .mapValues { Set($0.map { "\($0["outcome"]) \($0["detail"])" }) }
            for name in ["create", "get", "update", "delete"] {
                #expect(ends["keep.connector_\(name)"] == ["done "], "\(ends)")
            }
            #expect(
                ends["taken.connector_update"] == ["http_error post_409_data_connector_in_use"],
                "\(ends)")
            let found = try JSONDecoder().decode(
                Document.self, from: try contents("\(run.directory)/run.json")
            ).totals.connectors
            // Half of the answers, drawn: the two sides agree on which.
            #expect(found.seen > 20 && found.reported == found.seen && found.note.isEmpty)
            #expect(found.seen_unmatched + found.reported_unmatched + found.foreign == 0)
            // A busy machine may lose a stream; its turn has no TTFT.
            #expect(found.turns > found.seen / 2 && found.reported_turns == found.turns)
            #expect(found.failed > 0 && found.failed < found.seen / 2)
            try expectRows(run, found)
        }

        private func expectRows(_ run: TestRun, _ found: Document.Connectors) throws {
            let summary = try run.table("summary.csv").rows
            func value(_ metric: String, _ stat: String, n: Int) throws -> Double {
                let rows = summary.filter { $0["metric"] == metric && $0["stat"] == stat }
                let row = try #require(rows.first)
                #expect(rows.count == 1 && row["n"] == "\(n)", "\(metric)")
                return try #require(Double(row["value"]))
            }
            let answer = try value("connector_answer", "p50", n: found.seen)
            let execution = try value("connector_execution", "p50", n: found.seen)
            // Nobody has the answer before it was given; the report is in whole milliseconds.
            #expect(answer >= 60 && execution + 1 >= answer)
            let seen = try value("connector_answer_share", "rate", n: found.turns)
            let reported = try value("connector_execution_share", "rate", n: found.turns)
            // A report of whole milliseconds may be half a one too long.
            #expect(seen > 0 && seen < reported + 0.01 && reported < 1.01)
            let operations = Set(
                summary.filter { $0["metric"] == "op_latency" }.map { $0["scenario"] })
            #expect(operations.count == 9, "\(operations)")
        }

        @Test("an endpoint that others could reach needs --live")
        func openEndpoint() async throws {
            var profile = Self.profile
            profile.more = ["connectors: {listen: '0.0.0.0:0'}"]
            let open = try await TestRun(profile)
            #expect(open.result.status == 64, open.words)
            #expect(open.result.errors.contains("open to other machines"))
        }
    }
}
