internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A call whose body is complete.
struct PostCall {
    let operation: Operation
    /// The bearer token.
    let key: String
    let version: String?
    let body: ByteBuffer
    let received: Instant
}

/// An answer to a call, under an id of its own.
struct PostAnswer {
    var status: Int
    var body: [UInt8]
    var standing: RateLimiter.Standing?
    let requestID: String

    init(status: Int, body: [UInt8], standing: RateLimiter.Standing? = nil) {
        self.status = status
        self.body = body
        self.standing = standing
        requestID = UUID().uuidString.lowercased()
    }

    /// A refusal; its envelope names the same id as the header does.
    init(_ error: APIError, standing: RateLimiter.Standing? = nil) {
        self.init(status: error.status, body: [], standing: standing)
        body = error.body(requestID: requestID)
    }
}

extension Hub {
    /// Answers a call.
    ///
    /// The turn it begins has its zero at `received`.
    func answer(_ call: PostCall) -> PostAnswer {
        ledger.call()
        return answer(key: call.key) { standing throws(APIError) in try accept(call, standing) }
    }

    /// Counts a call against the limit of its key, and answers it.
    func answer(
        key: String,
        _ accept: (RateLimiter.Standing?) throws(APIError) -> (status: Int, body: [UInt8])
    ) -> PostAnswer {
        let unix = Clock.unixNanoseconds() / 1_000_000_000
        var standing = limiter.count(token: key, now: unix)
        do throws(APIError) {
            let (status, body) = try accept(standing)
            return PostAnswer(status: status, body: body, standing: standing)
        } catch {
            // An injected 429 brings the headers that a real one would bring.
            if error.status == 429, standing?.isExceeded != true {
                standing = RateLimiter.exhausted(limit: settings.rateLimit, now: unix)
            }
            return PostAnswer(error, standing: standing)
        }
    }

