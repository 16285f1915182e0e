import Testing

extension EndToEnd {
    @Suite("capacity and calibration")
    struct CapacityTests {
        private func capacity(
            _ profile: TestProfile, _ options: String...
        ) async throws -> Command.Result {
            let folder = try TemporaryFolder()
            let path = try folder.write("profile.yaml", profile.text)
            return try await Command.run(
                arguments: ["capacity", path, "--output", "\(folder.path)/out"] + options)
        }

        @Test("what cannot end in a capacity is refused before anything is sent")
        func refusals() async throws {
            let server = try await SimulatorServer([])
            var profile = TestProfile(server, isMetered: true)
            let aimless = try await capacity(profile)
            #expect(aimless.status == 64, "\(aimless.errors)")
            #expect(aimless.errors.contains("has no slo"), "\(aimless.errors)")
            profile.more = ["slo: [ttft p95 < 2s]"]
            let short = try await capacity(profile, "--step", "5")
            #expect(short.status == 64 && short.errors.contains("60 s"), "\(short.errors)")
            let endless = try await capacity(profile)
            #expect(endless.status == 64 && endless.errors.contains("--up-to"), "\(endless.errors)")
            let dear = try await capacity(profile, "--from", "1", "--up-to", "4")
            #expect(dear.status == 64, "\(dear.errors)")
            #expect(dear.errors.contains("safety.max_conversations is 100"), "\(dear.errors)")
            let unasked = try await capacity(
                profile, "--from", "1", "--up-to", "4", "--max-conversations", "100000")
            #expect(unasked.status == 64 && unasked.errors.contains("--yes"), "\(unasked.errors)")
            // Where nothing costs money the cap is a step's own.
            profile = TestProfile(server, isMetered: false)
            profile.more = ["slo: [ttft p95 < 2s]", "safety: {max_conversations: 500}"]
            let large = try await capacity(profile, "--from", "20")
            #expect(large.status == 64, "\(large.errors)")
            #expect(large.errors.contains("safety.max_conversations is 500"), "\(large.errors)")
            #expect(try await server.ledger().calls == 0)
            try await server.stop()
        }

        @Test("a calibration has four loads, their table and a sentence")
        func calibrate() async throws {
            let folder = try TemporaryFolder()
            let result = try await Command.run(
                arguments: ["calibrate", "--length", "1", "--output", "\(folder.path)/out"])
            #expect(result.status == 0, "stderr: \(result.errors)")
            #expect(result.output.contains("are not yours"), "\(result.output)")
            let table = try CSVTable(path: "\(folder.path)/out/calibration.csv")
            #expect(Set(table.column("level")) == ["idle", "10 %", "50 %", "90 %"])
            #expect(table.rows.count == 24)
            for row in table.rows where row["metric"] == "arrival_error" {
                #expect((row.integer("n") ?? 0) > 0)
            }
        }
    }
}
