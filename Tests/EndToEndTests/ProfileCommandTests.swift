import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("the profile commands, away from the repository")
    struct ProfileCommandTests {
        @Test("a copy of a shipped profile is good, and is never overwritten")
        func new() async throws {
            let folder = try TemporaryFolder()
            let path = "\(folder.path)/mine.yaml"
            let arguments = ["profile", "new", "mine", "--from", "spike", "--output", path]
            let first = try await Command.run(arguments: arguments)
            #expect(first.status == 0, "stderr: \(first.errors)")
            let written = try text(path)
            #expect(written.contains("\nname: mine\n") && written.hasPrefix("# "))
            let check = try await Command.run(arguments: ["profile", "check", path, "rollout"])
            #expect(check.status == 0, "stderr: \(check.errors)")
            #expect(check.output == "\(path): OK\nrollout: OK\n")
            let second = try await Command.run(arguments: arguments)
            #expect(second.status == 64 && second.errors.contains("stays as it is"))
            #expect(try text(path) == written)
        }

        @Test("check names every wrong file, and ends with 64")
        func check() async throws {
            let folder = try TemporaryFolder()
            let wrong = try folder.write("wrong.yaml", "laod: {}\nsafety: {max_cost: 50}\n")
            let result = try await Command.run(
                arguments: ["profile", "check", wrong, "quickstart", "rolout"])
            #expect(result.status == 64 && result.output == "quickstart: OK\n")
            #expect(
                result.errors == """
                    finbench: profile "\(wrong)" line 1 column 1: laod is not a known key: did you \
                    mean "load"?
                    finbench: profile "\(wrong)" line 2 column 20: safety.max_cost "50" has no unit: \
                    write "50 USD" (units: USD)
                    finbench: profile "rolout": is neither a file nor a shipped profile: did you \
                    mean "rollout"?

                    """)
        }

        @Test("list, show and schema print to standard output alone")
        func prints() async throws {
            let list = try await Command.run(arguments: ["profile", "list"])
            #expect(list.status == 0 && list.errors.isEmpty)
            #expect(
                list.output.split(separator: "\n").contains {
                    $0.hasPrefix("rollout ") && $0.hasSuffix(" May we roll out?")
                })
            let show = try await Command.run(
                arguments: ["profile", "show", "rollout", "--set", "confidence=95%"])
            #expect(show.status == 0 && show.errors.isEmpty)
            #expect(show.output.contains("\nconfidence: 95% "))
            let schema = try await Command.run(arguments: ["profile", "schema"])
            #expect(schema.status == 0 && schema.errors.isEmpty)
            let json = try JSONSerialization.jsonObject(with: Data(schema.output.utf8))
            #expect((json as? [String: Any])?["additionalProperties"] as? Bool == false)
        }

        @Test("a shipped profile runs by its name; a scaled run says so")
        func named() async throws {
            let result = try await Command.run(
                arguments: [
                    "run", "spike", "--scale", "50%", "--progress", "none", "--output", "out",
                    "--set", "load.stages=[{step_to: 40/s, hold: 1s}]", "--set", "load.warmup=0s",
                    "--set", "load.arrivals=constant", "--set", "generator.max_share=100%",
                ])
            let run = InterruptTests.Stopped(directory: "\(result.folder.path)/out")
            let status: Int32 = try RunJSON(of: run).isLate ? 3 : 0
            #expect(result.status == status, "stderr: \(result.errors)")
            let turns = try run.table("turns.csv")
            #expect(turns.rows.count == 20)
            let record = try text("\(result.folder.path)/out/run.json")
            #expect(record.contains("\"scale\" : \"50%\"") || record.contains("\"scale\":\"50%\""))
        }
    }
}
