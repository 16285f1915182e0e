internal import FinWire

/// One event of the stream as a probe keeps it: what the driver reads, and what may be shown.
struct ProbeEvent: Sendable, Equatable {
    /// What its data came to.
    enum Content: Sendable, Equatable {
        /// An event of Fin, or something that has its shape.
        case fields(EventFields)
        /// No JSON object.
        case unreadable(WireError)
        /// The stream's own `error` event.
        case failure(ErrorFields?)
        /// Another event type: a heartbeat, something new.
        case otherType
    }

    /// What the data came to.
    var content: Content
    /// The event type, as a word; empty means `message`.
    var type: String
    /// The ID in force, as a fingerprint; nil when none was sent.
    var id: TextDigest?
    /// Bytes of the event's data.
    var byteCount: Int
    /// Whether it shared its read with another event.
    var isCoalesced = false
    /// Whether it was made before the stream was open.
    var isReplayed = false

    // Words fit to be shown; empty where the member is absent.
    var name = ""
    var status = ""
    var stream = ""
    var message = ""
    /// Bytes of `chunk_text`.
    var textCount: Int?
    /// Bytes of `message.body`.
    var bodyCount: Int?
    /// Members that no documentation names, as words.
    var unknownFields: [String] = []

    /// What the driver reads of it.
    var fields: EventFields? {
        if case .fields(let fields) = content { return fields }
        return nil
    }
}

/// Reads the events of a stream with the driver's own parser and scanner, and lists their members.
struct ProbeCollector: EventVisitor, ~Copyable {
    /// The scanner of the whole probe.
    var scanner = EventScanner()
    /// The text of the last chunk, as the driver remembers it.
    var mark = TextMark()
    /// Events of the current read.
    var events: [ProbeEvent] = []

    mutating func visit(_ event: borrowing EventView) {
        var made = ProbeEvent(
            content: .otherType, type: ProbeCollector.word(event.type), id: nil,
            byteCount: event.data.count)
        if event.lastEventID.count > 0 { made.id = TextDigest(of: event.lastEventID) }
        if event.hasType("error") {
            made.content = .failure(try? scanner.scanError(event.data))
        } else if event.type.count == 0 || event.hasType("message") {
            read(event.data, into: &made)
        }
        events.append(made)
    }

    private mutating func read(_ data: Span<UInt8>, into event: inout ProbeEvent) {
        do throws(WireError) {
            let fields = try scanner.scan(data, mark: &mark)
            event.content = .fields(fields)
            if fields.isEnveloped {
                let inner = try scanner.outline(data, showing: [["data"]])
                    .last { $0.path == ["data"] }?.text
                try describe((inner ?? "").utf8.span, &event)
            } else {
                try describe(data, &event)
            }
        } catch {
            event.content = .unreadable(error)
        }
    }

    private mutating func describe(
        _ document: Span<UInt8>, _ event: inout ProbeEvent
    ) throws(WireError) {
        let members = try scanner.outline(document, showing: ProbeEvent.shownPaths)
        for member in members {
            switch member.path {
            case ["event_name"]: event.name = ProbeText.word(member.text)
            case ["status"]: event.status = ProbeText.word(member.text)
            case ["stream_id"]: event.stream = ProbeText.short(member.text)
            case ["message", "id"]: event.message = ProbeText.word(member.text)
            case ["chunk_text"]: event.textCount = member.byteCount
            case ["message", "body"]: event.bodyCount = member.byteCount
            default: break
            }
        }
        event.unknownFields = OutlineMember.unknown(members, known: ProbeEvent.knownPaths)
    }

    private static func word(_ bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        return ProbeText.word(String(decoding: copy, as: UTF8.self))
    }
}

extension ProbeEvent {
    /// Members whose texts are identifiers.
    static let shownPaths: Set<[String]> = [
        ["event_name"], ["status"], ["stream_id"], ["message", "id"],
    ]

    /// Members that Intercom documents.
    static let knownPaths: Set<[String]> = [
        ["event_name"], ["conversation_id"], ["user_id"], ["status"], ["reason"], ["message"],
        ["message", "id"], ["message", "author"], ["message", "body"],
        ["message", "timestamp_ms"], ["stream_id"], ["chunk_index"], ["chunk_text"],
        ["created_at_ms"], ["csat"], ["csat", "options"],
    ]
}

extension OutlineMember {
    /// Members that are not known, as words, sorted; what lies in an unknown one is not listed apart.
    static func unknown(_ members: [OutlineMember], known: Set<[String]>) -> [String] {
        let strangers = members.filter { member in
            let isTop = member.path.count == 1 || known.contains(member.path.dropLast())
            return isTop && !known.contains(member.path)
        }
        let words = strangers.map { $0.path.map { ProbeText.word($0) }.joined(separator: ".") }
        return Set(words).sorted()
    }
}
