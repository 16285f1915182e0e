import Foundation
import Glibc
import Testing

extension EndToEndUntimed {
    @Suite("a run that is ended early")
    struct InterruptTests {
        /// The files of a run that was stopped.
        struct Stopped: RunFiles { var directory: String }

        private static var profile: TestProfile {
            var profile = TestProfile(simulator: [
                "think: {uniform: [100ms, 900ms]}", "chunks: {count: 3, interval: 20ms}",
                "reply_delay: 5ms", "done_delay: 2ms",
            ])
            profile.load = ["arrivals: poisson", "rate: 60/s", "duration: 60s", "drain: 10s"]
            return profile
        }

        /// Starts a run and waits until more than thirty of its turns are on disk.
        private static func start(in folder: TemporaryFolder) async throws -> Command {
            let command = try TestRun.start(profile, in: folder)
            let hasBegun = await wait(within: .seconds(30)) {
                let turns = try? text("\(folder.path)/run/turns.csv.partial")
                return (turns?.ranges(of: ",done,").count ?? 0) > 30 || !command.isRunning
            }
            try #require(hasBegun && command.isRunning, "thirty turns are not on disk")
            return command
        }

        /// Signals such a run.
        private static func interrupt(
            _ signal: Int32, in folder: TemporaryFolder
        ) async throws -> (result: Command.Result, seconds: Double, children: [Int32]) {
            let command = try await start(in: folder)
            let children = ProcessTree.children(of: command.identifier)
            #expect(!children.isEmpty, "the simulator is a process of its own")
            let clock = ContinuousClock()
            let begin = clock.now
            command.signal(signal)
            let result = try await command.result(within: .seconds(30))
            return (result, (clock.now - begin) / .seconds(1), children)
        }

        private static func expectGone(_ children: [Int32]) async {
            let isGone = await wait(within: .seconds(30)) {
                !children.contains { ProcessTree.isAlive($0) }
            }
            #expect(isGone, "a child outlived the run: \(children)")
        }

        @Test("Ctrl-C and TERM end it with 130 and whole files", arguments: [SIGINT, SIGTERM])
        func interrupted(signal: Int32) async throws {
            let folder = try TemporaryFolder()
            let ended = try await Self.interrupt(signal, in: folder)
            let words: Comment = "stderr: \(ended.result.errors), stdout: \(ended.result.output)"
            #expect(ended.result.status == 130, words)
            // Some of its minute was left, and its drain.
            #expect(ended.seconds < 20, words)
            #expect(!ended.children.contains { ProcessTree.isAlive($0) }, "a child is left")
            let run = Stopped(directory: "\(folder.path)/run")
            try RunChecks.expectBucketsAddUp(run)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            try RunChecks.expectPartsAddUp(run)
            let turns = try run.table("turns.csv")
            #expect((turns.counts("outcome")["done"] ?? 0) > 30)
            let cut = turns.rows.filter { $0["outcome"] == "cut" }
            #expect(!cut.isEmpty)
            #expect(cut.allSatisfy { $0["detail"].hasPrefix("interrupted") })
        }

        @Test("a command of several runs ends in a later one, too")
        func laterRun() async throws {
            let folder = try TemporaryFolder()
            let command = try Command(
                arguments: ["calibrate", "--length", "2", "--output", "\(folder.path)/out"])
            let isAtRest = await wait(within: .seconds(120)) {
                let health = "\(folder.path)/out/idle/health.csv"
                return FileManager.default.fileExists(atPath: health) || !command.isRunning
            }
            try #require(isAtRest && command.isRunning, "\(command.errors)")
            command.signal(SIGTERM)
            let result = try await command.result(within: .seconds(60))
            #expect(result.status == 130, "\(result.errors)")
            #expect(result.errors.contains("the calibration was interrupted"), "\(result.errors)")
        }

