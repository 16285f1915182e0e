import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import Testing

@testable import FinSimulator

private let fullAnswer = [
    "fin_reply_chunk", "fin_reply_chunk", "fin_reply_chunk", "fin_replied",
]

@Suite("For an agent of the caller's own, the simulator", .sockets)
struct OrchestrationTests {
    private static let ended = ["fin_status_updated:escalated", "fin_status_updated:complete"]

    private func body(_ members: String) -> String { "{\(members)}" }

    @Test("answers one question of /fin/ask and completes, in every version and outcome")
    func ask() async throws {
        try await TestServer.with {
            $0.settings.outcomes.escalated = 1
        } _: { server in
            for (index, version) in ["2.14", "2.16", "Preview"].enumerated() {
                let response = try await server.send(
                    "POST", "/fin/ask", headers: ["Intercom-Version": version],
                    body: TestServer.body("a-\(index)", "2026-02-03T09:15:00.001Z"))
                #expect(response.status == 200 && response.json["status"] as? String == "thinking")
                #expect(try response.streamURL.hasSuffix("&rewind=2m"))
                let stream = try await server.stream(response)
                #expect(stream.eventNames == fullAnswer + ["fin_status_updated:complete"])
                #expect(stream.events[3]["status"] as? String == "replying")
            }
            let again = try await server.reply("a-1", timestamp: "2026-02-03T09:16:00.000Z")
            #expect(again.status == 400)
        }
    }

