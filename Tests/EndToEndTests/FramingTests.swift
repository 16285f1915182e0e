import Testing

extension EndToEnd {
    @Suite("a peer's way of writing", .enabled(if: PeerServer.python != nil, "needs python3"))
    struct FramingTests {
        static let modes = [
            "chunked", "close", "crlf", "cr", "bytes", "enveloped", "named", "odd", "lingers",
        ]

        @Test("framing, line ends and splits change no outcome and no count", arguments: modes)
        func framing(mode: String) async throws {
            let server = try PeerServer(mode)
            let run = try await TestRun(TestProfile(server).patient)
            let findings = try await server.stop()
            let turns = try run.turns
            #expect(run.isDone, run.words)
            #expect(turns.counts("outcome") == ["done": 10])
            #expect(Set(turns.rows.map(\.steadyDetail)) == [""])
            #expect(turns.counts("chunks") == ["4": 10])
            #expect(turns.counts("first_chunk_index") == ["0": 10])
            // On a busy machine chunks are written before the stream stands.
            let replayed = turns.rows.filter { $0["replayed_chunks"] != "0" }
            #expect(replayed.allSatisfy { $0["detail"] == "subscription_bound" })
            #expect(turns.counts("http_status") == ["200": 10])
            #expect(Set(turns.column("conversation_id")).count == 10)
            #expect(findings.posts.count == 10)
            #expect(findings.gets.count == 10)
        }

        @Test("the waits that the server makes are in every turn, whatever the framing")
        func waits() async throws {
            let server = try PeerServer("bytes")
            let run = try await TestRun(TestProfile(server).patient)
            _ = try await server.stop()
            for turn in try run.turns.rows {
                let dial = try #require(turn.integer("stream_dial_ns"))
                // The server sleeps: its waits may be longer, never shorter. All from one instant
                // that is before the server's: of two that one read brings, the first is late.
                let waits = ["first_chunk": 30, "last_chunk": 45, "first_replied": 50, "done": 55]
                for (name, milliseconds) in waits {
                    let instant = try #require(turn.integer("\(name)_ns"))
                    #expect(instant - dial >= milliseconds * 1_000_000, "\(name)")
                }
            }
        }

        @Test("events that one read brought in HTTP chunks are counted as such, and no gap is")
        func paired() async throws {
            let server = try PeerServer("paired")
            let run = try await TestRun(TestProfile(server).patient)
            _ = try await server.stop()
            let turns = try run.turns
            #expect(turns.counts("outcome") == ["done": 10])
            #expect(turns.counts("chunks") == ["4": 10])
            // More on a busy machine, where others come together as well.
            let coalesced = try turns.rows.map { try #require($0.integer("coalesced_chunks")) }
            #expect(coalesced.allSatisfy { (2...4).contains($0) }, "\(coalesced)")
            // Of a turn's three gaps neither that within the read nor the one behind it counts.
            let gaps = try run.table("summary.csv").rows.filter { $0["metric"] == "chunk_gap" }
            #expect(gaps.allSatisfy { ($0.integer("n") ?? .max) <= 10 }, run.words)
        }

        @Test("an event that shares its read with a part of the next one is counted as such")
        func torn() async throws {
            let server = try PeerServer("torn")
            let run = try await TestRun(TestProfile(server).patient)
            _ = try await server.stop()
            let turns = try run.turns
            #expect(turns.counts("outcome") == ["done": 10])
            #expect(turns.counts("chunks") == ["4": 10])
            let coalesced = try turns.rows.map { try #require($0.integer("coalesced_chunks")) }
            #expect(coalesced.allSatisfy { (1...4).contains($0) }, "\(coalesced)")
        }

        @Test("finbench hangs up after the done signal when the server does not")
        func hangUp() async throws {
            let server = try PeerServer("lingers")
            let run = try await TestRun(TestProfile(server).patient)
            // A client that left its streams open would sit out the idle timeout.
            #expect(run.result.seconds < 20, run.words)
            let findings = try await server.stop()
            #expect(findings.hangups == 10)
        }

        @Test(
            "the end of a 2.14 turn is inferred from the close or from two quiet seconds",
            arguments: ["v214", "v214_quiet"])
        func inferredEnd(mode: String) async throws {
            let server = try PeerServer(mode)
            let run = try await TestRun(TestProfile(server, "version: \"2.14\"").patient)
            let findings = try await server.stop()
            let turns = try run.turns
            #expect(run.isDone, run.words)
            #expect(turns.counts("outcome") == ["done": 10])
            #expect(Set(turns.rows.map(\.steadyDetail)) == ["inferred_done"])
            #expect(turns.counts("chunks") == ["4": 10])
            // The end is the last event's stamp: neither the close nor the quiet is in it.
            #expect(turns.column("done_ns") == turns.column("last_replied_ns"))
            let versions = Set(findings.posts.map { $0.header("intercom-version") })
            #expect(versions == ["2.14"])
        }

        @Test("a 2.16 turn that closes without its done signal is not called plainly done")
        func missingDone() async throws {
            let server = try PeerServer("v214")
            let run = try await TestRun(TestProfile(server, "version: \"2.16\"").patient)
            _ = try await server.stop()
            // Whether the request or the app decides the version of the events is not documented:
            // either reading is right, as long as the turn says which.
            let endings = Set(try run.turns.rows.map { "\($0["outcome"]) \($0.steadyDetail)" })
            #expect(
                ["done inferred_done", "closed_before_done stream"].contains { [$0] == endings })
            #expect(try run.turns.rows.count == 10)
        }
    }
}
