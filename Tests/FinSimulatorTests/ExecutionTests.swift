import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import NIOHTTP1
import Testing

@testable import FinSimulator

@Suite("Executions of a data connector", .sockets)
struct ExecutionTests {
    /// A simulator whose turns call the receiver, and what their executions are listed as.
    private func with(
        answers: @escaping @Sendable (Int) -> HTTPResponseStatus? = { _ in .ok },
        _ change: @escaping @Sendable (inout SimulatorOptions) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer, TestReceiver) async throws -> Void
    ) async throws {
        try await TestReceiver.with(answers: answers) { receiver, url in
            try await TestServer.with {
                $0.settings.connectors = .init(url: url + "&for={{conversation_id}}")
                change(&$0)
            } _: { server in
                try await body(server, receiver)
            }
        }
    }

    private func results(
        _ server: TestServer, _ query: String = ""
    ) async throws -> [[String: Any]] {
        let list = try await server.send("GET", "/data_connectors").json["data"]
        let id = try #require((list as? [[String: Any]])?.last?["id"] as? String)
        let response = try await server.send(
            "GET", "/data_connectors/\(id)/execution_results?\(query)")
        return try #require(response.json["data"] as? [[String: Any]])
    }

    @Test("calls the endpoint between thinking and the first chunk, and lists the execution")
    func success() async throws {
        try await with { server, receiver in
            let names = try await server.stream(try await server.start("c 1")).eventNames
            #expect(names.first == "fin_reply_chunk" && names.count == 5)
            let posts = receiver.posts
            #expect(posts.map(\.path) == ["/fin?a=b&for=c%201"])
            #expect(posts[0].json["user_id"] as? String == "u-1")
            #expect(posts[0].headers["content-type"] == ["application/json"])
            let listed = try #require(try await results(server).first)
            #expect(listed["success"] as? Bool == true && listed["http_status"] as? Int == 200)
            #expect(listed["execution_time_ms"] as? Int != nil)
            #expect(listed["request_body"] == nil && listed["conversation_id"] as? String == "c 1")
            // Without its query.
            #expect((listed["request_url"] as? String)?.hasSuffix("/fin") == true)
            let whole = try #require(try await results(server, "include_bodies=true").first)
            #expect((whole["request_body"] as? String)?.contains("c 1") == true)
            let connector = try #require(listed["data_connector_id"] as? String)
            let id = try #require(listed["id"] as? String)
            let path = "/data_connectors/\(connector)/execution_results"
            #expect(
                try await server.send("GET", "\(path)/\(id)").json["request_body"] as? String
                    == whole["request_body"] as? String)
            let missing = try await server.send("GET", "\(path)/1")
            #expect(missing.status == 404 && missing.errorMessage == "Execution result not found")
        }
    }

    @Test("a turn waits for its execution, and what follows keeps its distance")
    func delay() {
        let start = Instant(nanoseconds: 1_000_000)
        var settings = TestServer.quick
        settings.connectors = .init(url: "http://127.0.0.1:9/")
        let turn = Turn(
            conversation: Conversation(id: "c-1", appID: "app", now: start), number: 1,
            version: .v216,
            script: ScriptWriter.script(
                settings: settings, text: AnswerText(), number: 1, turn: 1, version: .v216),
            userID: "u", isReplayable: false, received: start)
        #expect(turn.takeStep(now: 0) == .execution)
        turn.hold()
        #expect(turn.nextDue == nil)
        let answered = start + .milliseconds(20) + .milliseconds(150)
        turn.resume(at: answered)
        #expect(turn.nextDue == answered)
        _ = turn.takeStep(now: 0)
        #expect(turn.nextDue == answered + .milliseconds(2))
    }

    @Test(
        "says why an execution failed, and the turn goes on",
        arguments: [
            (500, "3rd_party_error", "HTTP 500 from"), (0, "faraday_error", "No answer in time"),
        ])
    func failure(status: Int, kind: String, message: String) async throws {
        let answer = status == 0 ? nil : HTTPResponseStatus(statusCode: status)
        try await with(answers: { _ in answer }) {
            if answer == nil { $0.settings.connectors?.timeout = 100e6 }
        } _: { server, _ in
            let names = try await server.stream(try await server.start("c-1")).eventNames
            #expect(names.last == "fin_status_updated:awaiting_user_reply")
            let listed = try #require(try await results(server, "success=false").first)
            #expect(listed["error_type"] as? String == kind)
            let words = listed["error_message"] as? String ?? ""
            #expect(words.hasPrefix(message) && words.hasSuffix("/fin") && !words.contains("a=b"))
            #expect(try await results(server, "success=true").isEmpty)
            #expect(try await results(server, "error_type=\(kind)").count == 1)
            #expect(try await results(server, "error_type=token_refresh_error").isEmpty)
            #expect(try await results(server, "end_ts=1000").isEmpty)
            #expect(try await results(server, "start_ts=1000").count == 1)
        }
    }

    @Test("a refused connection is the third party's error; a foreign URL is never called")
    func unreachable() async throws {
        try await TestServer.with {
            $0.settings.connectors = .init(url: "http://127.0.0.1:9/x?key=planted")
        } _: { server in
            _ = try await server.stream(try await server.start("c-1"))
            let listed = try #require(try await results(server).first)
            #expect(listed["error_type"] as? String == "3rd_party_error")
            #expect(listed["http_status"] == nil)
            #expect(listed["request_url"] as? String == "http://127.0.0.1:9/x")
            let id = try #require(listed["data_connector_id"] as? String)
            let foreign = #"{"state":"live","url":"http://example.test/{{user_id}}"}"#
            _ = try await server.send("PATCH", "/data_connectors/\(id)", body: foreign)
            _ = try await server.stream(try await server.start("c-2"))
            let newest = try #require(try await results(server).first)
            #expect(newest["error_type"] as? String == "request_configuration_error")
            #expect(newest["execution_time_ms"] == nil)
        }
    }

    @Test("says which query is wrong")
    func wrongQueries() async throws {
        try await with { server, _ in
            let id =
                try await server.send("POST", "/data_connectors", body: #"{"name":"n"}"#)
                .json["id"] as? String ?? ""
            for (query, message) in [
                ("error_type=x", "Invalid error_type. Must be one of: request_configuration_error"),
                ("start_ts=now", "start_ts must be a Unix timestamp (integer)"),
                ("end_ts=1.5", "end_ts must be a Unix timestamp (integer)"),
                ("success=1", "Invalid success. Must be one of: true, false"),
                ("include_bodies=1", "Invalid include_bodies."), ("per_page=31", "per_page must"),
            ] {
                let path = "/data_connectors/\(id)/execution_results?\(query)"
                let response = try await server.send("GET", path)
                #expect(response.status == 400 && response.errorMessage.hasPrefix(message))
            }
            let old = try await server.send(
                "GET", "/data_connectors/\(id)/execution_results?include_request_url=true")
            #expect(old.status == 200)
        }
    }

    @Test("tells the topic's subscriber of each execution, under the topic's own names")
    func topic() async throws {
        try await TestReceiver.with { subscriber, topicURL in
            try await with(answers: { _ in .internalServerError }) {
                $0.settings.topicWebhooks = .init(.init(url: topicURL, secret: "s"))
                $0.settings.topicWebhooks?.delivery.delay = .fixed(1e6)
                $0.settings.connectors?.place = .afterAnswer
            } _: { server, _ in
                let names = try await server.stream(try await server.start("c-1")).eventNames
                #expect(names.count == 5)
                let post = try #require(try await subscriber.wait(for: 1).first)
                #expect(post.json["topic"] as? String == "data_connector.execution.completed")
                let data = post.json["data"] as? [String: Any]
                let item = try #require(data?["item"] as? [String: Any])
                let listed = try #require(try await results(server).first)
                #expect(item["id"] as? String == listed["id"] as? String)
                #expect(item["action_id"] as? String == listed["data_connector_id"] as? String)
                #expect(item["error_type"] as? String == "third_party_error")
                #expect(item["conversation_id"] as? String == "c-1")
                #expect(item["admin_id"] is NSNull && item["http_status"] as? Int == 500)
            }
        }
    }

    @Test("a share of the turns executes it, the same turns for the same seed")
    func share() {
        var settings = SimulatorSettings()
        settings.connectors = .init(url: "http://127.0.0.1:9/")
        settings.connectors?.share = 0.3
        let text = AnswerText()
        func executes(_ number: UInt64) -> Bool {
            ScriptWriter.script(
                settings: settings, text: text, number: number, turn: 1, version: .v216
            ).steps.contains { $0.action == .execution }
        }
        let found = (0..<2000).map { executes($0) }
        let count = found.filter(\.self).count
        #expect((520...680).contains(count) && found == (0..<2000).map { executes($0) })
        // Nothing else of the turn is drawn otherwise.
        var without = settings
        without.connectors = nil
        for number in 0..<50 as Range<UInt64> {
            var script = ScriptWriter.script(
                settings: settings, text: text, number: number, turn: 1, version: .v216)
            script.steps.removeAll { $0.action == .execution }
            #expect(
                script
                    == ScriptWriter.script(
                        settings: without, text: text, number: number, turn: 1, version: .v216))
        }
    }
}
