import FinWire

/// One reply of Fin's: its events as JSON, each with the fields a scan must find.
///
/// Text grows by words. Two replies in twelve are in German, one in Japanese; there is an escape every
/// 33 bytes or so: line breaks, quotes, now and then a `\u`.
struct ReplyScript {
    private let conversation: String
    private let stream: String
    private let words: [String]
    private let milliseconds: Int
    private let number: Int

    private static let english = [
        "the", "plan", "you", "can", "change", "under", "Billing", "settings", "and", "refund",
        "usually", "takes", "five", "working", "days", "account", "please", "open", "page",
        "subscription", "invoice", "if", "with", "your", "workspace", "owner", "then", "select",
    ]
    private static let german = [
        "die", "Rückerstattung", "dauert", "für", "gewöhnlich", "fünf", "Tage", "können", "Sie",
        "öffnen", "Konto", "Einstellungen", "über", "Rechnung", "Straße", "bestätigen",
    ]
    private static let japanese = [
        "プランは", "請求の", "設定で", "変更できます", "返金には", "通常", "五日ほど", "かかります",
    ]

    init(_ number: Int, _ draws: inout Draws) {
        self.number = number
        conversation = "fb-\(draws.hex(8))-\(number)"
        stream = draws.hex(32)
        milliseconds = Int.random(in: 0..<70_000_000, using: &draws)
        let pool = ReplyScript.pool(number)
        let count = Int.random(in: 30...60, using: &draws)
        words = (0..<count).map { _ in ReplyScript.piece(of: pool, &draws) }
    }

    /// The language goes by the number, so that every corpus has the same mix.
    private static func pool(_ number: Int) -> [String] {
        switch number % 12 {
        case 2, 8: german
        case 5: japanese
        default: english
        }
    }

    /// What one chunk adds: four words or so, in JSON's escapes.
    private static func piece(of pool: [String], _ draws: inout Draws) -> String {
        let count = Int.random(in: 2...6, using: &draws)
        var text = (0..<count).map { _ in pool.randomElement(using: &draws) ?? "" }
            .joined(separator: " ")
        if draws.oneIn(6) { text = "\\\"\(text)\\\"" }
        if draws.oneIn(6) { text += ".\\n\\n" } else if draws.oneIn(12) { text += " \\u2013 " }
        return text + " "
    }

    /// Hands out every event in order.
    mutating func play(_ append: (String, EventFields) -> Void) {
        var text = ""
        for index in words.indices {
            text += words[index]
            append(chunk(index, text), chunkFields(index))
        }
        append(replied(text), repliedFields)
        append(status, statusFields)
    }

    private func chunk(_ index: Int, _ text: String) -> String {
        "{\"event_name\":\"fin_reply_chunk\",\"conversation_id\":\"\(conversation)\","
            + "\"stream_id\":\"\(stream)\",\"chunk_index\":\(index),\"chunk_text\":\"\(text)\","
            + "\"status\":\"replying\",\"created_at_ms\":\"\(stamp(index))\"}"
    }

    private func chunkFields(_ index: Int) -> EventFields {
        var fields = fields(.replyChunk, .replying, at: index)
        fields.streamID = TextDigest(stream)
        fields.chunkIndex = Int32(index)
        fields.continuity = index == 0 ? .first : .extended
        return fields
    }

    private func replied(_ text: String) -> String {
        "{\"event_name\":\"fin_replied\",\"conversation_id\":\"\(conversation)\","
            + "\"user_id\":\"u-\(number % 10)\",\"message\":{\"id\":\"m-\(number)\","
            + "\"author\":\"fin\",\"body\":\"<p>\(text)</p>\","
            + "\"timestamp_ms\":\"\(stamp(words.count))\"},\"status\":\"replying\","
            + "\"stream_id\":\"\(stream)\",\"created_at_ms\":\"\(stamp(words.count))\"}"
    }

    private var repliedFields: EventFields {
        var fields = fields(.replied, .replying, at: words.count)
        fields.streamID = TextDigest(stream)
        fields.messageID = TextDigest("m-\(number)")
        return fields
    }

    private var status: String {
        "{\"event_name\":\"fin_status_updated\",\"conversation_id\":\"\(conversation)\","
            + "\"user_id\":\"u-\(number % 10)\",\"status\":\"awaiting_user_reply\","
            + "\"created_at_ms\":\"\(stamp(words.count + 1))\"}"
    }

    private var statusFields: EventFields {
        fields(.statusUpdated, .awaitingUserReply, at: words.count + 1)
    }

    private func fields(
        _ name: EventFields.Name, _ status: EventFields.Status, at index: Int
    ) -> EventFields {
        var fields = EventFields()
        fields.name = name
        fields.status = status
        fields.conversationID = TextDigest(conversation)
        fields.createdAtMilliseconds = ReplyScript.midnight + Int64(millisecondsOfDay(index))
        return fields
    }

    /// 2026-02-03T00:00:00Z in Unix milliseconds.
    private static let midnight: Int64 = 1_770_076_800_000

    private func millisecondsOfDay(_ index: Int) -> Int { milliseconds + 31 * index }

    private func stamp(_ index: Int) -> String {
        let count = millisecondsOfDay(index)
        let parts = [count / 3_600_000, count / 60_000 % 60, count / 1000 % 60]
        let clock = parts.map { padded($0, 2) }.joined(separator: ":")
        return "2026-02-03T\(clock).\(padded(count % 1000, 3))Z"
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
