import FinMeasure
import FinProfile
import FinTestSupport
import FinTestThreads
import Foundation
import Testing

@testable import FinSimulator

@Suite("As a customer's helpdesk, the simulator", .sockets)
struct HelpdeskTests {
    private static func conversation(_ user: String, _ object: String, _ message: String)
        -> String
    {
        #"{"user_id":"\#(user)","user":{"id":"\#(user)"},"object_id":"\#(object)","initial_message":{"message_type":"comment","body":"<p>Hi</p>","author":{"id":"\#(user)","user_type":"end_user"},"visibility":"public","object_id":"\#(message)"}}"#
    }

    @Test("does everything in both styles, each with its own form of answers")
    func bothStyles() async throws {
        try await TestServer.with { server in
            let fin = try await HelpdeskClient(server)
            // mixed: bare objects
            let user = try await fin.send("POST", "/user", #"{"name":"Zoë","object_id":"880"}"#)
            #expect(user.status == 201 && user.json["id"] as? String == "usr_1")
            let made = try await fin.send(
                "POST", "/conversation", Self.conversation("usr_1", "c-1", "m-1"))
            #expect(made.status == 201)
            #expect((made.json["conversation"] as? [String: Any])?["id"] as? String == "conv_1")
            #expect((made.json["message"] as? [String: Any])?["id"] as? String == "msg_1")
            let changed = try await fin.send(
                "PUT", "/conversation",
                #"{"conversation_id":"conv_1","status":"resolved","assignee_id":null,"tags":["a"]}"#
            )
            #expect(changed.status == 200 && changed.json["status"] as? String == "resolved")
            #expect(changed.json["assignee"] is NSNull)
            #expect(
                try await fin.send("GET", "/user?user_id=usr_1").json["name"] as? String == "Zoë")
            let agents = try await fin.send("GET", "/agents")
            #expect(agents.body.contains(#""alias":"Fin""#))
            // POST-only: wrapped in data, another name for the alias
            let message = try await fin.send(
                "POST", "/create_message",
                #"{"conversation_id":"conv_1","body":"<p>Yes</p>","author":{"id":"ag_fin","user_type":"agent"},"object_id":"m-2"}"#
            )
            #expect(message.status == 201 && message.body.contains(#""alias_name":"Fin""#))
            let all = try await fin.send("POST", "/get_messages", #"{"conversation_id":"conv_1"}"#)
            #expect((all.json["data"] as? [Any])?.count == 2)
            let newer = try await fin.send(
                "GET", "/messages?conversation_id=conv_1&after_id=msg_1")
            #expect(newer.body.contains("msg_2") && !newer.body.contains("msg_1\""))
            let attributes = try await fin.send(
                "POST", "/update_user", #"{"user_id":"usr_1","attributes":{"plan":"pro"}}"#)
            #expect(attributes.status == 200 && attributes.body.contains(#""plan":"pro""#))
        }
    }

    @Test("answers a known object_id with the object it made, whichever style repeats it")
    func idempotent() async throws {
        try await TestServer.with { server in
            let fin = try await HelpdeskClient(server)
            for path in ["/user", "/create_user", "/user"] {
                let user = try await fin.send("POST", path, #"{"name":null,"object_id":"880"}"#)
                #expect(user.status == 201 && user.body.contains("usr_1"))
            }
            for path in ["/conversation", "/create_conversation"] {
                let made = try await fin.send(
                    "POST", path, Self.conversation("usr_1", "c-1", "m-1"))
                #expect(made.status == 201 && made.body.contains("conv_1"))
            }
            for path in ["/messages", "/create_message"] {
                let made = try await fin.send(
                    "POST", path, #"{"conversation_id":"conv_1","body":"b","object_id":"m-1"}"#)
                #expect(made.status == 201 && made.body.contains("msg_1"))
            }
            #expect(try await fin.state("users") == 1)
            #expect(try await fin.state("conversations") == 1)
            #expect(try await fin.state("messages") == 1)
            #expect(try await fin.state("repeats") == 5)
            #expect(try await fin.state("duplicates") == 0)
        }
    }

    @Test("counts the duplicates it makes where it is told not to know repetitions")
    func duplicates() async throws {
        try await TestServer.with {
            $0.settings.helpdesk.isIdempotent = false
        } _: { server in
            let fin = try await HelpdeskClient(server)
            for _ in 0..<3 { _ = try await fin.send("POST", "/user", #"{"object_id":"880"}"#) }
            #expect(try await fin.state("users") == 3)
            #expect(try await fin.state("duplicates") == 2)
        }
    }

    @Test("takes the signatures of the vectors, and no other", arguments: SignatureVector.helpdesk)
    func vectors(vector: SignatureVector) {
        let (key, message, signature) = (vector.secret, vector.message, vector.signature)
        let timestamp = vector.timestamp ?? ""
        #expect(
            HelpdeskSignature.value(key: key, timestamp: timestamp, message: Array(message.utf8))
                == signature)
        #expect(
            HelpdeskSignature.sorted("conversation_id=conv_9&after_id=msg_41")
                == "after_id=msg_41&conversation_id=conv_9")
        let isRead = message.hasPrefix("after_id=")
        var call = HelpdeskCall(
            operation: .getMessages, style: .mixed, path: "",
            query: isRead ? "conversation_id=conv_9&after_id=msg_41" : "", parameters: [:],
            body: Array(message.utf8), authorization: nil, timestamp: timestamp,
            signature: signature, isRead: isRead)
        func isTaken(_ seconds: UInt64) -> Bool {
            (try? HelpdeskSignature.check(call, key: key, now: seconds, skew: 300)) != nil
        }
        let sent = UInt64(timestamp) ?? 0
        #expect(isTaken(sent) && isTaken(sent + 300) && isTaken(sent - 300))
        #expect(!isTaken(sent + 301) && !isTaken(sent - 301))
        call = HelpdeskCall(
            operation: .getMessages, style: .mixed, path: "", query: call.query + "&x=1",
            parameters: [:], body: call.body + [32], authorization: nil, timestamp: timestamp,
            signature: signature, isRead: isRead)
        #expect(!isTaken(sent))
    }

    @Test(
        "takes the vectors over HTTP: done or unknown, never refused as forged",
        arguments: zip(
            SignatureVector.helpdesk,
            [
                ("POST", "/get_messages", 404), ("POST", "/create_user", 201),
                ("GET", "/messages?conversation_id=conv_9&after_id=msg_41", 404),
                ("POST", "/get_agents", 200),
            ]))
    func vectorsOverHTTP(
        vector: SignatureVector, call: (method: String, path: String, status: Int)
    ) async throws {
        try await TestServer.with {
            $0.settings.helpdesk.secrets.signingKey = vector.secret
            $0.settings.helpdesk.clockSkew = 1e18
        } _: { server in
            let fin = try await HelpdeskClient(server)
            let time = try #require(vector.timestamp)
            let body = call.method == "GET" ? "" : vector.message
            let taken = try await fin.send(
                call.method, call.path, body, timestamp: time, signature: vector.signature)
            #expect(taken.status == call.status)
            let late = try await fin.send(
                call.method, call.path, body, timestamp: time + "0", signature: vector.signature)
            #expect(late.status == 401)
        }
    }

    @Test("keeps no user of a creation that is refused, and finds the new one as an author")
    func noHalfUser() async throws {
        try await TestServer.with { server in
            let fin = try await HelpdeskClient(server)
            func create(_ message: String, _ more: String = "") async throws -> TestResponse {
                try await fin.send(
                    "POST", "/create_conversation",
                    #"{"user":{"id":"900","name":"Zoë"},"object_id":"c"\#(more),"initial_message":\#(message)}"#
                )
            }
            let whole = #"{"body":"b","author":{"id":"900","user_type":"end_user"}}"#
            for (message, more) in [
                ("{}", ""), (#"{"body":7}"#, ""), (#"{"body":"b","object_id":""}"#, ""),
                (#"{"body":"b","author":{"id":"nobody"}}"#, ""), (whole, #","title":7"#),
                (whole, #","attributes":[]"#),
            ] {
                let refused = try await create(message, more)
                #expect((400..<500).contains(refused.status), "\(message)\(more)")
                #expect(try await fin.state("users") == 0, "\(message)\(more)")
            }
            let made = try await create(whole)
            #expect(made.status == 201)
            #expect(made.body.components(separatedBy: #""name":"Zoë""#).count == 3)
            let again = try await create(whole)
            #expect(again.status == 201 && again.body == made.body)
            #expect(try await fin.state("users") == 1)
            #expect(try await fin.state("conversations") == 1)
        }
    }

    @Test("refuses a wrong or missing token or signature with 401, and changes nothing")
    func unauthorized() async throws {
        try await TestServer.with { server in
            var fin = try await HelpdeskClient(server)
            let body = #"{"object_id":"880"}"#
            let forged = try await fin.send(
                "POST", "/user", body, signature: String(repeating: "0", count: 64))
            #expect(forged.status == 401)
            #expect(
                try await fin.send("POST", "/user", body, timestamp: "1770110107").status == 401)
            #expect(try await fin.send("POST", "/user", body, timestamp: "soon").status == 401)
            #expect(try await server.send("POST", "/helpdesk/user", body: body).status == 401)
            fin.signingKey = "another"
            let wrapped = try await fin.send("POST", "/create_user", body)
            let problem = wrapped.json["error"] as? [String: Any]
            #expect(wrapped.status == 401 && problem?["title"] as? String == "Unauthorized")
            #expect(problem?["instance"] as? String == "/helpdesk/create_user")
            #expect(try await fin.state("users") == 0)
            #expect(try await fin.state("refused") == 5)
            #expect(!wrapped.body.contains(SimulatorSettings.Helpdesk.localSecret))
        }
    }

    @Test("gives tokens to its client alone, and they expire")
    func tokens() async throws {
        try await TestServer.with { server in
            let wrong = try await HelpdeskClient.fetchToken(server, secret: "guess")
            #expect(wrong.status == 401 && wrong.json["error"] as? String == "invalid_client")
            let grant = try await HelpdeskClient.fetchToken(server, grant: "password")
            #expect(grant.status == 400)
            #expect(try await server.send("POST", "/helpdesk/oauth/token").status == 400)
            let basic = Data("fin:\(SimulatorSettings.Helpdesk.localSecret)".utf8)
            let response = try await server.send(
                "POST", "/helpdesk/oauth/token",
                headers: ["Authorization": "Basic \(basic.base64EncodedString())"],
                body: "grant_type=client_credentials", isAuthorized: false)
            #expect(response.status == 200 && response.json["expires_in"] as? Int == 3600)
        }
        var tokens = HelpdeskTokens(seed: 1, secret: "s", life: 10)
        let form = Array("grant_type=client_credentials&client_id=fin&client_secret=s".utf8)
        guard
            case .object(let fields) = tokens.issue(form: form, authorization: nil, now: 100).json,
            case .string(let token)? = fields["access_token"]
        else { throw TestFailure("no token") }
        try tokens.check("Bearer \(token)", now: 109)
        #expect(throws: HelpdeskProblem.unauthorized("The token has expired")) {
            try tokens.check("Bearer \(token)", now: 110)
        }
    }

    @Test(
        "says what is wrong with a call, and keeps no half of it",
        arguments: [
            ("/create_user", "[]", 400), ("/create_user", "{", 400),
            ("/create_user", #"{"name":7}"#, 422),
            ("/update_user", #"{"user_id":"usr_9"}"#, 404), ("/update_user", "{}", 422),
            ("/get_conversation", #"{"conversation_id":"conv_01"}"#, 404),
            ("/create_conversation", #"{"user":{"id":"u"},"object_id":"c"}"#, 422),
            (
                "/create_conversation",
                #"{"user":{"id":"usr_1"},"object_id":"c","initial_message":{"object_id":"m"}}"#, 422
            ),
            (
                "/create_message",
                #"{"conversation_id":"conv_1","body":"","attachments":[]}"#, 404
            ),
            (
                "/create_conversation",
                #"{"user":{"id":"usr_1"},"initial_message":{"attachments":[{"url":"http://a/"}]}}"#,
                422
            ),
        ])
    func wrong(path: String, body: String, status: Int) async throws {
        try await TestServer.with { server in
            let fin = try await HelpdeskClient(server)
            _ = try await fin.send("POST", "/user", #"{"object_id":"880"}"#)
            let response = try await fin.send("POST", path, body)
            #expect(response.status == status)
            let problem = response.json["error"] as? [String: Any]
            #expect(problem?["status"] as? Int == status)
            #expect(try await fin.state("users") == 1)
            #expect(try await fin.state("conversations") == 0)
        }
    }

    @Test("carries a call out and closes instead of answering, where answers are dropped")
    func dropped() async throws {
        try await TestServer.with {
            $0.settings.helpdesk.droppedAnswers = 1
        } _: { server in
            let fin = try await HelpdeskClient(server)
            await #expect(throws: (any Error).self) {
                try await fin.send("POST", "/user", #"{"object_id":"880"}"#)
            }
            #expect(try await fin.state("users") == 1)
            #expect(try await fin.state("dropped") == 1)
        }
    }

    @Test("fails in the shares it is told, without carrying the call out")
    func faults() async throws {
        try await TestServer.with {
            $0.settings.helpdesk.http401 = 0.4
            $0.settings.helpdesk.http403 = 0.3
            $0.settings.helpdesk.http500 = 0.3
        } _: { server in
            let fin = try await HelpdeskClient(server)
            var statuses: Set<Int> = []
            for number in 0..<30 {
                statuses.insert(
                    try await fin.send("POST", "/user", #"{"object_id":"\#(number)"}"#).status)
            }
            #expect(statuses == [401, 403, 500])
            #expect(try await fin.state("users") == 0)
        }
    }
}

@Suite("As Fin, the simulator takes a helpdesk's notification", .sockets)
struct HelpdeskHookTests {
    private static let path = "/hooks/standalone/custom_helpdesk_conversation_event/"
    private static let typing =
        #"{"conversation_id":"conv_9","event_type":"agent_typing","data":{"agent":{"id":"ag_2","user_type":"agent","name":"Ada","email":"ada@example.test"}}}"#

    private func send(
        _ server: TestServer, _ body: String, integration: String = "finbench",
        key: String = SimulatorSettings.Helpdesk.localSecret
    ) async throws -> TestResponse {
        try await server.send(
            "POST", Self.path + integration, headers: ["X-Webhook-Key": key], body: body,
            isAuthorized: false)
    }

    @Test("to synchronise, or that an agent types")
    func taken() async throws {
        try await TestServer.with { server in
            for body in [
                #"{"conversation_id":"conv_9"}"#,
                #"{"conversation_id":"conv_9","event_type":null}"#, Self.typing,
            ] {
                let response = try await send(server, body)
                #expect(response.status == 200 && response.body == "{}")
            }
            let state = try await server.send("GET", "/finbench/helpdesk").json
            #expect(state["events"] as? Int == 2 && state["typing"] as? Int == 1)
        }
    }

    @Test("but for a wrong key, integration or member")
    func refused() async throws {
        try await TestServer.with { server in
            let sync = #"{"conversation_id":"conv_9"}"#
            let wrongKey = try await send(server, sync, integration: "other", key: "guess")
            #expect(wrongKey.status == 401 && wrongKey.body.contains("unauthorized"))
            let unknown = try await send(server, sync, integration: "other")
            #expect(unknown.status == 404 && unknown.errorMessage == "Integration not found")
            let missing = try await send(server, "{}")
            #expect(missing.status == 422)
            #expect(missing.errorMessage == "conversation_id is required")
            let bare = try await send(
                server, #"{"conversation_id":"conv_9","event_type":"agent_typing"}"#)
            #expect(bare.status == 422 && bare.errorMessage == "data.agent is required")
            let noMail = Self.typing.replacing(#","email":"ada@example.test""#, with: "")
            #expect(
                try await send(server, noMail).errorMessage == "data.agent.email is required")
            #expect(try await send(server, "no").status == 400)
            #expect(try await server.send("GET", Self.path + "finbench").status == 405)
        }
    }
}