    /// Pays the first call's price before there is one: libcrypto reads its configuration, and the
    /// JSON decoder is set up, which took 3 ms.
    func warmUp() {
        let body = Data(#"{"message":{"body":"b"},"user":{"id":"u","attributes":{"a":1}}}"#.utf8)
        _ = try? TurnRequest.parse(body)
        _ = try? signer.read(signer.issue(channel: "c", turn: 1, now: 0), now: 0)
    }

    private func accept(
        _ call: PostCall, _ standing: RateLimiter.Standing?
    ) throws(APIError) -> (status: Int, body: [UInt8]) {
        if let standing, standing.isExceeded {
            if call.operation.beginsTurn { recordLimited(call) }
            throw .rateLimited(standing.limit)
        }
        let version = try version(call.version)
        let body = Data(call.body.readableBytesView)
        switch call.operation {
        case .start, .reply, .ask, .run: return (200, try acceptTurn(call, version, body))
        case .escalate: return (200, try escalate(call, version, body))
        case .capabilities: return (200, try capabilities(version, body))
        case .csat: return try rate(call, body)
        case .collectAgentInput(let id): return (200, try collectAgentInput(id, body, call))
        }
    }

    /// The version that a call's header asks for.
    func version(_ header: String?) throws(APIError) -> APIVersion {
        let name = header ?? options.defaultVersion
        guard let version = APIVersion(header: name) else { throw .version(name) }
        return version
    }

    private func acceptTurn(
        _ call: PostCall, _ asked: APIVersion, _ body: Data
    ) throws(APIError) -> [UInt8] {
        let request = try TurnRequest.parse(body)
        let turnCall = try Validation.check(request, version: asked, operation: call.operation)
        if case .run(let procedure) = call.operation { try Procedure.check(procedure) }
        let version = call.operation.version(asked)
        let conversation = try conversation(of: turnCall, call)
        if !conversation.hasSeen(turnCall, now: call.received) {
            try begin(turnCall, in: conversation, version, call)
        }
        return success(turnCall, conversation, version, call.operation)
    }

    /// A call above the limit is not served, but it was a turn all the same.
    private func recordLimited(_ call: PostCall) {
        guard let request = try? TurnRequest.parse(Data(call.body.readableBytesView)),
            let id = request.conversationID
        else { return }
        let turn = (conversations[id]?.turnCount ?? 0) + 1
        record(refused: id, turn: turn, fault: "rate_limit", received: call.received)
    }

    /// The conversation a call is about, made if it starts one.
    private func conversation(
        of turnCall: TurnCall, _ call: PostCall
    ) throws(APIError) -> Conversation {
        if let known = conversations[turnCall.conversationID] {
            if known.hasSeen(turnCall, now: call.received) { return known }
            try check(known, opens: call.operation.opensConversation)
            return known
        }
        guard call.operation.opensConversation else { throw .invalid("Conversation not found") }
        return make(turnCall.conversationID, call)
    }

    /// A new conversation, in place of those that are old enough to be forgotten.
    func make(_ id: String, _ call: PostCall) -> Conversation {
        let new = Conversation(id: id, appID: options.appID, now: call.received)
        for old in conversations.insert(new, now: call.received) { forget(old) }
        return new
    }

    func check(_ known: Conversation, opens: Bool) throws(APIError) {
        if opens {
            if known.hasBegun {
                throw .invalid(
                    "Fin session already exists for this conversation. "
                        + "Please use /reply to continue the conversation.")
            }
            return
        }
        if !known.hasBegun { throw .invalid("Conversation not found") }
        if known.status == .complete { throw .invalid("Conversation is complete") }
        if known.waiting.count >= Conversation.waitingLimit {
            throw .invalid("Fin is still replying; 16 messages are waiting already")
        }
    }

    func begin(
        _ turnCall: TurnCall, in conversation: Conversation, _ version: APIVersion,
        _ call: PostCall
    ) throws(APIError) {
        let number = conversation.turnCount + 1
        let script = try script(conversation, number, turnCall.body, version, call)
        conversation.turnCount = number
        conversation.lastActive = call.received
        conversation.userID = turnCall.userID
        conversation.remember(turnCall, now: call.received)
        let turn = Turn(
            conversation: conversation, number: number, version: version, script: script,
            userID: turnCall.userID,
            isReplayable: !settings.omitsStreamURL
                && (call.operation != .reply || script.fault != nil),
            received: call.received, message: settings.hitl == nil ? "" : turnCall.body)
        ledger.begin(turn)
        start(turn)
    }

    /// The turn's script; refuses the call where that is its fault, but not twice.
    private func script(
        _ conversation: Conversation, _ number: Int, _ message: String, _ version: APIVersion,
        _ call: PostCall
    ) throws(APIError) -> TurnScript {
        let isRepeat = conversation.refusedTurn == number
        let rule =
            isRepeat
            ? nil : faults.rule(number: conversation.number, turn: number, since: age(call))
        let script = ScriptWriter.script(
            settings: settings, text: text, number: conversation.number, turn: number,
            message: message, version: version, ending: call.operation.ending, fault: rule)
        guard let fault = script.fault, let refusal = refusal(fault) else { return script }
        conversation.refusedTurn = number
        record(
            refused: conversation.id, turn: number, fault: fault.rawValue, received: call.received)
        throw refusal
    }

    /// From the first call of all to this one.
    private func age(_ call: PostCall) -> Nanoseconds {
        firstRequest.map { call.received - $0 } ?? .zero
    }

    /// What a fault answers the call with; nil where it answers as usual.
    private func refusal(_ fault: SimulatorSettings.Fault) -> APIError? {
        switch fault {
        case .http429: .rateLimited(settings.rateLimit ?? 167)
        case .http500: .serverError
        case .http503: .unavailable
        default: nil
        }
    }

    private func success(
        _ call: TurnCall, _ conversation: Conversation, _ version: APIVersion,
        _ operation: Operation
    ) -> [UInt8] {
        var body = ByteBuffer()
        body.writeStaticString("{\"conversation_id\":")
        body.writeBytes(JSONText.quoted(conversation.id))
        body.writeStaticString(",\"user_id\":")
        body.writeBytes(JSONText.quoted(call.userID))
        let status = version.responseStatus(conversation.status).rawValue
        body.writeString(",\"status\":\"\(status)\",\"created_at_ms\":\"")
        WireTime.write(Clock.unixNanoseconds() / 1_000_000, to: &body)
        body.writeStaticString("\"")
        if case .run(let procedure) = operation {
            body.writeStaticString(",\"procedure_id\":")
            body.writeBytes(JSONText.quoted(procedure))
        }
        writeURL(conversation, rewinds: operation != .reply, to: &body)
        body.writeBytes(AttributeErrors.member(of: call))
        body.writeStaticString("}")
        return Array(body.readableBytesView)
    }
}

extension Hub {
    /// Adds the URL of a conversation's newest turn, where there are streams.
    func writeURL(_ conversation: Conversation, rewinds: Bool, to body: inout ByteBuffer) {
        if settings.omitsStreamURL { return }
        let url = streamURL(conversation, turn: conversation.turnCount, rewinds: rewinds)
        body.writeString(",\"sse_subscription_url\":\"\(url)\"")
    }
}

/// The `errors` member of a response that succeeded all the same.
enum AttributeErrors {
    /// `,"errors":{…}`, or nothing.
    static func member(of call: TurnCall) -> [UInt8] {
        let members = [
            object("user", "User", call.userAttributeErrors),
            object("conversation", "Conversation", call.conversationAttributeErrors),
        ].filter { !$0.isEmpty }
        if members.isEmpty { return [] }
        return Array(",\"errors\":{".utf8) + members.joined(separator: [UInt8(ascii: ",")])
            + Array("}".utf8)
    }

    private static func object(_ key: String, _ kind: String, _ names: [String]) -> [UInt8] {
        if names.isEmpty { return [] }
        let entries = names.map { name in
            JSONText.quoted(name) + [UInt8(ascii: ":")]
                + JSONText.quoted("\(kind) attribute '\(name)' does not exist")
        }
        return Array("\"\(key)\":{\"attributes\":{".utf8)
            + entries.joined(separator: [UInt8(ascii: ",")]) + Array("}}".utf8)
    }
}
