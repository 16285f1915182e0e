import Foundation
import Testing

extension EndToEnd {
    @Suite("compare --explain and report --trend")
    struct ComparisonTests {
        /// Two seconds of 100 turns each; with five seconds on top for one question.
        ///
        /// They take long enough that a busy machine's lateness does not make the run invalid.
        private static func side(slow: Bool) async throws -> TestRun {
            var profile = TestProfile(
                simulator: ["think: 300ms", "chunks: {count: 2, interval: 10ms}"])
            profile.messages =
                "[{question: refund, turns: [How?]}, {question: plan, turns: [Which?]}, "
                + "{question: seats, turns: [Where?]}]"
            profile.load = ["arrivals: constant", "rate: 100/s", "duration: 2s", "drain: 8s"]
            let options = slow ? ["--set", "simulator.slow={refund: 5s}"] : []
            let run = try await TestRun(profile.patient, options)
            #expect(run.isDone, run.words)
            return run
        }

        @Test("a regression of one question alone is named as such, with its conversations")
        func regression() async throws {
            let (before, after) = (
                try await Self.side(slow: false), try await Self.side(slow: true)
            )
            let result = try await Command.run(arguments: [
                "compare", before.directory, after.directory, "--allow", "profiles", "--allow",
                "invalid", "--explain",
            ])
            let words: Comment = "stdout: \(result.output), stderr: \(result.errors)"
            // One run a side and no history: no verdict, but an explanation.
            #expect(result.status == 2, words)
            let sentence = try #require(
                result.output.split(separator: "\n").first { $0.hasPrefix("It is the question") },
                words)
            #expect(sentence.contains("\"refund\""), words)
            // Five seconds more, the machine's own noise beside it.
            #expect(sentence.contains(#/\(\+[45]\.[0-9]{2} s, /#), words)
            #expect(!sentence.contains("seats") && !sentence.contains("plan"), words)
            #expect(sentence.contains("The other 2 changed by"), words)
            #expect(result.output.contains("Fin thinking (server stamps) +1"), words)
            #expect(result.output.contains("It is there from the beginning"), words)
            let slowest = result.output.split(separator: "\n").suffix(5)
            #expect(slowest.allSatisfy { $0.contains("question \"refund\"") }, words)
            try await trend(before, after)
        }

        private func trend(_ before: TestRun, _ after: TestRun) async throws {
            let path = "\(before.folder.path)/pages/trend.html"
            let result = try await Command.run(arguments: [
                "report", "--trend", after.directory, before.directory, "--output", path,
            ])
            #expect(result.status == 0, "stderr: \(result.errors)")
            #expect(result.output.contains("end-to-end (simulated)"), "\(result.output)")
            let page = String(decoding: try contents(path), as: UTF8.self)
            #expect(page.contains("ttft.p95 over the runs of"))
            let csv = try await Command.run(
                arguments: ["report", "--trend", before.directory, after.directory, "--csv"])
            // The header, and four figures of two runs.
            #expect(csv.output.split(separator: "\n").count == 9, "\(csv.output)")
        }
    }

    @Suite("--metrics")
    struct MetricsTests {
        @Test("an address that is none, or is taken, is one message before anything is sent")
        func refused() async throws {
            for text in ["9464x", "127.0.0.1", "127.0.0.1:", ":9464", "127.0.0.1:70000", "::1:80"] {
                let result = try await Command.run(arguments: ["run", "--metrics", text])
                #expect(result.status == 64, "\(text): \(result.errors)")
                #expect(result.errors.contains("--metrics \"\(text)\""), "\(result.errors)")
                #expect(result.errorLines.count == 1)
            }
            let folder = try TemporaryFolder()
            let profile = TestProfile(simulator: ["think: 25s"]).patient
            let first = try TestRun.start(profile, ["--metrics", "0"], in: folder)
            #expect(await wait(within: .seconds(60)) { first.errors.contains("metrics at") })
            let url = try #require(first.errors.split(separator: " ").last)
            let place = url.dropFirst("http://".count).prefix { $0 != "/" }
            let second = try await TestRun(profile, ["--metrics", String(place)])
            #expect(second.result.status == 71, second.words)
            #expect(second.result.errors.contains("cannot be bound"), second.words)
            first.signal(SIGINT)
            #expect(try await first.result().status == 130)
        }
    }
}
