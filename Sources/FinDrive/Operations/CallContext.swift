internal import FinMeasure
internal import FinProfile

/// What an operation may write into its request.
struct CallContext {
    let plan: RunPlan
    /// The operation as a turn: its conversation's number, its user, its question.
    let turn: TurnRecord
    /// Now, unique within the conversation.
    let unixMilliseconds: UInt64
    /// What earlier operations left.
    let memory: CallMemory
    /// Which step of its scenario it is, from 1: the same when it is made once more.
    let step: Int
    let helpdesk: HelpdeskAccess
    private let bodies: RequestBody

    init(
        bodies: RequestBody, turn: TurnRecord, unixMilliseconds: UInt64, memory: CallMemory,
        step: Int = 1, helpdesk: HelpdeskAccess = HelpdeskAccess(HelpdeskSecrets())
    ) {
        self.step = step
        self.helpdesk = helpdesk
        self.bodies = bodies
        plan = bodies.plan
        self.turn = turn
        self.unixMilliseconds = unixMilliseconds
        self.memory = memory
    }

    /// The conversation's id on the wire.
    var conversationID: String { plan.conversationID(turn.conversation) }

    /// The body of a call that sends the user's message to a conversation.
    var messageBody: [UInt8] {
        var body = JSONObject()
        body.add("conversation_id", text: conversationID)
        body.add("message", json: message)
        body.add("user", json: user)
        return body.closed
    }

    /// The user as a JSON object.
    var user: [UInt8] {
        var bytes: [UInt8] = []
        bodies.appendUser(turn, to: &bytes)
        return bytes
    }

    /// The user's message as a JSON object, with a time stamp of its own.
    var message: [UInt8] {
        var bodies = bodies
        var bytes: [UInt8] = []
        bodies.appendMessage(turn, unixMilliseconds: unixMilliseconds, to: &bytes)
        return bytes
    }
}

/// A JSON object, written member by member.
struct JSONObject {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// The whole object.
    var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

    /// Adds a text; nil is left out.
    mutating func add(_ key: String, text: String?) {
        guard let text else { return }
        begin(key)
        bytes.append(json: text)
    }

    /// Adds a value that is JSON already.
    mutating func add(_ key: String, json: [UInt8]) {
        begin(key)
        bytes += json
    }

    private mutating func begin(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(json: key)
        bytes.append(UInt8(ascii: ":"))
    }
}
