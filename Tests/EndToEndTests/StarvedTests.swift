import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("a generator without a core", .enabled(if: Tool.path("taskset") != nil, "needs taskset"))
    struct StarvedTests {
        @Test("a run on a core that others burn ends with 3, and names why")
        func starved() async throws {
            let taskset = try #require(Tool.path("taskset"))
            let server = try await SimulatorServer([])
            var profile = TestProfile(server, isMetered: false)
            profile.load = ["arrivals: constant", "rate: 200/s", "duration: 6s", "drain: 8s"]
            let folder = try TemporaryFolder()
            let path = try folder.write("profile.yaml", profile.patient.text)
            let command = try Command(
                taskset,
                arguments: [
                    "-c", "0", Command.finbench, "run", path, "--output", "\(folder.path)/run",
                    "--progress", "none", "--set", "generator.max_share=1%",
                ])
            let hasBegun = await wait(within: .seconds(60)) {
                FileManager.default.fileExists(atPath: "\(folder.path)/run/run.json.partial")
            }
            try #require(hasBegun, "the run did not begin")
            // As root the load thread goes before others: this one goes before it.
            let burn = ["-c", "0", "nice", "-n", "-12", "/bin/sh", "-c", "while :; do :; done"]
            let burner = try Command(taskset, arguments: burn)
            try await Task.sleep(for: .seconds(2))
            burner.signal(SIGKILL)
            let result = try await command.result()
            let run = TestRun(folder: folder, result: result)
            try await server.stop()
            #expect(result.status == 3, run.words)
            #expect(result.output.contains("INVALID"), run.words)
            let document = try RunJSON(of: run)
            #expect(!document.verdict.valid)
            #expect(document.verdict.reasons.contains { $0.contains("its own generator") })
            let codes = Set(document.warnings.map(\.code))
            #expect(codes.isSuperset(of: ["late_generator", "starved_generator"]), "\(codes)")
        }
    }
}
