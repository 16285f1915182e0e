// Hot: once per event.

/// Reads what a driver needs from JSON bodies: events, responses, errors.
///
/// One forward pass checks the whole document against RFC 8259 (containers nested at most 64 deep);
/// a document that breaks a rule gives an error and no fields. A load thread owns one scanner: it
/// holds the buffers for texts with escapes, which allocate until they have met the longest.
public struct EventScanner: ~Copyable {
    var scratch = UnescapeBuffer()
    private var envelope = UnescapeBuffer()

    /// Makes a scanner with empty buffers.
    public init() {}

    /// Reads the fields of one event from the data of an `EventView`.
    ///
    /// The enveloped framing is understood: an object without `event_name` whose `data` is a string
    /// is opened, once, and that string is read as the event.
    /// - Parameters:
    ///   - data: one JSON document in UTF-8.
    ///   - mark: what is known of the conversation's last chunk; only a `fin_reply_chunk` with text
    ///     changes it, and a chunk of another `stream_id` starts anew.
    /// - Throws: `WireError` with the offset of the first offending byte; `mark` is then unchanged.
    /// - Complexity: O(data.count), one pass, and a second over the chunk's text. No allocation,
    ///   except in growing the buffers for escapes.
    public mutating func scan(
        _ data: Span<UInt8>, mark: inout TextMark
    ) throws(WireError) -> EventFields {
        var pass = EventPass()
        try pass.run(data, &scratch)
        if let inner = pass.envelopedText { return try scanEnvelope(data, inner, &mark) }
        pass.settle(data, &mark)
        return pass.fields
    }

    private mutating func scanEnvelope(
        _ data: Span<UInt8>, _ inner: JSONReader.Text, _ mark: inout TextMark
    ) throws(WireError) -> EventFields {
        // Out of self while it is read, so that the scratch buffer can be written.
        var opened = UnescapeBuffer()
        swap(&opened, &envelope)
        defer { swap(&opened, &envelope) }
        opened.fill(inner, of: data)
        var pass = EventPass()
        try pass.run(opened.bytes.span, &scratch)
        pass.settle(opened.bytes.span, &mark)
        pass.fields.isEnveloped = true
        return pass.fields
    }

    /// Checks one document against RFC 8259 and reads nothing from it.
    ///
    /// - Throws: `WireError` with the offset of the first offending byte.
    /// - Complexity: O(data.count), one pass, no allocation.
    public static func validate(_ data: Span<UInt8>) throws(WireError) {
        var reader = JSONReader(data)
        try reader.skipValue(depth: 0)
        try reader.finish()
    }
}

/// One pass over one event.
private struct EventPass {
    var fields = EventFields()
    private var seen: UInt16 = 0
    private var hasMessageID = false
    private var chunkText: JSONReader.Text?
    private var data: JSONReader.Text?

    /// The members that are read.
    private enum Member: UInt16 {
        case other, eventName, status, reason, conversationID, streamID, chunkIndex, chunkText
        case createdAt, message, data

        @inline(__always) init(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
            self = .other
            switch end &- start {
            case 4: if ByteScan.equals(bytes, start, end, "data") { self = .data }
            case 6:
                if ByteScan.equals(bytes, start, end, "status") { self = .status }
                if ByteScan.equals(bytes, start, end, "reason") { self = .reason }
            case 7: if ByteScan.equals(bytes, start, end, "message") { self = .message }
            case 9: if ByteScan.equals(bytes, start, end, "stream_id") { self = .streamID }
            case 10:
                if ByteScan.equals(bytes, start, end, "event_name") { self = .eventName }
                if ByteScan.equals(bytes, start, end, "chunk_text") { self = .chunkText }
            case 11: if ByteScan.equals(bytes, start, end, "chunk_index") { self = .chunkIndex }
            case 13: if ByteScan.equals(bytes, start, end, "created_at_ms") { self = .createdAt }
            case 15:
                if ByteScan.equals(bytes, start, end, "conversation_id") { self = .conversationID }
            default: break
            }
        }
    }

    /// The string to read as the event instead, if this object is an envelope.
    var envelopedText: JSONReader.Text? {
        seen & (1 &<< Member.eventName.rawValue) == 0 ? data : nil
    }

