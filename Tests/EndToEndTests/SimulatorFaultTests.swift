import Foundation
import Testing

extension EndToEnd {
    @Suite("the simulator's faults")
    struct SimulatorFaultTests {
        /// What each fault must look like in `turns.csv`: the documented table once more, by hand.
        ///
        /// `done` stands for every end with a done signal; which timeout ends a stall, for the first
        /// chunk or of the turn, depends on when it began.
        private static let table: [String: String] = [
            "stall": "timeout", "cut": "closed_before_done stream",
            "reset": "closed_before_done stream", "missing_done": "closed_before_done stream",
            "token_expiry": "token_expired stream_401",
            "token_error": "token_expired error_event",
            "huge_event": "protocol_error oversized_event", "large_event": "done ",
            "http_429": "rate_limited post_429", "http_500": "http_error post_500",
            "http_503": "http_error post_503", "malformed_json": "done malformed_event",
            "duplicate_reply": "done duplicate_reply", "index_gap": "done index_gap",
            "late_chunk": "done late_chunk", "slow_headers": "done ", "split_bytes": "done ",
            "crlf": "done ", "cr": "done ", "bom": "done ", "multi_line": "done ",
            "unknown_event": "done ", "": "done ",
        ]

        /// Details that say how a turn came about, not that something is wrong with it.
        private static let remarks: Set<Substring> = [
            "subscription_bound", "late_subscription", "requested_by_user", "rule",
            "rule_matched", "routed_to_team", "finished_without_resolution",
        ]

        private static func look(_ turn: CSVTable.Row) -> String {
            let isWell = ["done", "resolved", "escalated", "complete"].contains(turn["outcome"])
            if turn["outcome"] == "timeout" { return turn["outcome"] }
            let words = turn["detail"].split(separator: "+").filter { !remarks.contains($0) }
            return "\(isWell ? "done" : turn["outcome"]) \(words.joined(separator: "+"))"
        }

        /// The fault of each turn, by `conversation turn`, the run's id left out.
        private static func faults(_ run: TestRun) throws -> [String: String] {
            let rows = try run.table("truth.csv").rows
            #expect(Set(rows.map(name)).count == rows.count)
            return rows.reduce(into: [:]) { $0[name($1)] = $1["fault"] }
        }

        private static func name(_ row: CSVTable.Row) -> String {
            let number = row["conversation_id"].split(separator: "-").last ?? ""
            return "\(number) \(row["turn"])"
        }

        @Test("each turn of all-faults ends as the fault that the server gave it demands")
        func allFaults() async throws {
            // Tests/EndToEndTests/ThisFile.swift
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let folder = try TemporaryFolder()
            let run = TestRun(
                folder: folder,
                result: try await Command.run(arguments: [
                    "run", root.appendingPathComponent("profiles/all-faults.yaml").path,
                    "--output", "\(folder.path)/run", "--progress", "none",
                    // A part of its length, and faster: each kind comes often enough.
                    "--set", "load.duration=5s", "--set", "load.rate=100/s",
                    "--set", "generator.max_share=100%", "--set", "load.drain=20s",
                    // A stall still runs into its timeout; a busy machine runs into none.
                    "--set", "conversation.timeouts.connect=8s",
                    "--set", "conversation.timeouts.response=8s",
                    "--set", "conversation.timeouts.first_chunk=8s",
                    "--set", "conversation.timeouts.idle=8s",
                    "--set", "conversation.timeouts.turn=9s",
                ]))
            #expect(run.isDone, run.words)
            let faults = try Self.faults(run)
            let turns = try run.turns.rows
            #expect(Set(turns.map(Self.name)) == Set(faults.keys))
            for turn in turns {
                let fault = try #require(faults[Self.name(turn)])
                #expect(
                    Self.look(turn) == Self.table[fault], "\(fault): \(turn["conversation_id"])")
            }
            let kinds = Set(faults.values).subtracting([""])
            #expect(kinds == Set(Self.table.keys).subtracting([""]))
            try RunChecks.expectEveryTurnCounted(run)
            try RunChecks.expectOutcomesMatchTurns(run)
            let audit = try await Command.run(arguments: ["audit", run.directory, "--faults-csv"])
            #expect(audit.status == 0, "stderr: \(audit.errors), stdout: \(audit.output)")
            #expect(audit.output.split(separator: "\n").count == kinds.count + 2)
        }

        /// A profile of two turns each with some faults, none of which takes a timeout to be seen.
        ///
        /// - Parameter think: long where the outcome of a second turn is looked at: what happens
        ///   before its stream stands is not seen again.
        private static func profile(
            _ faults: String, _ more: [String] = [], think: String = "100ms"
        ) -> TestProfile {
            var profile = TestProfile(
                simulator: [
                    "seed: 11", "think: \(think)", "chunks: {count: 3, interval: 20ms}",
                    "faults: {\(faults)}",
                ] + more)
            profile.turns = "2"
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 60", "drain: 8s"]
            return profile.patient
        }

