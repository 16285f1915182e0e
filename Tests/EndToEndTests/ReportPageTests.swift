import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("report.html")
    struct ReportPageTests {
        private static func small() async throws -> TestRun {
            var profile = TestProfile(simulator: ["think: 300ms", "chunks: {count: 2}"])
            profile.load[2] = "conversations: 5"
            let run = try await TestRun(profile)
            #expect(run.isDone, run.words)
            return run
        }

        @Test(
            "a run leaves it, and report makes the same again, with charts and Markdown beside it")
        func again() async throws {
            let run = try await Self.small()
            let page = try contents("\(run.directory)/report.html")
            #expect(page.count > 10_000)
            let charts = "\(run.folder.path)/charts"
            let result = try await Command.run(arguments: [
                "report", run.directory, "--output", "\(run.folder.path)/new/page.html", "--svg",
                charts, "--markdown",
            ])
            #expect(result.status == run.result.status, "stderr: \(result.errors)")
            let word = run.result.status == 0 ? "DONE" : "INVALID"
            #expect(result.output.hasPrefix("### – end-to-end: \(word)"), "\(result.output)")
            #expect(try contents("\(run.folder.path)/new/page.html") == page)
            let names = try FileManager.default.contentsOfDirectory(atPath: charts)
            #expect(names.contains("ttft-percentiles.svg"), "\(names)")
            for name in names {
                let text = String(decoding: try contents("\(charts)/\(name)"), as: UTF8.self)
                #expect(text.hasPrefix("<?xml") && text.contains("<desc>"), "\(name)")
            }
        }

        @Test("two runs are laid over each other; what has no sense together is refused")
        func overlay() async throws {
            let (one, other) = (try await Self.small(), try await Self.small())
            let before = try contents("\(one.directory)/summary.csv")
            let result = try await Command.run(arguments: [
                "report", one.directory, other.directory,
            ])
            let worst = max(one.result.status, other.result.status)
            #expect(result.status == worst, "stderr: \(result.errors)")
            #expect(result.output.split(separator: "\n").count == 3, "\(result.output)")
            let page = try contents("\(one.directory)/report.html")
            #expect(String(decoding: page, as: UTF8.self).contains("2 runs laid over each other"))
            #expect(try contents("\(one.directory)/summary.csv") == before)
            let refused = try await Command.run(
                arguments: ["report", one.directory, "--csv", "--markdown"])
            #expect(refused.status == 64, "stderr: \(refused.errors)")
        }
    }
}
