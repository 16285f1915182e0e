import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("webhooks verify")
    struct WebhooksVerifyTests {
        /// What a measurement leaves.
        struct Measured: RunFiles {
            let folder: TemporaryFolder
            var directory: String { "\(folder.path)/run" }
        }

        private static func measure(
            _ options: [String], in folder: TemporaryFolder, environment: [String: String] = [:]
        ) async throws -> Command.Result {
            let fixed = ["webhooks", "verify", "--output", "\(folder.path)/run"]
            return try await Command.run(
                arguments: fixed + options + ["--progress", "none"], environment: environment)
        }

        private static let works = ["mix", "valid", "wrong", "malformed", "hmac", "limit"]
        private static let userWorks = ["user_hash", "hmac", "limit"]

        @Test("it leaves a record with every row, whose buckets and rates add up")
        func generated() async throws {
            let folder = try TemporaryFolder()
            let result = try await Self.measure(
                ["--size", "1024", "--threads", "1,2", "--duration", "300ms", "--seed", "5"],
                in: folder)
            #expect(result.status == 0, "stderr: \(result.errors)")
            let run = Measured(folder: folder)
            let rows = Self.works.map { "1024B-\($0)" } + Self.userWorks.map { "12B-\($0)" }
            let names = rows.flatMap { ["\($0)-1t", "\($0)-2t"] }
            let summary = try run.table("summary.csv").rows
            #expect(summary.allSatisfy { $0["metric"] == "webhook_verify" })
            #expect(Set(summary.map { $0["scenario"] }) == Set(names))
            try RunChecks.expectBucketsAddUp(run)
            for name in names {
                func value(_ stat: String) throws -> Double {
                    try #require(
                        summary.first { $0["scenario"] == name && $0["stat"] == stat }?
                            .number("value"))
                }
                // A rate over processor time is not below that over wall time, 1 over the mean, but
                // for the clock reads around batches.
                #expect(try value("rate") >= 0.98e3 / (try value("mean")), "\(name)")
                #expect(try value("min") <= value("p50") && value("p50") <= value("max"))
            }
            let units = Set(summary.filter { $0["stat"] == "rate" }.map { $0["unit"] })
            #expect(units == ["1/s"])
            for name in TestRun.projections + ["run.json", "histograms.hlog"] {
                #expect(FileManager.default.fileExists(atPath: "\(run.directory)/\(name)"))
            }
            let last = try #require(result.output.split(separator: "\n").last)
            #expect(last.hasPrefix("\(run.directory)   next: finbench report"))
        }

        @Test("its table and its files are made again from its record alone")
        func report() async throws {
            let folder = try TemporaryFolder()
            let options = ["--size", "4096", "--threads", "1", "--duration", "100ms"]
            let result = try await Self.measure(options, in: folder)
            #expect(result.status == 0, "stderr: \(result.errors)")
            let path = "\(folder.path)/run"
            let before = try text("\(path)/summary.csv")
            try FileManager.default.removeItem(atPath: "\(path)/summary.csv")
            let report = try await Command.run(arguments: ["report", path])
            #expect(report.status == 0 && report.output == result.output)
            #expect(try text("\(path)/summary.csv") == before)
            #expect(result.output.contains("working set") && result.output.contains("of limit"))
        }

        @Test("recorded deliveries are counted first, and their secret is nowhere")
        func recorded() async throws {
            let folder = try TemporaryFolder()
            let signature =
                "sha256=9f2b0c1d4f6bb5a6f7d2e5e9e8c1d0a3b4c5d6e7f8091a2b3c4d5e6f70819203"
            let path = try folder.write(
                "hooks.jsonl",
                """
                {"signature":"\(signature)","body_base64":"eyJhIjoxfQ=="}
                {"signature":"sha1=0","body_base64":"eyJhIjoyfQ=="}

                """)
            let secret = "a-secret-of-some-length"
            let result = try await Self.measure(
                [
                    "--bodies", path, "--secret-env", "HOOK_SECRET", "--duration", "50ms",
                    "--threads", "1",
                ], in: folder, environment: ["HOOK_SECRET": secret])
            #expect(result.status == 0, "stderr: \(result.errors)")
            #expect(result.errors.contains("0 valid and 2 invalid (1 wrong, 1 malformed)"))
            #expect(result.errors.contains("less than the second-level cache"))
            var outputs = [result.output, result.errors]
            let run = Measured(folder: folder)
            for name in try FileManager.default.contentsOfDirectory(atPath: run.directory) {
                outputs.append(try text("\(run.directory)/\(name)"))
            }
            #expect(outputs.count > 8 && !outputs.contains { $0.contains(secret) })
        }

        @Test(
            "a flag that is wrong is exit 64 and one message",
            arguments: [
                ["--size", "8"], ["--size", "256,256"], ["--size", ""], ["--threads", "0"],
                ["--duration", "5"], ["--duration", "1ms"], ["--mix", "valid=90%"],
                ["--bodies", "x"], ["--secret-env", "X"],
                ["--bodies", "x", "--secret-env", "NONE"],
                ["--bodies", "x", "--size", "256"], ["--bodies", "x", "--secret-env", "PATH"],
            ])
        func wrong(options: [String]) async throws {
            let folder = try TemporaryFolder()
            let result = try await Self.measure(options, in: folder)
            #expect(result.status == 64, "stderr: \(result.errors)")
            #expect(result.errorLines.count == 1, "stderr: \(result.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/run"))
        }

        @Test("Ctrl-C ends it with 130 and whole files", arguments: [SIGINT, SIGTERM])
        func interrupted(signal: Int32) async throws {
            let folder = try TemporaryFolder()
            let run = Measured(folder: folder)
            let command = try Command(
                arguments: [
                    "webhooks", "verify", "--output", run.directory, "--size", "65536",
                    "--threads", "1", "--duration", "12s", "--progress", "none",
                ])
            let log = "\(run.directory)/histograms.hlog.partial"
            let hasRound = await wait(within: .seconds(60)) {
                (try? text(log).contains("Tag=webhook_verify")) == true || !command.isRunning
            }
            try #require(hasRound && command.isRunning, "no round was written")
            command.signal(signal)
            let result = try await command.result(within: .seconds(60))
            #expect(result.status == 130, "stderr: \(result.errors)")
            #expect(result.output.contains("STOPPED (interrupted)"))
            try RunChecks.expectBucketsAddUp(run)
            #expect(try run.table("summary.csv").rows.count >= 60)
        }
    }
}