        @Test("after kill -9 what was flushed is read, and no child is left")
        func killed() async throws {
            let folder = try TemporaryFolder()
            let ended = try await Self.interrupt(SIGKILL, in: folder)
            #expect(ended.result.status == -SIGKILL)
            await Self.expectGone(ended.children)
            let run = Stopped(directory: "\(folder.path)/run")
            let report = try await Command.run(arguments: ["report", run.directory, "--csv"])
            #expect(report.status == 0, "stderr: \(report.errors)")
            try RunChecks.expectBucketsAddUp(run)
            let rows = try run.table("summary.csv").rows.filter {
                $0["metric"] == "ttft" && $0["anchor"] == "planned" && $0["stat"] == "p50"
            }
            // Those that were on disk as turns are there as values too.
            #expect(try #require(rows.first?.integer("n")) > 20)
            #expect(try #require(rows.first?.number("value")) >= 100)
            // What is there can fail, not pass: of what was under way nothing is known.
            let judged = try await Command.run(arguments: ["report", run.directory])
            #expect(judged.status == 2, "stderr: \(judged.errors)")
            #expect(judged.output.contains("warning: the run was killed"), "\(judged.output)")
        }

        @Test("a simulator that dies ends the run with 70 and says so")
        func deadSimulator() async throws {
            let folder = try TemporaryFolder()
            let command = try await Self.start(in: folder)
            let children = ProcessTree.children(of: command.identifier)
            try #require(!children.isEmpty)
            for child in children { kill(child, SIGKILL) }
            let result = try await command.result(within: .seconds(40))
            #expect(result.status == 70, "stderr: \(result.errors), stdout: \(result.output)")
            #expect(result.errors.contains("simulator"), "stderr: \(result.errors)")
            #expect((1...5).contains(result.errorLines.count), "stderr: \(result.errors)")
        }

        /// Closes a process's listening sockets, as nothing but the kernel or a fault of ours does.
        private enum Deafening {
            static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Servers/deafen.py").path
            /// Whether this host lets us.
            static let isPossible = status([]) == 0

            static func status(_ arguments: [String]) -> Int32 {
                guard let python = PeerServer.python else { return -1 }
                let process = Process()
                process.executableURL = URL(fileURLWithPath: python)
                process.arguments = [script] + arguments
                process.standardError = FileHandle.nullDevice
                guard (try? process.start()) != nil else { return -1 }
                process.waitUntilExit()
                return process.terminationStatus
            }
        }

        @Test(
            "what serves beside a run and dies ends it with 70, named, its results written",
            .enabled(if: Deafening.isPossible, "needs python3 and pidfd_getfd"),
            arguments: [
                (["delivery: [sse, webhook]"], ["--workers", "1"], "the webhook receiver"),
                (["delivery: [sse, webhook]"], ["--workers", "2"], "the webhook receiver"),
                (["connectors: {answer: 60ms}"], [], "the connectors' endpoint"),
                ([], ["--metrics", "0"], "the metrics endpoint"),
            ] as [([String], [String], String)])
        func deaf(more: [String], options: [String], name: String) async throws {
            let folder = try TemporaryFolder()
            var profile = Self.profile
            profile.more += more
            let command = try TestRun.start(profile, options, in: folder)
            let workers = options == ["--workers", "2"] ? ["/workers/0", "/workers/1"] : [""]
            let hasBegun = await wait(within: .seconds(20)) {
                workers.allSatisfy { worker in
                    let turns = try? text("\(folder.path)/run\(worker)/turns.csv.partial")
                    return (turns?.ranges(of: ",done,").count ?? 0) > 5
                } || !command.isRunning
            }
            try #require(hasBegun && command.isRunning, "\(command.errors)")
            try #require(Deafening.status(["\(command.identifier)"]) == 0)
            let result = try await command.result(within: .seconds(40))
            let words: Comment = "stderr: \(result.errors), stdout: \(result.output)"
            #expect(result.status == 70, words)
            #expect(result.errors.contains("finbench: \(name) ended before the run did"), words)
            let run = Stopped(directory: "\(folder.path)/run")
            #expect(try text("\(run.directory)/run.json").contains("aborted: \(name)"), words)
            try RunChecks.expectBucketsAddUp(run)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            #expect((try run.table("turns.csv").counts("outcome")["done"] ?? 0) > 5, words)
        }
    }
}