        @Test("a seed gives the same conversations the same faults, run after run")
        func sameSeed() async throws {
            let profile = Self.profile("crlf: 20%, index_gap: 20%, late_chunk: 20%, bom: 20%")
            async let first = TestRun(profile)
            async let second = TestRun(profile)
            let (one, two) = (try Self.faults(try await first), try Self.faults(try await second))
            #expect(one == two && one.count == 120)
            #expect(Set(one.values) == ["", "crlf", "index_gap", "late_chunk", "bom"])
        }

        @Test("chosen conversations get exactly theirs, and nobody else does")
        func chosen() async throws {
            let run = try await TestRun(
                Self.profile(
                    "reset: {conversations: [3, 17], turn: 2}, http_503: {conversations: [5]}, "
                        + "duplicate_reply: {conversations: [40]}", think: "3s"))
            #expect(run.isDone, run.words)
            let faults = try Self.faults(run).filter { !$0.value.isEmpty }
            #expect(
                faults == [
                    "3 2": "reset", "17 2": "reset", "5 1": "http_503",
                    "40 1": "duplicate_reply", "40 2": "duplicate_reply",
                ])
            let odd = try run.turns.rows.filter { Self.look($0) != "done " }
            #expect(
                Set(odd.map { "\(Self.name($0)): \(Self.look($0))" }) == [
                    "3 2: closed_before_done stream", "17 2: closed_before_done stream",
                    "5 1: http_error post_503", "40 1: done duplicate_reply",
                    "40 2: done duplicate_reply",
                ])
        }

        @Test("a window takes the turns whose request came in it, and no others")
        func window() async throws {
            var profile = Self.profile("unknown_event: {share: 100%, from: 300ms, for: 400ms}")
            profile.turns = "1"
            let run = try await TestRun(profile)
            #expect(run.isDone, run.words)
            let rows = try run.table("truth.csv").rows
            let received = try rows.map { try #require($0.integer("request_received_ns")) }
            let first = try #require(received.min())
            for (row, instant) in zip(rows, received) {
                let isInside = (300_000_000..<700_000_000).contains(instant - first)
                #expect(row["fault"] == (isInside ? "unknown_event" : ""), "\(instant - first)")
            }
            // 50 a second: 20 of them, unless this machine stood still.
            #expect(rows.contains { $0["fault"].isEmpty })
        }

        @Test("where events carry ids, a broken stream is resumed and loses nothing")
        func resumed() async throws {
            var profile = Self.profile(
                "cut: 30%, reset: 30%, missing_done: 30%", ["framing: named"])
            profile.turns = "1"
            let run = try await TestRun(profile)
            #expect(run.isDone, run.words)
            let audit = try await Command.run(arguments: ["audit", run.directory])
            #expect(audit.status == 0, "stderr: \(audit.errors), stdout: \(audit.output)")
            let faults = try Self.faults(run)
            for turn in try run.turns.rows {
                let fault = try #require(faults[Self.name(turn)])
                let expected =
                    switch fault {
                    case "cut", "reset": "done resumed"
                    case "missing_done": "token_expired stream_401+resumed"
                    default: "done "
                    }
                #expect(Self.look(turn) == expected, "\(fault)")
                if expected.hasPrefix("done") { #expect(turn["chunks"] == "3", "\(fault)") }
            }
        }

        @Test("an audit names what differs from the truth, and fails")
        func difference() async throws {
            var profile = Self.profile("crlf: 100%")
            profile.turns = "1"
            let run = try await TestRun(profile)
            let path = "\(run.directory)/truth.csv"
            // As if the server had spoilt one turn and the run not seen it.
            let forged = try text(path).replacing(
                ",1,crlf,", with: ",1,late_chunk,", maxReplacements: 1)
            try Data(forged.utf8).write(to: URL(fileURLWithPath: path))
            let audit = try await Command.run(arguments: ["audit", run.directory])
            #expect(audit.status == 1, "stderr: \(audit.errors), stdout: \(audit.output)")
            #expect(audit.output.contains("with late_chunk, yet not \"done + late_chunk\": 1 ("))
        }

        @Test("a survey after the end is part of the stream, and of nobody's account")
        func survey() async throws {
            let run = try await TestRun(
                Self.profile(
                    "cr: 0%", ["outcomes: {resolved: 50%}", "csat: 100%"], think: "3s"))
            #expect(run.isDone, run.words)
            let turns = try run.turns
            #expect((turns.counts("outcome")["resolved"] ?? 0) > 10)
            #expect(Set(turns.rows.map(Self.look)) == ["done "])
        }
    }
}
