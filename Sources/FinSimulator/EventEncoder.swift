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
    ///   - action: what happened; `close`, an execution and a broken stream write nothing.
    ///   - serial: the event's place in its turn.
    ///   - created: Unix milliseconds.
    mutating func encode(
        _ action: TurnScript.Action, of script: TurnScript, about subject: EventSubject,
        version: APIVersion, serial: Int, created: UInt64
    ) -> ByteBuffer {
        frame.clear()
        writeJSON(action, of: script, about: subject, version: version, created: created)
        if json.readableBytes == 0 { return frame }
        let style = WireStyle(script.fault)
        if framing == .enveloped { wrap(subject, serial, created) }
        if case .oddity(.padded(let byteCount)) = action { pad(to: byteCount) }
        if action == .oddity(.unknown) {
            frame.writeStaticString("mood: calm")
            frame.writeStaticString(style.lineEnd)
        }
        writeFrame(subject, serial, created, style)
        return frame
    }

    /// The same event without a frame, as a webhook carries it: a copy to keep.
    mutating func bare(
        _ action: TurnScript.Action, of script: TurnScript, about subject: EventSubject,
        version: APIVersion, created: UInt64
    ) -> ByteBuffer {
        writeJSON(action, of: script, about: subject, version: version, created: created)
        return ByteBuffer(bytes: json.readableBytesView)
    }

    private mutating func writeJSON(
        _ action: TurnScript.Action, of script: TurnScript, about subject: EventSubject,
        version: APIVersion, created: UInt64
    ) {
        json.clear()
        switch action {
        case .chunk(let part, let index, let length):
            writeChunk(script.parts[part], index, length, subject, created)
        case .replied(let part):
            writeReplied(script.parts[part], version, subject, created)
        case .status(let status):
            let reason = status == .escalated ? script.reason : nil
            writeStatus(status, reason, subject, created)
        case .survey: writeSurvey(subject, created)
        case .oddity(let oddity): writeOddity(oddity, subject, created)
        case .close, .execution, .broken, .pause: break
        }
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

    private mutating func writeFrame(
        _ subject: EventSubject, _ serial: Int, _ created: UInt64, _ style: WireStyle
    ) {
        if framing != .plain {
            frame.writeString("id: \(subject.identifier)@\(created)-\(serial)")
            frame.writeStaticString(style.lineEnd)
            frame.writeStaticString("event: message")
            frame.writeStaticString(style.lineEnd)
        }
        if style.isMultiLine {
            writeLines(style)
        } else {
            frame.writeStaticString("data: ")
            frame.writeImmutableBuffer(json)
            frame.writeStaticString(style.lineEnd)
        }
        frame.writeStaticString(style.lineEnd)
    }

    private mutating func writeLines(_ style: WireStyle) {
        WireStyle.visitPieces(of: Array(json.readableBytesView)) { piece in
            frame.writeStaticString("data: ")
            frame.writeBytes(piece)
            frame.writeStaticString(style.lineEnd)
        }
    }

    /// The vendor's envelope: the event becomes a string inside another JSON object.
    private mutating func wrap(_ subject: EventSubject, _ serial: Int, _ created: UInt64) {
        let escaped = JSONText.escaped(Array(json.readableBytesView))
        json.clear()
        json.writeString("{\"id\":\"\(subject.identifier):\(serial):0\",\"timestamp\":\(created)")
        json.writeStaticString(",\"encoding\":\"json\",\"channel\":")
        json.writeBytes(subject.channel)
        json.writeStaticString(",\"data\":\"")
        json.writeBytes(escaped)
        json.writeStaticString("\",\"name\":\"fin_agent_event\"}")
    }
}

// Events that are rare.
extension EventEncoder {
    /// The documented keys; labels and faces are ours.
    private static let ratings: StaticString = """
        {"key":"terrible","emoji":"😠","label":"Terrible"},{"key":"bad","emoji":"🙁","label":"Bad"},\
        {"key":"ok","emoji":"😐","label":"OK"},{"key":"good","emoji":"🙂","label":"Good"},\
        {"key":"amazing","emoji":"🤩","label":"Amazing"}
        """

    private mutating func writeSurvey(_ subject: EventSubject, _ created: UInt64) {
        writeHead("{\"event_name\":\"csat_requested\"", subject)
        json.writeStaticString(",\"csat\":{\"options\":[")
        json.writeStaticString(EventEncoder.ratings)
        json.writeStaticString("]}")
        writeEnd(created)
    }

    private mutating func writeOddity(
        _ oddity: TurnScript.Oddity, _ subject: EventSubject, _ created: UInt64
    ) {
        if oddity == .malformed {
            writeHead("{\"event_name\":\"fin_reply_chunk\"", subject)
            json.writeStaticString(",\"stream_id\":")
            return
        }
        writeHead("{\"event_name\":\"fin_mood_sensed\"", subject)
        json.writeStaticString(",\"mood\":{\"level\":0.7,\"tags\":[\"calm\",null,true]}")
        writeEnd(created)
    }

    /// Lengthens the outermost object to so many bytes; inside an envelope megabytes would have to
    /// be escaped first, while every other turn waits.
    private mutating func pad(to byteCount: Int) {
        json.moveWriterIndex(to: json.writerIndex - 1)
        json.writeStaticString(",\"padding\":\"")
        let rest = byteCount - json.readableBytes - 2
        json.writeRepeatingByte(UInt8(ascii: "x"), count: max(0, rest))
        json.writeStaticString("\"}")
    }
}
