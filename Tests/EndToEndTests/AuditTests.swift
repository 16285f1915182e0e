import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("a run held against the simulator's truth log")
    struct AuditTests {
        private struct Document: Decodable {
            struct Clock: Decodable { var monotonic_nanoseconds: Int }
            struct Totals: Decodable {
                var events: Int
                var events_kernel_stamped: Int
                var clock_steps: Int
            }
            var clock: Clock
            var totals: Totals
        }

        private static let key = ["E2E_KEY": "key-of-the-simulator"]

        @Test("both have the same turns, and no event arrives before it was written")
        func audit() async throws {
            let folder = try TemporaryFolder()
            let truth = "\(folder.path)/truth.csv"
            let simulator = try Command(
                arguments: [
                    "simulate", "--port", "0", "--api-key-env", "E2E_KEY", "--truth", truth,
                ],
                environment: Self.key)
            let isUp = await wait(within: .seconds(60)) { simulator.firstLine != nil }
            try #require(isUp, "the simulator did not print its address")
            var profile = TestProfile(simulator: [])
            profile.more = []
            profile.target = [
                "url: \(try #require(simulator.firstLine))", "api_key_env: E2E_KEY",
            ]
            profile.turns = "{uniform: [1, 2]}"
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 40", "drain: 8s"]
            let run = try await TestRun(profile.patient, environment: Self.key)
            simulator.signal(SIGTERM)
            let end = try await simulator.result(within: .seconds(60))
            #expect(end.status == 0 || end.status == 130, "stderr: \(end.errors)")
            #expect(run.isDone, run.words)
            #expect(Set(try run.table("summary.csv").column("target")) == ["local"])
            try compare(run, try CSVTable(path: truth))
            let audit = try await Command.run(
                arguments: ["audit", run.directory, "--truth", truth])
            #expect(audit.status == 0, "stderr: \(audit.errors), stdout: \(audit.output)")
        }

        /// A host without receive stamps is no failure; a run that misstates them is.
        private func expectStamps(_ stamps: [String: Int], _ totals: Document.Totals) {
            if totals.events_kernel_stamped == 0 {
                #expect(Set(stamps.keys) == ["callback"])
            } else {
                // A wake-up in which the clock was stepped has the callback's stamps, and so has a
                // read whose kernel stamp seems to lie ahead of it: few have.
                #expect(Set(stamps.keys).isSubset(of: ["kernel", "callback"]))
                let kernel = stamps["kernel"] ?? 0
                #expect(10 * kernel > 9 * stamps.values.reduce(0, +), "\(stamps) \(totals)")
            }
        }

        private func compare(_ run: TestRun, _ truth: CSVTable) throws {
            func name(_ row: CSVTable.Row) -> String { "\(row["conversation_id"]) \(row["turn"])" }
            let document = try JSONDecoder().decode(
                Document.self, from: try contents("\(run.directory)/run.json"))
            expectStamps(try run.turns.counts("stamp"), document.totals)
            let zero = document.clock.monotonic_nanoseconds
            let turns = try run.turns.rows
            #expect(turns.map(name).sorted() == truth.rows.map(name).sorted())
            let writes = truth.rows.reduce(into: [String: CSVTable.Row]()) { $0[name($1)] = $1 }
            var errors: [Int] = []
            for turn in turns {
                let row = try #require(writes[name(turn)])
                for (seen, written) in [
                    ("first_chunk_ns", "first_chunk_written_ns"),
                    ("first_replied_ns", "first_replied_written_ns"),
                    ("done_ns", "done_written_ns"),
                ] {
                    let arrival = zero + (try #require(turn.integer(seen)))
                    errors.append(arrival - (try #require(row.integer(written))))
                }
            }
            // The offset between the two clocks is sampled: it is off by a few microseconds, and
            // called steady up to 50 of them.
            let least = try #require(errors.min())
            #expect(least >= -50_000, "an event arrived \(least) ns before it was written")
            // Two processes on a busy machine: a stamp of the wrong event would be 10 ms off.
            #expect(errors.sorted()[errors.count / 2] < 2_000_000)
        }
    }
}
