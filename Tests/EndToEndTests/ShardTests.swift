import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("a plan in slices")
    struct ShardTests {
        /// Answers slow enough for every subscription to come in time on a busy machine.
        static var profile: TestProfile {
            var profile = TestProfile(simulator: [
                "seed: 7", "think: {uniform: [3s, 3300ms]}",
                "chunks: {count: 2, interval: 40ms}", "reply_delay: 40ms", "done_delay: 20ms",
                "faults: {cut: 8%, http_429: 5%, http_500: 5%}",
            ])
            profile.turns = "{uniform: [1, 2]}"
            profile.load = ["arrivals: poisson", "rate: 30/s", "duration: 2s", "drain: 6s"]
            return profile.patient
        }

        /// What does not depend on this machine's speed: number, turn, text, user, fault and end; of
        /// first turns their instant, too.
        private static func facts(_ run: some RunFiles) throws -> Set<String> {
            let faults = try run.table("truth.csv").rows.reduce(into: [String: String]()) {
                $0["\($1["conversation_id"]) \($1["turn"])"] = $1["fault"]
            }
            return Set(
                try run.table("turns.csv").rows.map { row in
                    let key = "\(row["conversation_id"]) \(row["turn"])"
                    let planned = row["turn"] == "1" ? row["planned_ns"] : ""
                    return [
                        key, row["question"], row["user_id"], row["outcome"], faults[key] ?? "-",
                        planned,
                    ].joined(separator: " ")
                })
        }

        private struct Merged: RunFiles { var directory: String }

        @Test("as one process, as workers and as slices: the same turns, faults, ends and instants")
        func equal() async throws {
            let options = ["--run-id", "same"]
            // While the slices wait for their instant.
            async let alone = TestRun(Self.profile, options)
            async let shared = TestRun(Self.profile, options + ["--workers", "8"])
            let folder = try TemporaryFolder()
            let path = try folder.write("profile.yaml", Self.profile.text)
            let start = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 15))
            try await together(Array(0..<4)) { index in
                let result = try await Command.run(
                    arguments: [
                        "run", path, "--shards", "4", "--start-at", start, "--progress", "none",
                        "--output", "\(folder.path)/\(index)",
                    ] + options, environment: ["JOB_COMPLETION_INDEX": "\(index)"])
                // A late slice has the same turns; they are what is compared.
                #expect([0, 3].contains(result.status), "\(result.errors)")
            }
            let (one, workers) = try await (alone, shared)
            #expect(one.isDone, one.words)
            #expect(workers.isDone, workers.words)
            let merge = try await Command.run(
                arguments: ["merge"] + (0..<4).map { "\(folder.path)/\($0)" }
                    + ["--output", "\(folder.path)/whole"])
            #expect([0, 3].contains(merge.status), "\(merge.errors)")
            let part = try await Command.run(
                arguments: ["merge"] + (0..<3).map { "\(folder.path)/\($0)" }
                    + ["--partial", "--output", "\(folder.path)/part"])
            // No success without the fourth; a late slice makes it invalid.
            #expect([2, 3].contains(part.status), "\(part.output)")
            #expect(part.output.contains("1 of the plan's 4 slices"), "\(part.output)")
            let merged = Merged(directory: "\(folder.path)/whole")
            let facts = try Self.facts(one)
            #expect(facts.count > 50)
            #expect(try facts == Self.facts(workers))
            #expect(try facts == Self.facts(merged))
            for directory in [workers.directory, merged.directory] {
                let run = Merged(directory: directory)
                try RunChecks.expectBucketsAddUp(run)
                try RunChecks.expectEveryTurnCounted(run)
                try RunChecks.expectOutcomesMatchTurns(run)
                try RunChecks.expectPartsAddUp(run)
                let audit = try await Command.run(arguments: ["audit", directory])
                #expect(audit.status == 0, "\(audit.output)")
            }
            #expect(merge.output.contains("slice host"), "\(merge.output)")
            #expect(!FileManager.default.fileExists(atPath: "\(workers.directory)/workers"))
        }

        @Test(
            "a slice that is none, or an instant that is over, is one message and exit 64",
            arguments: [
                (["--shard", "3/3"], [:], "names no slice"),
                (["--shard", "x"], [:], "must have the form I/N"),
                (["--shards", "4"], [:], "needs JOB_COMPLETION_INDEX"),
                (["--shards", "2"], ["JOB_COMPLETION_INDEX": "2"], "names no slice"),
                (
                    [], ["SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_COUNT": "4"],
                    "names no slice"
                ),
                (
                    [], ["JOB_COMPLETION_INDEX": "3"],
                    "JOB_COMPLETION_INDEX \"3\" says which slice this is, and nothing says of how "
                        + "many: add --shards N, or --shard 0/1"
                ),
                (
                    [], ["SLURM_ARRAY_TASK_ID": "0"],
                    "SLURM_ARRAY_TASK_ID \"0\" says which slice this is"
                ),
                (["--start-at", "2020-01-01T00:00:00Z"], [:], "is over"),
                (["--start-at", "noon"], [:], "must be an instant in UTC"),
                (["--shard", "0/500"], [:], "cannot be divided into 500 slices"),
                (["--run-id", "a b"], [:], "letters, digits"),
                (["--shard", "0/2", "--workers", "4"], [:], "--workers \"4\" divides a whole run"),
                (["--workers", "4", "--shard", "1/2"], [:], "slice 1 of 2 (counted from 0), by"),
            ] as [([String], [String: String], String)])
        func refused(options: [String], environment: [String: String], words: String) async throws {
            let run = try await TestRun(Self.profile, options, environment: environment)
            #expect(run.result.status == 64, run.words)
            #expect(run.result.errors.contains(words), run.words)
        }

        @Test("a slice that is named outweighs the job's index: all in one pod, by workers as well")
        func named() async throws {
            var profile = Self.profile
            profile.load = ["arrivals: constant", "rate: 30/s", "conversations: 6", "drain: 60s"]
            let run = try await TestRun(
                profile, ["--shard", "0/1", "--workers", "2"],
                environment: ["JOB_COMPLETION_INDEX": "3", "SLURM_ARRAY_TASK_ID": "3"])
            #expect([0, 3].contains(run.result.status), run.words)
            let first = try run.turns.rows.filter { $0["turn"] == "1" }
            #expect(first.count == 6 && Set(first.map { $0["shard"] }) == ["0", "1"], run.words)
        }

        @Test("a task of a Slurm array that begins anywhere knows its slice, and a name for all")
        func slurm() async throws {
            var profile = Self.profile
            profile.load = ["arrivals: constant", "rate: 30/s", "conversations: 7", "drain: 60s"]
            let run = try await TestRun(
                profile,
                environment: [
                    "SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "1",
                    "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_TASK_COUNT": "3",
                    "SLURM_ARRAY_JOB_ID": "77",
                ])
            let numbers = Set(
                try run.turns.column("conversation_id").compactMap { $0.split(separator: "-").last }
            )
            #expect(numbers == ["2", "5"], run.words)
            #expect(try run.turns.column("run_id").allSatisfy { $0.hasPrefix("slurm-77-") })
            #expect(run.result.errors.contains("slice 2 of 3"), run.words)
        }
    }
}
