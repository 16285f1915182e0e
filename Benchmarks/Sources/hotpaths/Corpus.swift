/// Event streams as Fin sends them, made from a seed: cumulative chunks of one reply, then its end.
struct Corpus {
    /// The streams, one after the other.
    var bytes: [UInt8] = []
    /// Where each event ends in `bytes`.
    var eventEnds: [Int] = []
    /// How many events are chunks; what a scan must find again.
    var chunkCount = 0

    private var state: UInt64

    /// - Parameters:
    ///   - seed: the same seed gives the same bytes.
    ///   - replyCount: replies of 30 chunks.
    init(seed: UInt64, replyCount: Int) {
        state = seed
        for reply in 0..<replyCount { appendReply(reply) }
    }

    private mutating func appendReply(_ reply: Int) {
        var text = ""
        for index in 0..<30 {
            text += word() + (index % 7 == 6 ? ".\\n" : " ")
            append(
                "{\"event_name\":\"fin_reply_chunk\",\"conversation_id\":\"fb-bench-\(reply)\","
                    + "\"stream_id\":\"7c1f0e9ab2d34c5687f1a0b3c4d5e6f7\",\"chunk_index\":\(index),"
                    + "\"chunk_text\":\"\(text)\",\"status\":\"replying\","
                    + "\"created_at_ms\":\"2026-02-03T09:15:01.204Z\"}")
            chunkCount += 1
        }
        append(
            "{\"event_name\":\"fin_status_updated\",\"conversation_id\":\"fb-bench-\(reply)\","
                + "\"user_id\":\"u-7\",\"status\":\"awaiting_user_reply\","
                + "\"created_at_ms\":\"2026-02-03T09:15:02.020Z\"}")
    }

    private mutating func append(_ json: String) {
        bytes.append(contentsOf: "data: \(json)\n\n".utf8)
        eventEnds.append(bytes.count)
    }

    /// Some letters, 20 to 50 of them.
    private mutating func word() -> String {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let length = 20 + Int(state >> 59)
        return String(
            (0..<length).map { offset in
                let letter = UInt8(truncatingIfNeeded: state >> UInt64(offset % 48)) % 26
                return Character(UnicodeScalar(UInt8(ascii: "a") + letter))
            })
    }
}
