import Testing

extension EndToEnd {
    @Suite("a server that stands still")
    struct FreezeTests {
        private static let freezeStart = 2.0
        private static let freezeEnd = 4.0

        /// 300 starts, one each 20 ms; the server answers at once, but not from 2 s to 4 s.
        private static var profile: TestProfile {
            var profile = TestProfile(simulator: [
                "think: 0s", "chunks: {count: 1, interval: 0s, growth: 40 B}",
                "reply_delay: 0s", "done_delay: 0s", "freeze: {at: 2s, for: 2s}",
            ])
            profile.load = [
                "arrivals: constant", "rate: 50/s", "duration: 6s", "drain: 3s",
                "max_in_flight: 1000",
            ]
            profile.timeouts = "{connect: 5s, response: 5s, first_chunk: 5s, idle: 5s, turn: 10s}"
            return profile
        }

        /// What a start planned then must have waited for at the least, in seconds.
        ///
        /// A start within 50 ms after the freeze began may still have been read before it: the
        /// freeze counts from the first request, which comes a little after the run's zero.
        private static func bound(_ planned: Double) -> Double {
            planned > freezeStart + 0.05 && planned < freezeEnd ? freezeEnd - planned : 0
        }

        @Test("every start of the pause shows it from its planned instant")
        func freeze() async throws {
            let run = try await TestRun(Self.profile)
            #expect([0, 3].contains(run.result.status), run.words)
            let turns = try run.turns.rows
            let plan = turns.compactMap { $0.integer("planned_ns") }.sorted()
            #expect(plan == (0..<300).map { $0 * 20_000_000 })
            #expect(turns.allSatisfy { $0["outcome"] == "done" })
            var heldCount = 0
            for turn in turns {
                let planned = try #require(turn.integer("planned_ns"))
                let first = try #require(turn.integer("first_chunk_ns"))
                let bound = Self.bound(Double(planned) / 1e9)
                #expect(Double(first - planned) / 1e9 >= bound)
                if bound > 0 { heldCount += 1 }
            }
            #expect(heldCount == 97)
            try expectPercentiles(run, plan.map { Self.bound(Double($0) / 1e9) }.sorted())
        }

        private func expectPercentiles(_ run: TestRun, _ bounds: [Double]) throws {
            let rows = try run.table("summary.csv").rows.filter {
                $0["metric"] == "ttft" && $0["turn"] == "0"
            }
            func value(_ stat: String, _ anchor: String) throws -> Double {
                let row = rows.first { $0["stat"] == stat && $0["anchor"] == anchor }
                return try #require(row?.number("value")) / 1e3
            }
            let shares = ["p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1]
            for (stat, share) in shares {
                let rank = Int((share * Double(bounds.count)).rounded(.up))
                let golden = bounds[rank - 1]
                let found = try value(stat, "planned")
                // A slot's value may lie below by the three digits it keeps.
                #expect(found >= golden * 0.999, "\(stat) \(found) golden \(golden)")
                // Above it: the drain of a hundred held starts on a busy machine.
                #expect(found <= golden + 0.7, "\(stat) \(found) golden \(golden)")
            }
            // Two thirds of the starts met no pause: the service time's median does not move.
            #expect(try value("p50", "sent") < 0.1)
        }
    }
}
