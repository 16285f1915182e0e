import Foundation
import Testing

extension EndToEnd {
    @Suite("a server that stands still")
    struct FreezeTests {
        /// The freeze begins 2 s after the first request, and lasts for 2 s.
        private static let thawAfter = 4_000_000_000

        private struct Document: Decodable {
            struct Clock: Decodable { var monotonic_nanoseconds: Int }
            var clock: Clock
        }

        /// 300 starts, one each 20 ms; the server answers at once, but not from 2 s to 4 s.
        private static var profile: TestProfile {
            var profile = TestProfile(simulator: [
                "think: 0s", "chunks: {count: 1, interval: 0s, growth: 40 B}",
                "reply_delay: 0s", "done_delay: 0s", "freeze: {at: 2s, for: 2s}",
            ])
            profile.load = [
                "arrivals: constant", "rate: 50/s", "duration: 6s", "max_in_flight: 1000",
                "drain: 60s",
            ]
            return profile.patient
        }

        /// When the server read each conversation's request, nanoseconds after the run's zero.
        private static func received(_ run: TestRun) throws -> [String: Int] {
            let document = try JSONDecoder().decode(
                Document.self, from: try contents("\(run.directory)/run.json"))
            let zero = document.clock.monotonic_nanoseconds
            return try run.table("truth.csv").rows.reduce(into: [:]) { found, row in
                let instant = try #require(row.integer("request_received_ns"))
                found[row["conversation_id"]] = instant - zero
            }
        }

        /// What each start must have waited for at the least, in seconds.
        ///
        /// Held is what was planned before the thaw and read after it, however late anything was:
        /// its answer cannot have come before the thaw.
        private static func bounds(_ run: TestRun) throws -> [Double] {
            let received = try received(run)
            let thaw = try #require(received.values.min()) + thawAfter
            return try run.turns.rows.map { turn in
                let planned = try #require(turn.integer("planned_ns"))
                let first = try #require(turn.integer("first_chunk_ns"))
                let read = try #require(received[turn["conversation_id"]])
                let isHeld = read >= thaw && planned < thaw
                let bound = isHeld ? Double(thaw - planned) / 1e9 : 0
                #expect(Double(first - planned) / 1e9 >= bound)
                return bound
            }
        }

        @Test("every start of the pause shows it from its planned instant")
        func freeze() async throws {
            let run = try await TestRun(Self.profile)
            #expect([0, 3].contains(run.result.status), run.words)
            let turns = try run.turns.rows
            let plan = turns.compactMap { $0.integer("planned_ns") }.sorted()
            #expect(plan == (0..<300).map { $0 * 20_000_000 })
            #expect(turns.allSatisfy { $0["outcome"] == "done" })
            let bounds = try Self.bounds(run)
            // A hundred, but for those around the two ends of the pause.
            #expect(bounds.count { $0 > 0 } > 80)
            try expectPercentiles(run, bounds.sorted())
            // Nor is a value too high: each is that of the turns.
            try PercentileCheck.expect(run)
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
            }
            // Two thirds of the starts met no pause: the service time's median does not move.
            #expect(try value("p50", "sent") < 0.5)
        }
    }
}