    @Test(
        "refuses a wrong /fin/ask in the documented words",
        arguments: [
            (
                #""message":{"author":"user","body":"b"},"user":{"id":"u"}"#,
                "External Conversation ID is required"
            ),
            (
                #""conversation_id":"c","message":{"author":"user","body":"b"}"#,
                "User ID is required"
            ),
            (#""conversation_id":"c","user":{"id":"u"}"#, "message is required"),
        ])
    func wrongAsk(members: String, message: String) async throws {
        try await TestServer.with { server in
            let response = try await server.send(
                "POST", "/fin/ask", headers: ["Intercom-Version": "Preview"], body: body(members))
            #expect(response.status == 400 && response.errorMessage == message)
        }
    }

    @Test("escalates a conversation: escalated with its reason, then complete")
    func escalate() async throws {
        try await TestServer.with { server in
            _ = try await server.stream(try await server.start("c-1"))
            let response = try await server.send(
                "POST", "/fin/escalate", body: body(#""conversation_id":"c-1","message":"m""#))
            #expect(response.status == 200 && response.json["status"] as? String == "escalated")
            #expect(response.json["conversation_id"] as? String == "c-1")
            let stream = try await server.stream(response)
            #expect(stream.eventNames == Self.ended)
            #expect(stream.events[0]["reason"] as? String == "Escalation requested via API")
            #expect(stream.events[0]["user_id"] as? String == "u-1")
            let reply = try await server.reply("c-1", timestamp: "2026-02-03T09:16:00.000Z")
            #expect(reply.status == 400)
        }
    }

    @Test("escalates for a user in a conversation of its own, one for each call")
    func escalateUser() async throws {
        try await TestServer.with { server in
            var ids: Set<String> = []
            for _ in 0..<2 {
                let response = try await server.send(
                    "POST", "/fin/escalate", body: body(#""user":{"id":"u-9"}"#))
                #expect(response.status == 200 && response.json["conversation_id"] == nil)
                ids.insert(try #require(response.json["intercom_conversation_id"] as? String))
                let stream = try await server.stream(response)
                #expect(stream.eventNames == Self.ended)
                #expect(stream.events[0]["user_id"] as? String == "u-9")
            }
            #expect(ids.count == 2)
        }
    }

    @Test("escalates after the turn that runs")
    func escalateWhileReplying() async throws {
        try await TestServer.with {
            $0.settings.think = .fixed(3e9)
        } _: { server in
            let first = try await server.start("c-1")
            async let stream = server.stream(first)
            let response = try await server.send(
                "POST", "/fin/escalate", body: body(#""conversation_id":"c-1""#))
            #expect(response.status == 200)
            #expect(
                try await stream.eventNames
                    == fullAnswer + ["fin_status_updated:awaiting_user_reply"])
            #expect(try await server.stream(response).eventNames == Self.ended)
        }
    }

    @Test("refuses a wrong /fin/escalate in the documented words")
    func wrongEscalation() async throws {
        let either = "Either conversation_id or user must be provided"
        let long = String(repeating: "x", count: 10_001)
        try await TestServer.with { server in
            for (members, message) in [
                ("", either), (#""conversation_id":"c","user":{"id":"u"}"#, either),
                (#""conversation_id":"""#, either), (#""user":{}"#, "User ID is required"),
                (#""conversation_id":"nobody""#, "Conversation not found"),
                (
                    #""user":{"id":"u"},"message":"\#(long)""#,
                    "message cannot be longer than 10000 characters"
                ),
                (
                    #""user":{"id":"u"},"context":"\#(long)""#,
                    "context cannot be longer than 10000 characters"
                ),
            ] {
                let response = try await server.send("POST", "/fin/escalate", body: body(members))
                #expect(response.status == 400 && response.errorMessage == message)
            }
        }
    }

    @Test("lists what Fin can do, and each procedure that it lists can be run")
    func capabilities() async throws {
        try await TestServer.with { server in
            let response = try await server.send(
                "POST", "/fin/capabilities", headers: ["Intercom-Version": "Preview"],
                body: body(#""user":{"id":"u-1"}"#))
            #expect(response.status == 200 && response.json["version"] as? String == "Preview")
            let list = try #require(response.json["capabilities"] as? [[String: String]])
            #expect(
                list.map { $0["type"] } == ["procedure", "procedure", "reply", "ask", "escalate"])
            for (index, item) in list.prefix(2).enumerated() {
                #expect(item["method"] == "POST" && item["name"] != nil)
                let path = try #require(item["endpoint"])
                let run = try await server.send(
                    "POST", path,
                    body: body(#""conversation_id":"p-\#(index)","user":{"id":"u-1"}"#))
                #expect(run.status == 200 && run.json["procedure_id"] as? String == item["id"])
                #expect(
                    try await server.stream(run).eventNames
                        == fullAnswer + ["fin_status_updated:awaiting_user_reply"])
            }
            #expect(list[2]["id"] == nil && list[2]["endpoint"] == "/fin/reply")
        }
    }

    @Test("refuses capabilities without a user, and for more than ten attributes")
    func wrongCapabilities() async throws {
        let names = (0..<11).map { "\"a\($0)\":1" }.joined(separator: ",")
        try await TestServer.with { server in
            let nobody = try await server.send("POST", "/fin/capabilities", body: "{}")
            #expect(nobody.status == 400 && nobody.errorMessage == "User ID is required")
            let many = try await server.send(
                "POST", "/fin/capabilities",
                body: body(#""user":{"id":"u","attributes":{\#(names)}}"#))
            #expect(many.errorMessage == "Cannot update more than 10 attributes at once.")
        }
    }

    @Test("refuses a procedure that cannot be run, and a conversation that has begun")
    func wrongRun() async throws {
        try await TestServer.with { server in
            for (id, message) in [
                ("1", "Procedure not found"), ("5003", "Procedure is not live"),
                ("5004", "Procedure does not have an API trigger"),
            ] {
                let response = try await server.send(
                    "POST", "/fin/procedures/\(id)/run",
                    body: body(#""conversation_id":"r-1","user":{"id":"u"}"#))
                #expect(response.status == 400 && response.errorMessage == message)
            }
            let noProfile = try await server.send(
                "POST", "/fin/procedures/5005/run",
                body: body(#""conversation_id":"r-1","user":{"id":"u"}"#))
            #expect(noProfile.errorMessage.hasPrefix("No Fin profile is configured"))
            _ = try await server.start("c-1")
            let begun = try await server.send(
                "POST", "/fin/procedures/5001/run",
                body: body(#""conversation_id":"c-1","user":{"id":"u"}"#))
            #expect(
                begun.errorMessage.hasPrefix("Fin session already exists for this conversation."))
            #expect(try await server.send("POST", "/fin/procedures//run", body: "{}").status == 404)
            #expect(try await server.send("GET", "/fin/procedures/5001/run").status == 405)
        }
    }

    @Test("takes a rating where it has asked for one, else says what is wrong")
    func rating() async throws {
        try await TestServer.with {
            $0.settings.think = .fixed(3e9)
            $0.settings.outcomes.resolved = 1
            $0.settings.csat = 1
        } _: { server in
            @Sendable func rate(_ members: String) async throws -> TestResponse {
                try await server.send("POST", "/fin/csat", body: "{\(members)}")
            }
            @Sendable func problem(_ members: String, _ field: String) async throws -> String {
                let response = try await rate(members)
                #expect(response.status == 422)
                return (response.json["errors"] as? [String: String])?[field] ?? ""
            }
            let id = #""conversation_id":"c-1""#
            #expect(
                try await problem(id, "external_conversation_id").hasPrefix("Conversation not f"))
            let response = try await server.start("c-1")
            #expect(
                try await problem(id + #","rating":"ok""#, "base")
                    == "No rating survey found for this conversation")
            _ = try await server.stream(response)
            #expect(
                try await problem(id + #","rating":"5""#, "rating") == "Rating isn't an option")
            let rated = try await rate(id + #","rating":"ok","remark":"so so""#)
            #expect(rated.status == 200 && rated.json["status"] as? String == "rated")
            #expect(rated.json["rating"] as? String == "ok")
            #expect(
                try await problem(id + #","rating":"good""#, "base").hasPrefix("This rating can no")
            )
            #expect(try await rate(#""conversation_id":7"#).status == 400)
        }
    }
}
