internal import FinWire

/// Takes the customer out of a body and leaves its shape: every length stays, so that a check of its
/// signature takes as long.
///
/// Kept are only words of Intercom's own vocabulary, times, and documented keys. Ids become others of
/// the same length, the same id always the same one; everything else becomes filler.
struct DeliveryMask: JSONMasking, Sendable {
    private static let keys: Set<String> = [
        "event_name", "conversation_id", "user_id", "message", "id", "author", "body",
        "timestamp_ms", "timestamp", "status", "stream_id", "created_at_ms", "reason", "csat",
        "options", "key", "emoji", "label", "chunk_index", "chunk_text", "type", "topic", "app_id",
        "created_at", "delivery_attempts", "first_sent_at", "self", "data", "item", "step_id",
        "success", "http_status", "error_type", "name", "email", "attributes",
    ]
    private static let wordKeys: Set<String> = [
        "event_name", "status", "author", "type", "topic", "error_type",
    ]
    private static let words: Set<String> = [
        "fin_status_updated", "fin_replied", "fin_reply_chunk", "csat_requested", "thinking",
        "awaiting_user_reply", "escalated", "resolved", "complete", "replying", "fin", "user",
        "agent", "notification_event", "notification_event_data", "procedure.hitl_notification",
        "procedure.hitl_notification.created", "data_connector.execution",
        "data_connector.execution.completed", "ping",
    ]
    private static let reasons: Set<String> = [
        "Escalation requested by user", "Escalation rule matched", "Routed to team",
        "Conversation finished without resolution", "Escalation requested via API",
    ]
    private static let timeKeys: Set<String> = ["created_at_ms", "timestamp_ms", "timestamp"]
    private static let numberKeys: Set<String> = [
        "chunk_index", "created_at", "delivery_attempts", "first_sent_at", "http_status",
    ]
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz012345".utf8)

    /// Makes the pseudonyms: who has it could test guesses of an id.
    let secret: [UInt8]

    func key(_ text: [UInt8]) -> [UInt8] {
        DeliveryMask.keys.contains(String(decoding: text, as: UTF8.self)) ? text : pseudonym(text)
    }

    func keepsNumber(key: [UInt8]) -> Bool {
        DeliveryMask.numberKeys.contains(String(decoding: key, as: UTF8.self))
    }

    func value(_ text: [UInt8], key: [UInt8]) -> [UInt8] {
        let name = String(decoding: key, as: UTF8.self)
        let word = String(decoding: text, as: UTF8.self)
        if DeliveryMask.wordKeys.contains(name), DeliveryMask.words.contains(word) { return text }
        if name == "reason", DeliveryMask.reasons.contains(word) { return text }
        if DeliveryMask.timeKeys.contains(name), DeliveryMask.isTime(text) { return text }
        if name == "id" || name.hasSuffix("_id") { return pseudonym(text) }
        return Array(repeating: UInt8(ascii: "x"), count: text.count)
    }

    private static func isTime(_ text: [UInt8]) -> Bool {
        text.count <= 32
            && text.allSatisfy { (0x30...0x3A).contains($0) || "-+.TZ".utf8.contains($0) }
    }

    /// The same text always becomes the same letters.
    private func pseudonym(_ text: [UInt8]) -> [UInt8] {
        var made: [UInt8] = []
        var round: UInt8 = 0
        while made.count < text.count {
            let code = Libcrypto.code(key: secret.span, message: (text + [round]).span)
            made += code.bytes.map { DeliveryMask.letters[Int($0 & 31)] }
            round &+= 1
        }
        return Array(made.prefix(text.count))
    }
}
