import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("the command line")
    struct DoorTests {
        @Test("without a profile and a target it runs the quickstart and leaves results/latest")
        func quickstart() async throws {
            let result = try await Command.run(
                arguments: [
                    "run", "--set", "load.duration=1s", "--set", "generator.max_share=100%",
                    "--progress", "none",
                ])
            let results = "\(result.folder.path)/results"
            let run = InterruptTests.Stopped(directory: "\(results)/latest")
            let status: Int32 = try RunJSON(of: run).isLate ? 3 : 0
            #expect(result.status == status, "stderr: \(result.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: results)
            #expect(names.count == 2 && names.contains("latest"), "\(names)")
            #expect(names.contains { $0.hasSuffix("-quickstart") }, "\(names)")
            let turns = try CSVTable(path: "\(results)/latest/turns.csv")
            #expect(turns.rows.count > 5)
            #expect(turns.counts("outcome") == ["done": turns.rows.count])
            #expect(result.output.contains("simulated"))
        }

        @Test("a profile's mistake is exit 64 with file, line and value")
        func mistake() async throws {
            let folder = try TemporaryFolder()
            let path = try folder.write("wrong.yaml", "name: wrong\nload:\n  rate: 50\n")
            let result = try await Command.run(arguments: ["run", path])
            #expect(result.status == 64, "stderr: \(result.errors)")
            #expect(result.errors.contains("wrong.yaml"), "stderr: \(result.errors)")
            #expect(result.errors.contains("line 3"), "stderr: \(result.errors)")
            #expect(result.errors.contains("\"50\""), "stderr: \(result.errors)")
        }

        @Test("an unknown flag is exit 64", arguments: [["run", "--nonsense"], ["nonsense"]])
        func unknown(arguments: [String]) async throws {
            let result = try await Command.run(arguments: arguments)
            #expect(result.status == 64, "stderr: \(result.errors)")
            #expect(result.errors.contains("nonsense"), "stderr: \(result.errors)")
        }

        @Test("report on a directory that is no run is exit 64 and one message")
        func noRun() async throws {
            let folder = try TemporaryFolder()
            let result = try await Command.run(arguments: ["report", folder.path, "--csv"])
            #expect(result.status == 64, "stderr: \(result.errors)")
            #expect((1...2).contains(result.errorLines.count), "stderr: \(result.errors)")
            #expect(result.errors.contains(folder.path), "stderr: \(result.errors)")
        }

        @Test("the version is one line")
        func version() async throws {
            let result = try await Command.run(arguments: ["--version"])
            #expect(result.status == 0)
            #expect(result.output.split(separator: "\n").count == 1, "\(result.output)")
        }
    }
}