    /// Walks the whole document.
    mutating func run(
        _ bytes: Span<UInt8>, _ scratch: inout UnescapeBuffer
    ) throws(WireError) {
        var reader = JSONReader(bytes)
        try reader.requireObject()
        var hasMember = try reader.beginObject()
        while hasMember {
            let key = try reader.key()
            try take(member(key, of: bytes, &scratch), &reader, &scratch)
            hasMember = try reader.continueObject()
        }
        try reader.finish()
    }

    /// Compares a chunk's text with the one before; at the end, as members come in any order.
    mutating func settle(_ bytes: Span<UInt8>, _ mark: inout TextMark) {
        guard fields.name == .replyChunk, let text = chunkText else { return }
        fields.continuity = mark.advance(
            to: bytes.extracting(text.start..<text.end), stream: fields.streamID?.bits ?? 0)
    }

    @inline(__always) private mutating func member(
        _ key: JSONReader.Text, of bytes: Span<UInt8>, _ scratch: inout UnescapeBuffer
    ) -> Member {
        let member: Member
        if key.isEscaped {
            scratch.fill(key, of: bytes)
            member = Member(scratch.bytes.span, 0, scratch.bytes.count)
        } else {
            member = Member(bytes, key.start, key.end)
        }
        let bit: UInt16 = 1 &<< member.rawValue
        if seen & bit != 0 && member != .other { fields.duplicateKeys &+= 1 }
        seen |= bit
        return member
    }

    /// Reads the value of a member: long because it is a table.
    @inline(__always) private mutating func take(
        _ member: Member, _ reader: inout JSONReader, _ scratch: inout UnescapeBuffer
    ) throws(WireError) {
        let bytes = reader.bytes
        switch member {
        case .eventName:
            fields.name = try text(&reader).map { scratch.read($0, of: bytes) } ?? .none
        case .status:
            fields.status = try text(&reader).map { scratch.read($0, of: bytes) } ?? .none
        case .reason:
            fields.reason = try text(&reader).map { scratch.read($0, of: bytes) } ?? .none
        case .conversationID:
            fields.conversationID = try text(&reader).map { scratch.read($0, of: bytes) }
        case .streamID:
            fields.streamID = try text(&reader).map { scratch.read($0, of: bytes) }
        case .createdAt:
            let instant: UnixMilliseconds? = try text(&reader).map { scratch.read($0, of: bytes) }
            fields.createdAtMilliseconds = instant?.count
        case .chunkText: chunkText = try text(&reader)
        case .chunkIndex: try takeChunkIndex(&reader)
        case .message: try takeMessage(&reader, &scratch)
        case .data: try takeData(&reader)
        case .other: try reader.skipValue(depth: 1)
        }
    }

    /// A string value; `nil` for `null`, and for any other type, which is counted.
    @inline(__always) private mutating func text(
        _ reader: inout JSONReader, depth: Int = 1
    ) throws(WireError) -> JSONReader.Text? {
        try reader.stringValue(&fields.wrongTypes, depth: depth)
    }

    private mutating func takeChunkIndex(_ reader: inout JSONReader) throws(WireError) {
        fields.chunkIndex = nil
        guard let number = try reader.integerValue(&fields.wrongTypes) else { return }
        fields.chunkIndex = Int32(exactly: number)
        if fields.chunkIndex == nil { fields.wrongTypes &+= 1 }
    }

    private mutating func takeMessage(
        _ reader: inout JSONReader, _ scratch: inout UnescapeBuffer
    ) throws(WireError) {
        fields.messageID = nil
        guard reader.kind() == .object else {
            return try reader.skipUnless(null: &fields.wrongTypes, depth: 1)
        }
        let bytes = reader.bytes
        hasMessageID = false
        var hasMember = try reader.beginObject()
        while hasMember {
            let key = try reader.key()
            if scratch.isEqual(key, of: bytes, to: "id") {
                if hasMessageID { fields.duplicateKeys &+= 1 }
                hasMessageID = true
                fields.messageID = try text(&reader, depth: 2).map { scratch.read($0, of: bytes) }
            } else {
                try reader.skipValue(depth: 2)
            }
            hasMember = try reader.continueObject()
        }
    }

    /// `data` matters where it is a string; elsewhere it is an unknown member.
    private mutating func takeData(_ reader: inout JSONReader) throws(WireError) {
        data = nil
        if reader.kind() == .string {
            data = try reader.string()
        } else {
            try reader.skipValue(depth: 1)
        }
    }
}
