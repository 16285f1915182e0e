import FinLoop
import FinMeasure
import FinProfile
import FinWire
import Foundation
import Testing

@testable import FinDrive

@Suite("The helpdesk's operations")
struct HelpdeskOperationTests {
    private func context(_ style: String, _ memory: CallMemory, step: Int = 4) throws -> CallContext
    {
        let profile = try Profile.parse(
            text: "helpdesk: {style: \(style)}", source: "test.yaml")
        var secrets = HelpdeskSecrets()
        secrets.signingKey = "helpdesk-hmac-key-1"
        return CallContext(
            bodies: RequestBody(plan: try RunPlan(profile: profile, runID: "r")),
            turn: TurnRecord(), unixMilliseconds: 1_770_110_200_999, memory: memory, step: step,
            helpdesk: HelpdeskAccess(secrets))
    }

    private var memory: CallMemory {
        var memory = CallMemory()
        memory[.helpdeskToken] = "token"
        memory[.helpdeskConversation] = "conv_9"
        memory[.helpdeskUser] = "usr_1"
        memory[.helpdeskLastRead] = "msg_41"
        return memory
    }

    private func made<Operation: APIOperation>(
        _ type: Operation.Type, _ settings: [String: String] = [:]
    ) throws -> Operation {
        var taken = CallSettings(Profile.Operation(name: Operation.name, settings: settings))
        return try Operation(&taken)
    }

    @Test("a GET is signed by its sorted parameters: the third vector")
    func signedRead() throws {
        let request = try made(HelpdeskGetMessages.self).request(context("mixed", memory))
        #expect(request.path == "/helpdesk/messages?after_id=msg_41&conversation_id=conv_9")
        #expect(request.method == .get && request.body.isEmpty)
        #expect(request.ownHeaders.contains("X-Fin-Request-Timestamp: 1770110200"))
        #expect(
            request.ownHeaders.contains(
                "X-Fin-Signature: "
                    + "e56d151facc1b0a7d7cad6b36c147864b1b3aa2ae05b1f59a7d3fb30fc6a7a47"))
        #expect(request.ownHeaders.contains("Authorization: Bearer token"))
    }

    @Test("anything else is signed by its body, whatever its style")
    func signedBody() throws {
        for style in ["mixed", "post_only"] {
            let request = try made(HelpdeskCreateMessage.self).request(context(style, memory))
            let key = SignatureKey(.helpdesk, secret: "helpdesk-hmac-key-1")
            let timestamp = Array("1770110200".utf8)
            let expected = key.signature(timestamp: timestamp.span, message: request.body.span)
            #expect(request.ownHeaders.contains("X-Fin-Signature: \(expected ?? "none")"))
            let body = try JSONSerialization.jsonObject(with: Data(request.body))
            let object = try #require(body as? [String: Any])
            #expect((object["object_id"] as? String)?.hasSuffix("-m4") == true)
            #expect(object["conversation_id"] as? String == "conv_9")
            #expect(
                request.path == "/helpdesk/" + (style == "mixed" ? "messages" : "create_message"))
        }
    }

    @Test("a creation that answers with another object than before has made a duplicate")
    func duplicates() throws {
        var memory = memory
        let create = try made(HelpdeskCreateMessage.self)
        func take(_ id: String, step: Int) -> Bool {
            let body = Array("{\"data\":{\"id\":\"\(id)\"}}".utf8)
            return create.take(CallAnswer(status: 201, body: body, step: step), into: &memory)
        }
        #expect(take("msg_1", step: 4) && take("msg_1", step: 4) && take("msg_2", step: 5))
        #expect(memory.found.isEmpty && memory.messageIDs == ["msg_1", "msg_2"])
        #expect(take("msg_3", step: 4) && memory.found == [.duplicateObject])
    }

    @Test(
        "a list that lacks a message, or has one twice or one too many, is told",
        arguments: [
            ("msg_1=a msg_2=b", TurnFlags()), ("msg_1=a", [.lostMessage]), ("", [.lostMessage]),
            // The third one's answer was lost: it is no duplicate.
            ("msg_1=a msg_2=b msg_3=c", TurnFlags()),
            ("msg_1=a msg_2=b msg_2=b", [.duplicateObject]),
            ("msg_1=a msg_2=b msg_3=b", [.duplicateObject]),
            ("msg_1=a msg_3=a", [.lostMessage, .duplicateObject]),
        ] as [(String, TurnFlags)])
    func lists(ids: String, found: TurnFlags) throws {
        var memory = memory
        memory.note(message: "msg_1", step: 1)
        memory.note(message: "msg_2", step: 2)
        let list = ids.split(separator: " ").map { message in
            let parts = message.split(separator: "=")
            return "{\"id\":\"\(parts[0])\",\"body\":\"<p>Hi [\(parts[1])]</p>\"}"
        }.joined(separator: ",")
        let read = try made(HelpdeskGetMessages.self, ["from": "start"])
        #expect(read.take(CallAnswer(status: 200, body: Array("[\(list)]".utf8)), into: &memory))
        #expect(memory.found == found)
    }

    @Test("the notification carries the webhook key, and neither Fin's key nor a token")
    func notice() throws {
        let request = try made(HelpdeskNotify.self).request(context("mixed", memory))
        #expect(
            request.path == "/hooks/standalone/custom_helpdesk_conversation_event/finbench")
        #expect(request.ownHeaders.contains("X-Webhook-Key: finbench-local"))
        #expect(!request.ownHeaders.contains { $0.hasPrefix("Authorization") })
    }
}
