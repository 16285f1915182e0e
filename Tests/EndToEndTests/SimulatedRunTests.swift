import Foundation
import Testing

extension EndToEnd {
    @Suite("a run against the embedded simulator")
    struct SimulatedRunTests {
        /// Every kind of end within a few seconds: good ones, faults, and stalls the drain cuts.
        static var mixedProfile: TestProfile {
            var profile = TestProfile(simulator: [
                "seed: 7",
                "think: {uniform: [20ms, 120ms]}",
                "chunks: {count: {uniform: [1, 5]}, interval: 10ms, growth: 24 B}",
                "reply_delay: 5ms",
                "done_delay: 2ms",
                "outcomes: {resolved: 5%, escalated: 5%, complete: 5%}",
                "faults: {cut: 8%, stall: 5%, http_429: 5%, http_500: 5%}",
            ])
            profile.turns = "{uniform: [1, 3]}"
            profile.load = [
                "arrivals: poisson", "rate: 60/s", "duration: 4s", "warmup: 1s", "drain: 1s",
            ]
            return profile
        }

        @Test("its files agree with one another, and are made again from the record alone")
        func files() async throws {
            let run = try await TestRun(Self.mixedProfile)
            #expect(run.isDone, run.words)
            try RunChecks.expectBucketsAddUp(run)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            try RunChecks.expectPartsAddUp(run)
            try PercentileCheck.expect(run)
            let outcomes = Set(try run.turns.column("outcome"))
            #expect(outcomes.isSuperset(of: ["done", "rate_limited", "http_error", "cut"]))
            #expect(Set(try run.table("summary.csv").column("target")) == ["simulated"])
            try await expectRebuilt(run)
        }

        private func expectRebuilt(_ run: TestRun) async throws {
            let folder = try TemporaryFolder()
            for name in TestRun.record {
                try contents("\(run.directory)/\(name)")
                    .write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            }
            let result = try await Command.run(arguments: ["report", folder.path, "--csv"])
            #expect(result.status == 0, "stderr: \(result.errors)")
            for name in TestRun.record + TestRun.projections {
                let before = try contents("\(run.directory)/\(name)")
                #expect(try contents("\(folder.path)/\(name)") == before, "\(name) differs")
            }
        }

        @Test("the directory holds the files of a run and nothing half-written")
        func directory() async throws {
            var profile = TestProfile(simulator: ["think: 10ms", "chunks: {count: 2}"])
            profile.load[2] = "conversations: 5"
            let run = try await TestRun(profile.patient)
            #expect(run.isDone, run.words)
            let found = Set(try FileManager.default.contentsOfDirectory(atPath: run.directory))
            #expect(found.isSuperset(of: TestRun.record + TestRun.projections))
            #expect(!found.contains { $0.contains(".partial") || $0.hasPrefix(".") })
            let last = run.result.output.split(separator: "\n").last ?? ""
            #expect(last.contains(run.directory) && last.contains("finbench "), run.words)
        }

        @Test("an slo on too few turns is no verdict: exit 2")
        func tooFew() async throws {
            var profile = TestProfile(simulator: ["think: 10ms", "chunks: {count: 2}"])
            profile.more += ["slo: [ttft p95 < 10s]"]
            let run = try await TestRun(profile.patient)
            #expect(run.result.status == 2 || run.isOnlyLate, run.words)
            #expect(try run.table("slo.csv").column("verdict") == ["not_enough_data"])
        }

        @Test("a closed load keeps as many conversations open as it says, and says it is closed")
        func closed() async throws {
            var profile = TestProfile(simulator: ["think: 40ms", "chunks: {count: 2}"])
            profile.load = ["concurrency: 4", "conversations: 60", "duration: 60s", "drain: 3s"]
            let run = try await TestRun(profile.patient)
            #expect(run.isDone, run.words)
            let turns = try run.turns.rows
            let spans = try turns.map { turn in
                let begin = try #require(turn.integer("sent_ns"))
                return begin..<max(begin + 1, try #require(turn.integer("done_ns")))
            }
            let peak = spans.map { span in
                spans.count { $0.contains(span.lowerBound) }
            }.max()
            #expect(peak == 4)
            #expect(turns.count == 60)
            #expect(try text("\(run.directory)/run.json").contains("\"load_model\" : \"closed\""))
            #expect((run.result.output + run.result.errors).contains("closed"))
            try RunChecks.expectEveryTurnCounted(run)
        }
    }
}
