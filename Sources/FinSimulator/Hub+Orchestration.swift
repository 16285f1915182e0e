internal import FinLoop
internal import FinMeasure
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// What an agent of the caller's own needs beside start and reply.
extension Hub {
    /// `/fin/escalate`: a turn without an answer, in a conversation or in a new one for a user.
    ///
    /// Asked for while Fin replies, it comes after that turn.
    func escalate(
        _ call: PostCall, _ asked: APIVersion, _ body: Data
    ) throws(APIError) -> [UInt8] {
        let request = try TurnRequest.parse(EscalationRequest.self, body)
        try Validation.check(request)
        let conversation = try escalated(request, call)
        let turnCall = TurnCall(
            conversationID: conversation.id, userID: request.user?.id ?? conversation.userID,
            author: "user", body: request.message ?? "")
        try begin(turnCall, in: conversation, call.operation.version(asked), call)
        var answer = ByteBuffer()
        let key = request.user == nil ? "conversation_id" : "intercom_conversation_id"
        answer.writeString("{\"\(key)\":")
        answer.writeBytes(JSONText.quoted(conversation.id))
        answer.writeStaticString(",\"status\":\"escalated\"")
        writeURL(conversation, rewinds: true, to: &answer)
        answer.writeStaticString("}")
        return Array(answer.readableBytesView)
    }

    private func escalated(
        _ request: EscalationRequest, _ call: PostCall
    ) throws(APIError) -> Conversation {
        guard let id = request.conversationID, request.user == nil else {
            madeCount += 1
            return make(String(2_150_000_000 + madeCount), call)
        }
        guard let known = conversations[id] else { throw .invalid("Conversation not found") }
        try check(known, opens: false)
        return known
    }

    /// `/fin/capabilities`: the procedures that can be run, then the three calls.
    func capabilities(_ version: APIVersion, _ body: Data) throws(APIError) -> [UInt8] {
        let request = try TurnRequest.parse(body)
        _ = try Validation.check(user: request.user)
        let procedures = Procedure.runnable.map { procedure in
            Capability(
                type: "procedure", id: procedure.id, name: procedure.name,
                description: procedure.description,
                endpoint: "/fin/procedures/\(procedure.id)/run")
        }
        let list = (procedures + Capability.calls).map(\.json).joined(separator: ",")
        return Array("{\"version\":\"\(version.rawValue)\",\"capabilities\":[\(list)]}".utf8)
    }

    /// `/fin/csat`: its refusals have a status and a shape of their own.
    func rate(
        _ call: PostCall, _ body: Data
    ) throws(APIError) -> (status: Int, body: [UInt8]) {
        let request = try TurnRequest.parse(RatingRequest.self, body)
        do throws(RatingError) {
            return (200, try rate(request, now: call.received))
        } catch {
            return (422, error.body)
        }
    }

    private func rate(_ request: RatingRequest, now: Instant) throws(RatingError) -> [UInt8] {
        guard let id = request.conversationID, let conversation = conversations[id] else {
            throw .unknownConversation
        }
        guard let rating = request.rating, Survey.ratings.contains(rating) else {
            throw .notAnOption
        }
        guard conversation.survey != nil else { throw .noSurvey }
        try conversation.survey?.rate(rating, remark: request.remark, now: now)
        return Array("{\"conversation_id\":".utf8) + JSONText.quoted(id)
            + Array(",\"rating\":\"\(rating)\",\"status\":\"rated\"}".utf8)
    }
}

/// One thing that Fin can do, as `/fin/capabilities` lists it.
private struct Capability {
    let type: String
    var id: String?
    var name: String?
    let description: String
    let endpoint: String

    static let calls = [
        Capability(
            type: "reply", description: "Continue a conversation", endpoint: "/fin/reply"),
        Capability(type: "ask", description: "Ask one question", endpoint: "/fin/ask"),
        Capability(
            type: "escalate", description: "Hand a conversation to a human",
            endpoint: "/fin/escalate"),
    ]

    var json: String {
        let members = [
            ("type", type), ("id", id), ("name", name), ("description", description),
            ("endpoint", endpoint), ("method", "POST"),
        ].compactMap { key, value in
            value.map { "\"\(key)\":" + String(decoding: JSONText.quoted($0), as: UTF8.self) }
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
