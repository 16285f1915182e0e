import Testing

extension EndToEndUntimed {
    @Suite("a peer's faults", .enabled(if: PeerServer.python != nil, "needs python3"))
    struct FaultTests {
        /// What a fault must look like in `turns.csv`.
        struct Fault: Sendable, CustomStringConvertible {
            var mode: String
            var outcome: String
            var detail: String
            var chunks = "0"
            var description: String { mode }
        }

        static let faults = [
            Fault(mode: "escalate", outcome: "escalated", detail: "requested_by_user"),
            Fault(mode: "no_url", outcome: "no_stream", detail: ""),
            Fault(mode: "null_url", outcome: "no_stream", detail: ""),
            Fault(mode: "foreign", outcome: "done", detail: "foreign_event", chunks: "4"),
            Fault(mode: "gap", outcome: "done", detail: "index_gap", chunks: "3"),
            Fault(mode: "late_chunk", outcome: "done", detail: "late_chunk", chunks: "4"),
            Fault(mode: "dup_reply", outcome: "done", detail: "duplicate_reply", chunks: "4"),
            Fault(mode: "cut", outcome: "closed_before_done", detail: "stream", chunks: "1"),
            Fault(mode: "resume", outcome: "done", detail: "resumed", chunks: "4"),
            Fault(
                mode: "error_event", outcome: "token_expired", detail: "error_event", chunks: "1"),
            Fault(mode: "malformed", outcome: "protocol_error", detail: "malformed_response"),
            Fault(mode: "silent", outcome: "timeout", detail: "first_chunk"),
            Fault(mode: "stall", outcome: "timeout", detail: "idle", chunks: "1"),
            Fault(mode: "status307", outcome: "http_error", detail: "post_307"),
            Fault(mode: "stream302", outcome: "http_error", detail: "stream_302"),
            Fault(mode: "status401", outcome: "http_error", detail: "post_401"),
            Fault(mode: "status429", outcome: "rate_limited", detail: "post_429"),
            Fault(mode: "status500", outcome: "http_error", detail: "post_500"),
            Fault(mode: "stream401", outcome: "token_expired", detail: "stream_401"),
            Fault(mode: "stream500", outcome: "http_error", detail: "stream_500"),
            Fault(mode: "notsse", outcome: "protocol_error", detail: "not_event_stream"),
            Fault(mode: "elsewhere", outcome: "refused_url", detail: "stream"),
            Fault(mode: "hang", outcome: "timeout", detail: "response"),
        ]

        @Test("each fault is the outcome it should be, and the run goes on")
        func faults() async throws {
            try await together(Self.faults) { try await Self.expect($0) }
        }

        private static func expect(_ fault: Fault) async throws {
            // The first conversation is served well: a target that never answers 200 ends the run.
            let server = try PeerServer(fault.mode, ["--healthy", "1"])
            var profile = TestProfile(server).patient
            // Short only where that timeout is what is looked for.
            let spans = ["connect", "response", "first_chunk", "idle"].map {
                "\($0): \($0 == fault.detail ? 5 : 30)s"
            }
            profile.timeouts = "{\(spans.joined(separator: ", ")), turn: 60s}"
            let run = try await TestRun(profile)
            let findings = try await server.stop()
            let rows = try run.turns.rows
            #expect(run.isDone, run.words)
            #expect(rows.count == 10, "\(fault)")
            #expect(findings.counts.values.allSatisfy { $0 == 1 }, "\(fault): posted again")
            let healthy = try #require(findings.healthy)
            let bad = rows.filter { !healthy.contains($0["conversation_id"]) }
            let found = bad.map { "\($0["outcome"]) \($0.steadyDetail) \($0["chunks"])" }
            let expected = "\(fault.outcome) \(fault.detail) \(fault.chunks)"
            #expect(found == Array(repeating: expected, count: 9), "\(fault)")
        }

        static let foreignPlaces = [
            "http://192.0.2.1", "http://127.0.0.1@192.0.2.1",
            "http://127.0.0.1.192.0.2.1", "//192.0.2.1", "file://127.0.0.1/etc/passwd#", "",
        ]

        @Test("a stream's URL on a foreign host is refused and never dialled")
        func elsewhere() async throws {
            try await together(Self.foreignPlaces) { try await Self.expectRefused($0) }
        }

        private static func expectRefused(_ place: String) async throws {
            let server = try PeerServer("elsewhere", ["--healthy", "1", "--base", place])
            let run = try await TestRun(TestProfile(server).patient)
            _ = try await server.stop()
            let refused = try run.turns.rows.filter { $0["outcome"] == "refused_url" }
            #expect(refused.count == 9, "\(place)")
            #expect(refused.allSatisfy { $0["stream_dial_ns"].isEmpty }, "\(place)")
            // 192.0.2.1 answers nobody: a client that dialled it would wait for its timeout.
            #expect(run.result.seconds < 20, "\(place)")
        }

