internal import FinMeasure
internal import FinProfile

/// The JSON bodies of `/fin/start` and `/fin/reply`: the same bytes for the same plan, but for the
/// run's id and the time stamp.
struct RequestBody {
    let plan: RunPlan
    private let attributes: [(name: String, value: String)]
    private var stamp = UTCStamp()

    init(plan: RunPlan) {
        self.plan = plan
        attributes = plan.profile.conversation.attributes.sorted { $0.key < $1.key }
            .map { (name: $0.key, value: $0.value) }
    }

    /// The body of one turn.
    ///
    /// - Parameter unixMilliseconds: the message's time stamp; unique within its conversation,
    ///   because Fin takes an equal message within five minutes for a repeat.
    mutating func bytes(_ turn: TurnRecord, unixMilliseconds: UInt64) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(512)
        body.append(text: "{\"conversation_id\":")
        body.append(json: plan.conversationID(turn.conversation))
        body.append(text: ",\"message\":")
        appendMessage(turn, unixMilliseconds: unixMilliseconds, to: &body)
        body.append(text: ",\"user\":")
        appendUser(turn, to: &body)
        body.append(text: "}")
        return body
    }

    /// The user's message as a JSON object.
    mutating func appendMessage(
        _ turn: TurnRecord, unixMilliseconds: UInt64, to body: inout [UInt8]
    ) {
        body.append(text: "{\"author\":\"user\",\"body\":")
        body.append(json: plan.messageText(question: turn.question, turn: Int(turn.turn)))
        body.append(text: ",\"timestamp\":\"")
        // Milliseconds of the nanosecond text, then the Z again.
        body.append(
            contentsOf: stamp.bytes(unixNanoseconds: unixMilliseconds * 1_000_000).dropLast(7))
        body.append(text: "Z\"}")
    }

    /// The user as a JSON object.
    func appendUser(_ turn: TurnRecord, to body: inout [UInt8]) {
        body.append(text: "{\"id\":")
        body.append(json: plan.userID(turn.user))
        if let email = plan.userEmail(turn.user) {
            body.append(text: ",\"email\":")
            body.append(json: email)
        }
        if turn.turn == 1 && !attributes.isEmpty {
            var separator = ",\"attributes\":{"
            for (name, value) in attributes {
                body.append(text: separator)
                body.append(json: name)
                body.append(text: ":")
                body.append(json: value)
                separator = ","
            }
            body.append(text: "}")
        }
        body.append(text: "}")
    }
}

extension [UInt8] {
    /// Appends text as it is.
    mutating func append(text: String) { append(contentsOf: text.utf8) }

    /// Appends text as a JSON string.
    mutating func append(json text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x0A: append(text: "\\n")
            case 0x0D: append(text: "\\r")
            case 0x09: append(text: "\\t")
            case 0..<0x20:
                append(text: "\\u00")
                append(hexDigit: byte >> 4)
                append(hexDigit: byte & 15)
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(hexDigit: UInt8) {
        append(hexDigit < 10 ? UInt8(ascii: "0") + hexDigit : UInt8(ascii: "a") + hexDigit - 10)
    }
}
