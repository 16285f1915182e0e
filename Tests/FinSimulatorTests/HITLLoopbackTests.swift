import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import Testing

@testable import FinSimulator

@Suite("With a human in the loop, the simulator", .sockets)
struct HITLLoopbackTests {
    /// A server whose turns wait for a human; hands back the lines of the truth of answers.
    private func serve(
        _ url: String, _ change: @escaping (inout SimulatorSettings.HITL) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws -> [[String]] {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("hitl-\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestServer.with(
            { options in
                var hitl = SimulatorSettings.HITL()
                // Long enough that the stream is open, on a busy machine too, when the turn goes on.
                hitl.resumeDelay = .fixed(3e9)
                change(&hitl)
                options.settings.hitl = hitl
                options.settings.topicWebhooks = .init(.init(url: url, secret: "s"))
                options.settings.topicWebhooks?.delivery.delay = .fixed(1e6)
                options.hitlTruthPath = path
            }, body)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(
            lines.first
                == "conversation_id,turn,step_id,end,paused_ns,notified_ns,answered_ns,resumed_ns")
        return lines.dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func item(_ post: TestReceiver.Post?) throws -> [String: Any] {
        let data = try #require(post?.json["data"] as? [String: Any])
        return try #require(data["item"] as? [String: Any])
    }

    /// A complete answer to a notification.
    private func answer(_ item: [String: Any]) throws -> String {
        let attributes = try #require(item["attributes_to_collect"] as? [[String: Any]])
        let values = attributes.map { attribute -> [String: Any] in
            let value: Any =
                switch attribute["data_type"] as? String {
                case "integer": 7
                case "decimal": 1.5
                case "boolean": true
                case "list": (attribute["options"] as? [[String: Any]])?.first?["id"] ?? ""
                case "datetime": "2026-02-03T09:15:00Z"
                default: "Approved"
                }
            return ["identifier": attribute["identifier"] ?? "", "value": value]
        }
        let body: [String: Any] = ["step_id": item["step_id"] ?? "", "attribute_values": values]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    }

    private func post(
        _ item: [String: Any], _ body: String, to server: TestServer, isAuthorized: Bool = true
    ) async throws -> TestResponse {
        let url = try #require(item["callback_url"] as? String)
        #expect(url.hasPrefix(server.base + "/procedures/"))
        return try await server.send(
            "POST", String(url.dropFirst(server.base.count)), body: body,
            isAuthorized: isAuthorized)
    }

    @Test("waits, tells, goes on after the first answer, and refuses the second")
    func firstAnswerWins() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url) { server in
                let response = try await server.start("c 1/ä")
                async let stream = server.stream(response)
                let item = try item(try await receiver.wait(for: 1).first)
                #expect(item["type"] as? String == "procedure.hitl_notification")
                #expect(item["conversation_id"] as? String == "c 1/ä")
                #expect(item["expires_at"] is NSNull && item["assign_to"] is NSNull)
                let types = (item["attributes_to_collect"] as? [[String: Any]])?.map {
                    $0["data_type"] as? String ?? ""
                }
                #expect(types == HITLDataType.allCases.map(\.rawValue))
                let messages = item["recent_messages"] as? [[String: Any]]
                #expect(messages?.first?["body"] as? String == "Hi")
                let first = try await post(item, try answer(item), to: server)
                #expect(first.status == 200 && first.body == "{}")
                let second = try await post(item, try answer(item), to: server)
                #expect(second.status == 409)
                #expect(
                    second.errorMessage == "This HITL request has already been fulfilled")
                #expect(
                    try await stream.eventNames == [
                        "fin_reply_chunk", "fin_reply_chunk", "fin_reply_chunk", "fin_replied",
                        "fin_status_updated:awaiting_user_reply",
                    ])
            }
            try #require(truth.count == 1 && truth[0].count == 8)
            #expect(truth[0][0] == "c 1/ä" && truth[0][3] == "callback")
            let stamps = truth[0][4...].compactMap { UInt64($0) }
            try #require(stamps.count == 4 && stamps == stamps.sorted())
            // A timer is never early.
            #expect(stamps[3] - stamps[2] >= 3_000_000_000)
        }
    }

    @Test("refuses in the documented order: 401, 403, 404, 409, expiry, 422")
    func refusals() async throws {
        try await TestReceiver.with { receiver, url in
            _ = try await serve(url) { server in
                _ = try await server.start("c-1")
                let item = try item(try await receiver.wait(for: 1).first)
                func refused(_ body: String) async throws -> TestResponse {
                    try await post(item, body, to: server)
                }
                let keyless = try await post(item, "", to: server, isAuthorized: false)
                #expect(keyless.status == 401)
                let unknown = try await server.send(
                    "POST", "/procedures/c-2/collect_agent_input", body: "not JSON")
                #expect(unknown.status == 404 && unknown.errorMessage == "Resource Not Found")
                // A step that is not known is so, whatever the shape of the values.
                for values in ["[]", "7", #"[7]"#, #"[{"identifier":7}]"#, "null"] {
                    let step = try await refused(
                        #"{"step_id":"other","attribute_values":\#(values)}"#)
                    #expect(step.status == 404 && step.errorMessage == "Resource Not Found")
                }
                #expect(try await refused("not JSON").status == 400)
                for body in [
                    "{}", #"{"step_id":7}"#, #"{"attribute_values":[]}"#,
                    #"{"step_id":"\#(item["step_id"] ?? "")"}"#,
                    #"{"step_id":"\#(item["step_id"] ?? "")","attribute_values":[{}]}"#,
                    #"{"step_id":"\#(item["step_id"] ?? "")","attribute_values":7}"#, "[]", "7",
                ] {
                    let response = try await refused(body)
                    #expect(response.status == 422)
                    #expect(response.body.contains(#""code":"parameter_invalid""#))
                }
                #expect(try await refused(try answer(item)).status == 200)
                // What was answered is so, whatever the values are.
                for values in ["[]", "7"] {
                    let again =
                        #"{"step_id":"\#(item["step_id"] ?? "")","attribute_values":\#(values)}"#
                    #expect(try await refused(again).status == 409)
                }
            }
        }
    }

    @Test("escalates what nobody answers in time, and says so to a late answer")
    func expiry() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url) { hitl in
                hitl.expiresAfter = 1e6
            } _: { server in
                let stream = try await server.stream(try await server.start("c-1"))
                #expect(
                    stream.eventNames == [
                        "fin_status_updated:escalated", "fin_status_updated:complete",
                    ])
                let item = try item(try await receiver.wait(for: 1).first)
                #expect((item["expires_at"] as? Int ?? 0) > 1_700_000_000)
                let late = try await post(item, "{}", to: server)
                #expect(late.status == 422)
                let whole = try await post(item, try answer(item), to: server)
                #expect(whole.status == 404)
                #expect(whole.errorMessage == "This HITL request has expired")
            }
            #expect(truth.map { $0[3] } == ["expired"])
        }
    }

    @Test("goes on without us where another channel answers first")
    func elsewhere() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url) {
                $0.answeredElsewhere = 1
            } _: { server in
                let stream = try await server.stream(try await server.start("c-1"))
                #expect(stream.events.count == 5)
                let item = try item(try await receiver.wait(for: 1).first)
                #expect(try await post(item, try answer(item), to: server).status == 409)
            }
            #expect(truth.map { $0[3] } == ["elsewhere"])
        }
    }

    @Test("refuses without access, and without the feature, each in its own words")
    func forbidden() async throws {
        for (isEnabled, message) in [
            (true, "Admin does not have access to this conversation"),
            (false, "Procedures HITL API is not enabled for your app."),
        ] {
            try await TestReceiver.with { receiver, url in
                let truth = try await serve(url) { hitl in
                    hitl.noAccess = 1
                    hitl.isEnabled = isEnabled
                } _: { server in
                    _ = try await server.start("c-1")
                    let item = try item(try await receiver.wait(for: 1).first)
                    let response = try await post(item, try answer(item), to: server)
                    #expect(response.status == 403 && response.errorMessage == message)
                }
                #expect(truth.map { $0[3] } == ["open"])
            }
        }
    }

    @Test("asks twice in one turn where it is told to, and loses neither")
    func twoQuestions() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url) { hitl in
                hitl.questions = 2
                hitl.resumeDelay = .fixed(1e6)
            } _: { server in
                _ = try await server.start("c-1")
                let first = try item(try await receiver.wait(for: 1).first)
                #expect(try await post(first, try answer(first), to: server).status == 200)
                let second = try item(try await receiver.wait(for: 2).last)
                #expect(first["step_id"] as? String != second["step_id"] as? String)
                // What was answered stays so while the next one is open.
                #expect(try await post(first, try answer(first), to: server).status == 409)
                #expect(try await post(second, try answer(second), to: server).status == 200)
            }
            #expect(truth.map { $0[3] } == ["callback", "callback"])
            #expect(Set(truth.map { $0[2] }).count == 2)
        }
    }

    @Test("shows what the turn that waits was asked, not what has been said since")
    func queuedMessage() async throws {
        try await TestReceiver.with { receiver, url in
            _ = try await serve(url) { hitl in
                hitl.questions = 2
                hitl.resumeDelay = .fixed(1e6)
            } _: { server in
                _ = try await server.start("c-1")
                let first = try item(try await receiver.wait(for: 1).first)
                let later = TestServer.body("c-1", "2026-02-03T09:15:01.001Z")
                    .replacing(#""Hi""#, with: #""And then?""#)
                #expect(try await server.send("POST", "/fin/reply", body: later).status == 200)
                #expect(try await post(first, try answer(first), to: server).status == 200)
                let second = try item(try await receiver.wait(for: 2).last)
                let messages = second["recent_messages"] as? [[String: Any]]
                #expect(messages?.map { $0["body"] as? String } == ["Hi"])
            }
        }
    }

    @Test("refuses each question by itself: one without access closes no other of its conversation")
    func access() async throws {
        try await TestReceiver.with { receiver, url in
            _ = try await serve(url) { hitl in
                // Each is answered by somebody else, so that the turn goes on whatever we may.
                hitl.questions = 10
                hitl.noAccess = 0.5
                hitl.answeredElsewhere = 1
                hitl.resumeDelay = .fixed(0)
            } _: { server in
                _ = try await server.start("c-1")
                var statuses: [Int] = []
                for question in try await receiver.wait(for: 10) {
                    let item = try item(question)
                    statuses.append(try await post(item, try answer(item), to: server).status)
                }
                #expect(statuses.count == 10 && Set(statuses) == [403, 409])
                let other = try await server.send(
                    "POST", "/procedures/c-1/collect_agent_input",
                    body: #"{"step_id":"other","attribute_values":[]}"#)
                #expect(other.status == 404)
            }
        }
    }
}
