internal import FinProfile
internal import NIOCore

/// Who an event is about: the fields every event repeats, as JSON strings with their quotes.
struct EventSubject {
    let conversationID: [UInt8]
    let userID: [UInt8]
    let channel: [UInt8]
    /// Ten characters that opaque event ids begin with.
    let identifier: String

    init(conversationID: String, userID: String, channel: String, number: UInt64) {
        self.conversationID = JSONText.quoted(conversationID)
        self.userID = JSONText.quoted(userID)
        self.channel = JSONText.quoted(channel)
        self.identifier = String(JSONText.hex(number &* 0x9E37_79B9_7F4A_7C15).prefix(10))
    }
}

// Hot: once per event. Two reused buffers; a steady state allocates nothing here.

/// Writes events as server-sent events, in the field order of the documentation.
struct EventEncoder {
    let framing: SimulatorSettings.Framing
    let text: AnswerText
    private var json = ByteBuffer()
    private var frame = ByteBuffer()

    init(framing: SimulatorSettings.Framing, text: AnswerText) {
        self.framing = framing
        self.text = text
    }

    /// The bytes of one event, framed; valid until the next call.
    ///
    /// - Parameters:
    ///   - action: what happened; `close` and `cut` write nothing.
    ///   - serial: the event's place in its turn.
    ///   - created: Unix milliseconds.
    mutating func encode(
        _ action: TurnScript.Action, of script: TurnScript, about subject: EventSubject,
        version: APIVersion, serial: Int, created: UInt64
    ) -> ByteBuffer {
        json.clear()
        frame.clear()
        switch action {
        case .chunk(let part, let index, let length):
            writeChunk(script.parts[part], index, length, subject, created)
        case .replied(let part):
            writeReplied(script.parts[part], version, subject, created)
        case .status(let status):
            let reason = status == .escalated ? script.reason : nil
            writeStatus(status, reason, subject, created)
        case .close, .cut:
            return frame
        }
        writeFrame(subject, serial, created)
        return frame
    }

    private mutating func writeChunk(
        _ part: TurnScript.Part, _ index: Int, _ length: Int, _ subject: EventSubject,
        _ created: UInt64
    ) {
        json.writeStaticString("{\"event_name\":\"fin_reply_chunk\",\"conversation_id\":")
        json.writeBytes(subject.conversationID)
        writeStreamID(part)
        json.writeStaticString(",\"chunk_index\":")
        json.writeString(String(index))
        json.writeStaticString(",\"chunk_text\":\"")
        writeText(part.textStart, length)
        json.writeStaticString("\",\"status\":\"replying\"")
        writeEnd(created)
    }

    private mutating func writeReplied(
        _ part: TurnScript.Part, _ version: APIVersion, _ subject: EventSubject, _ created: UInt64
    ) {
        writeHead("{\"event_name\":\"fin_replied\"", subject)
        json.writeStaticString(",\"message\":{\"id\":\"")
        json.writeString(part.messageID)
        json.writeStaticString("\",\"author\":\"fin\",\"body\":\"<p>")
        writeText(part.textStart, part.textLength)
        json.writeStaticString("</p>\",\"timestamp_ms\":\"")
        WireTime.write(created, to: &json)
        json.writeStaticString("\"},\"status\":\"")
        json.writeString(version.repliedStatus.rawValue)
        json.writeStaticString("\"")
        writeStreamID(part)
        writeEnd(created)
    }

    private mutating func writeStatus(
        _ status: FinStatus, _ reason: String?, _ subject: EventSubject, _ created: UInt64
    ) {
        writeHead("{\"event_name\":\"fin_status_updated\"", subject)
        json.writeStaticString(",\"status\":\"")
        json.writeString(status.rawValue)
        json.writeStaticString("\"")
        if let reason {
            json.writeStaticString(",\"reason\":")
            json.writeBytes(JSONText.quoted(reason))
        }
        writeEnd(created)
    }

    private mutating func writeHead(_ name: StaticString, _ subject: EventSubject) {
        json.writeStaticString(name)
        json.writeStaticString(",\"conversation_id\":")
        json.writeBytes(subject.conversationID)
        json.writeStaticString(",\"user_id\":")
        json.writeBytes(subject.userID)
    }

    private mutating func writeStreamID(_ part: TurnScript.Part) {
        guard let streamID = part.streamID else { return }
        json.writeStaticString(",\"stream_id\":\"")
        json.writeString(streamID)
        json.writeStaticString("\"")
    }

    private mutating func writeText(_ start: Int, _ length: Int) {
        text.visitEscaped(from: start, length: length) { bytes in json.writeBytes(bytes) }
    }

    private mutating func writeEnd(_ created: UInt64) {
        json.writeStaticString(",\"created_at_ms\":\"")
        WireTime.write(created, to: &json)
        json.writeStaticString("\"}")
    }

    private mutating func writeFrame(_ subject: EventSubject, _ serial: Int, _ created: UInt64) {
        if framing != .plain {
            frame.writeString("id: \(subject.identifier)@\(created)-\(serial)\nevent: message\n")
        }
        frame.writeStaticString("data: ")
        if framing == .enveloped {
            writeEnvelope(subject, serial, created)
        } else {
            frame.writeImmutableBuffer(json)
        }
        frame.writeStaticString("\n\n")
    }

    /// The vendor's envelope: the event is a string inside another JSON object.
    private mutating func writeEnvelope(
        _ subject: EventSubject, _ serial: Int, _ created: UInt64
    ) {
        frame.writeString(
            "{\"id\":\"\(subject.identifier):\(serial):0\",\"timestamp\":\(created)")
        frame.writeStaticString(",\"encoding\":\"json\",\"channel\":")
        frame.writeBytes(subject.channel)
        frame.writeStaticString(",\"data\":\"")
        var escaped: [UInt8] = []
        for byte in json.readableBytesView { JSONText.append(byte, to: &escaped) }
        frame.writeBytes(escaped)
        frame.writeStaticString("\",\"name\":\"fin_agent_event\"}")
    }
}
