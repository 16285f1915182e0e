import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("a run of several processes")
    struct WorkerTests {
        struct Stopped: RunFiles { var directory: String }

        private static var profile: TestProfile {
            var profile = TestProfile(simulator: [
                "think: {uniform: [100ms, 500ms]}", "chunks: {count: 3, interval: 20ms}",
                "reply_delay: 5ms", "done_delay: 2ms",
            ])
            profile.load = ["arrivals: poisson", "rate: 40/s", "duration: 12s", "drain: 5s"]
            return profile.patient
        }

        /// Starts a run of three workers and waits until each has a second on disk.
        private static func start(
            in folder: TemporaryFolder, for seconds: Int = 8
        ) async throws -> Command {
            var profile = profile
            profile.load[2] = "duration: \(seconds)s"
            let command = try TestRun.start(profile, ["--workers", "3"], in: folder)
            let hasBegun = await wait(within: .seconds(60)) {
                (0..<3).allSatisfy { worker in
                    let path = "\(folder.path)/run/workers/\(worker)/outcomes.csv.partial"
                    return (try? text(path))?.split(separator: "\n").count ?? 0 > 1
                } || !command.isRunning
            }
            try #require(hasBegun && command.isRunning, "the workers did not begin")
            return command
        }

        /// The workers of a run, and their simulators.
        private static func processes(of command: Command) -> (workers: [Int32], all: [Int32]) {
            let workers = ProcessTree.children(of: command.identifier)
            return (workers, workers + workers.flatMap { ProcessTree.children(of: $0) })
        }

        private static func expectGone(_ processes: [Int32], within seconds: Int = 60) async {
            let isGone = await wait(within: .seconds(seconds)) {
                !processes.contains { ProcessTree.isAlive($0) }
            }
            #expect(isGone, "a child outlived the run: \(processes)")
        }

        @Test("a worker that dies is named, its turns count as failed, the rest counts")
        func dead() async throws {
            let folder = try TemporaryFolder()
            let command = try await Self.start(in: folder)
            let (workers, all) = Self.processes(of: command)
            try #require(workers.count == 3 && all.count == 6)
            kill(workers[1], SIGKILL)
            let result = try await command.result()
            let words: Comment = "stderr: \(result.errors), stdout: \(result.output)"
            #expect([0, 3].contains(result.status), words)
            #expect(result.errors.contains("died (signal 9)"), words)
            #expect(result.output.contains("was lost (signal 9)"), words)
            let run = Stopped(directory: "\(folder.path)/run")
            let plan = try #require(
                result.errors.firstMatch(of: #/processes, (\d+) conversations/#)?.output.1)
            let turns = try run.table("turns.csv")
            #expect("\(turns.rows.count)" == plan, words)
            let lost = turns.rows.filter { $0["detail"] == "worker_died" }
            #expect(!lost.isEmpty && Set(lost.map { $0["shard"] }).count == 1, words)
            #expect((turns.counts("outcome")["done"] ?? 0) > turns.rows.count / 2, words)
            try RunChecks.expectBucketsAddUp(run)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            await Self.expectGone(all)
        }

        @Test("Ctrl-C ends all of them with 130 and one whole run")
        func interrupted() async throws {
            let folder = try TemporaryFolder()
            let command = try await Self.start(in: folder)
            let (_, all) = Self.processes(of: command)
            command.signal(SIGINT)
            let result = try await command.result(within: .seconds(60))
            let words: Comment = "stderr: \(result.errors), stdout: \(result.output)"
            #expect(result.status == 130, words)
            await Self.expectGone(all)
            let run = Stopped(directory: "\(folder.path)/run")
            try RunChecks.expectBucketsAddUp(run)
            try RunChecks.expectEveryTurnCounted(run)
            let cut = try run.table("turns.csv").rows.filter { $0["outcome"] == "cut" }
            #expect(cut.allSatisfy { $0["detail"].hasPrefix("interrupted") }, words)
        }

        @Test(
            "after kill -9 of the run itself no child is left, and the workers' records are whole")
        func killed() async throws {
            let folder = try TemporaryFolder()
            let command = try await Self.start(in: folder, for: 12)
            let (_, all) = Self.processes(of: command)
            command.signal(SIGKILL)
            _ = try await command.result()
            // Sooner than the run would have ended.
            await Self.expectGone(all, within: 8)
            let slices = (0..<3).map { "\(folder.path)/run/workers/\($0)" }
            let merge = try await Command.run(
                arguments: ["merge"] + slices + ["--output", "\(folder.path)/merged"])
            #expect([0, 2, 3].contains(merge.status), "\(merge.errors)")
            try RunChecks.expectEveryTurnCounted(Stopped(directory: "\(folder.path)/merged"))
        }

        @Test("a worker whose directory is refused in mid-run is as dead, and the run is merged")
        func refused() async throws {
            let folder = try TemporaryFolder()
            let command = try await Self.start(in: folder)
            let directory = "\(folder.path)/run/workers/1"
            try FileManager.default.removeItem(atPath: directory)
            // Neither the worker nor we can make it anew.
            try Data().write(to: URL(fileURLWithPath: directory))
            let result = try await command.result()
            let words: Comment = "stderr: \(result.errors), stdout: \(result.output)"
            #expect([0, 3].contains(result.status), words)
            #expect(result.errors.contains("worker 1 died (exit status 71"), words)
            #expect(result.errors.contains("what worker 1 measured is lost"), words)
            let run = Stopped(directory: "\(folder.path)/run")
            let turns = try run.table("turns.csv")
            let lost = turns.rows.filter { $0["detail"] == "worker_died" }
            #expect(!lost.isEmpty && Set(lost.map { $0["shard"] }) == ["1"], words)
            #expect((turns.counts("outcome")["done"] ?? 0) > turns.rows.count / 2, words)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
        }

        @Test("a rule that stops one worker stops the others then, not when its last turn is over")
        func stopped() async throws {
            var profile = TestProfile(simulator: [
                "seed: 7", "think: {uniform: [50ms, 3s]}", "chunks: {count: 2, interval: 20ms}",
                "outcomes: {escalated: 3%}",
            ])
            profile.timeouts = "{connect: 5s, response: 8s, first_chunk: 8s, idle: 8s, turn: 9s}"
            profile.load = ["arrivals: constant", "rate: 20/s", "duration: 20s", "drain: 9s"]
            profile.more += ["safety: {max_escalations: 1}"]
            let run = try await TestRun(profile, ["--workers", "2", "--run-id", "stop-at-once"])
            #expect(run.result.status == 3, run.words)
            #expect(
                run.result.errors.contains("safety.max_escalations is 0 in this slice"), run.words)
            let turns = try run.turns.rows
            let ends = turns.filter { $0["outcome"] == "escalated" }
                .compactMap { row in row.integer("done_ns").map { (at: $0, shard: row["shard"]) } }
                .sorted { $0.at < $1.at }
            let first = try #require(ends.first, run.words)
            // What is seen is the one worker's stop only while no rule has stopped the other one.
            let own = ends.first { $0.shard != first.shard }?.at ?? .max
            try #require(own - first.at > 1_000_000_000, "choose another --run-id: \(ends)")
            let last = try #require(turns.compactMap { $0.integer("sent_ns") }.max())
            // The worker that was stopped has turns open for long: its end is later.
            let open = turns.filter { $0["shard"] == first.shard }
                .compactMap { $0.integer("done_ns") }
            let end = try #require(open.max())
            try #require(end - first.at > 1_000_000_000, "what was open goes on")
            #expect(last < end, "starts went on for \(last - first.at) ns")
            let sent = turns.filter { !$0["sent_ns"].isEmpty }
            #expect(sent.allSatisfy { $0["outcome"] != "cut" }, run.words)
            try RunChecks.expectEveryTurnCounted(run)
        }

        @Test("plan says how many processes a run takes, and why")
        func plan() async throws {
            let folder = try TemporaryFolder()
            var profile = TestProfile(simulator: [
                "think: 2s", "chunks: {count: 3, interval: 20ms}",
            ])
            profile.load = ["arrivals: constant", "rate: 500/s", "duration: 4s", "drain: 5s"]
            let path = try folder.write("profile.yaml", profile.text)
            let result = try await Command.run(
                "/bin/sh",
                arguments: [
                    "-c", "ulimit -n 1000; exec \"$@\"", "sh", Command.finbench, "plan", path,
                ])
            #expect(result.status == 0, "\(result.errors)")
            let line = result.output.split(separator: "\n").first { $0.hasPrefix("processes") }
            #expect(
                line?.split(whereSeparator: { $0 == " " }).dropFirst().first == "2",
                "\(result.output)")
            #expect(result.output.contains("592 streams fit one process's 1000 open files"))
            #expect(result.output.contains("each of 2 addresses"), "\(result.output)")
        }
    }
}