        @Test("a resumed stream names the last event it saw, once")
        func resume() async throws {
            let server = try PeerServer("resume")
            let run = try await TestRun(TestProfile(server).patient)
            let findings = try await server.stop()
            #expect(run.isDone, run.words)
            #expect(findings.gets.count == 20)
            let resumed = findings.gets.compactMap { $0.header("last-event-id") }
            #expect(resumed == Array(repeating: "hd93KsQ1Zp@1770110101200-1", count: 10))
        }

        @Test("a POST that a dying connection swallowed is never sent again")
        func dieOnReuse() async throws {
            let server = try PeerServer("die_on_reuse")
            var profile = TestProfile(server).patient
            // Far enough apart that a connection is idle again when the next one begins.
            profile.load[1] = "rate: 20/s"
            profile.load[2] = "conversations: 30"
            let run = try await TestRun(profile)
            let findings = try await server.stop()
            let turns = try run.turns
            let outcomes = turns.counts("outcome")
            #expect(findings.counts.count == 30, run.words)
            #expect(findings.counts.values.allSatisfy { $0 == 1 })
            #expect((outcomes["connection_lost"] ?? 0) > 0)
            #expect((outcomes["done"] ?? 0) > 0)
            #expect((outcomes["connection_lost"] ?? 0) + (outcomes["done"] ?? 0) == 30)
            // Each connection carries one POST well and swallows the next one.
            let kinds = Set(turns.rows.map { "\($0["outcome"]) \($0.steadyDetail)" })
            #expect(kinds == ["connection_lost post", "done "])
            let places = Set(turns.rows.map { "\($0["outcome"]) \($0["connection_reused"])" })
            #expect(places == ["connection_lost 1", "done 0"])
        }

        @Test(
            "a target that goes away is refused connections, then blocked starts; all are counted")
        func goesAway() async throws {
            let server = try PeerServer("chunked")
            var profile = TestProfile(server)
            profile.load = ["arrivals: constant", "rate: 100/s", "duration: 8s", "drain: 3s"]
            let folder = try TemporaryFolder()
            let command = try TestRun.start(profile, in: folder)
            // Some of the first second is on disk: seven more are to come.
            let isUnderWay = await wait(within: .seconds(60)) {
                let turns = try? text("\(folder.path)/run/turns.csv.partial")
                return (turns?.ranges(of: ",done,").count ?? 0) > 20 || !command.isRunning
            }
            try #require(isUnderWay && command.isRunning, "twenty turns are not on disk")
            _ = try await server.stop()
            let run = TestRun(folder: folder, result: try await command.result())
            #expect(run.isDone, run.words)
            let turns = try run.turns
            let outcomes = turns.counts("outcome")
            #expect(turns.rows.count == 800)
            #expect((outcomes["done"] ?? 0) > 20)
            // The breaker opens after 50 refusals in a row and lets one start through at a time; what
            // a pause of this machine has begun at once comes on top.
            let late = turns.rows.count { turn in
                turn.integer("sent_ns").map {
                    $0 - (turn.integer("planned_ns") ?? $0) > 20_000_000
                } ?? false
            }
            #expect((50..<100 + late).contains(outcomes["connect_failed"] ?? 0), "\(outcomes)")
            #expect((outcomes["blocked"] ?? 0) > 20, "\(outcomes)")
            let blocked = turns.rows.filter { $0["outcome"] == "blocked" }
            #expect(blocked.allSatisfy { $0["detail"] == "circuit_breaker" })
            #expect(blocked.allSatisfy { $0["sent_ns"].isEmpty })
            try RunChecks.expectBucketsAddUp(run)
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            try PercentileCheck.expect(run)
        }

        @Test("failed turns stay in the denominator, slower than every measured value")
        func denominator() async throws {
            let server = try PeerServer("status429", ["--healthy", "1"])
            let run = try await TestRun(TestProfile(server).patient)
            _ = try await server.stop()
            let rows = try run.table("summary.csv").rows.filter {
                $0["metric"] == "ttft" && $0["anchor"] == "planned" && $0["turn"] == "0"
            }
            let median = try #require(rows.first { $0["stat"] == "p50" }, run.words)
            #expect(median["n"] == "10")
            #expect(median["censored"] == "9")
            #expect(median["is_lower_bound"] == "1")
            let least = try #require(rows.first { $0["stat"] == "min" })
            // The 429 came at once; the one good answer took 30 ms. Its value is the bound.
            #expect(try #require(median.number("value")) >= (try #require(least.number("value"))))
            #expect(try #require(least.number("value")) >= 30)
        }
    }
}
