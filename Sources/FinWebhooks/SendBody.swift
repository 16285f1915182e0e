internal import FinMeasure
internal import FinWire

/// One delivery as it goes out: a body, and the header line that signs it.
struct SendRequest: Sendable {
    var body: [UInt8]
    /// `Name: value`; empty for none.
    var header: [UInt8]
}

/// Makes deliveries from the seed: events as Fin's, or notifications of topics, with ids that show
/// where they come from.
///
/// The codes come straight from libcrypto: what is sent does not rest on the verifier it may meet.
struct SendBody: Sendable {
    /// Above the 1 MiB that receivers commonly take.
    static let hugeBytes = (1 << 20) + (64 << 10)

    private static let words = [
        "your", "order", "is", "on", "its", "way", "the", "refund", "takes", "five", "days",
        "caf\u{e9}", "please", "check", "settings", "\u{65e5}\u{672c}\u{8a9e}", "invoice", "plan",
    ]

    private let seed: UInt64
    private let isTopic: Bool
    private let secret: [UInt8]
    /// Unix time of the run's zero in nanoseconds.
    private let unixZero: UInt64
    /// Made once: signing a mebibyte takes longer than the gap to the next delivery.
    private var huge = SendRequest(body: [], header: [])

    init(seed: UInt64, isTopic: Bool, secret: String, unixZero: UInt64) {
        self.seed = seed
        self.isTopic = isTopic
        self.secret = Array(secret.utf8)
        self.unixZero = unixZero
        let text = String(repeating: "x", count: SendBody.hugeBytes)
        let body = Array(event(Draft(number: 0, id: "huge", offset: 0, text: text)).utf8)
        huge = signed(body)
    }

    /// What an event is made of.
    private struct Draft {
        var number: Int
        var id: String
        var offset: Int64
        var text: String
        var isReply = true
    }

    /// A delivery.
    ///
    /// - Parameters:
    ///   - number: which of the plan.
    ///   - offset: when it is due, nanoseconds since the run's zero; its `created_at_ms`.
    ///   - base: a valid delivery that went before, for a replay or an older event.
    func request(
        _ kind: SendClass, number: Int, offset: Int64, base: (number: Int, offset: Int64)
    ) -> SendRequest {
        switch kind {
        case .valid: return signed(plain(number, offset))
        case .replayed: return signed(plain(base.number, base.offset))
        case .unsigned: return SendRequest(body: plain(number, offset), header: [])
        case .huge: return huge
        case .tampered:
            var request = signed(plain(number, offset))
            // The last digit of the number in the id: the body stays readable, the code does not fit.
            if let place = request.body.lastIndex(where: { (0x30...0x39).contains($0) }) {
                request.body[place] ^= 1
            }
            return request
        case .reordered:
            // A second before the event that its conversation has delivered.
            let older = base.offset - 1_000_000_000 - Int64(number % 1000) * 1_000_000
            let draft = Draft(number: base.number, id: "\(number)", offset: older, text: "late")
            return signed(Array(event(draft).utf8))
        }
    }

    private func plain(_ number: Int, _ offset: Int64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed, stream: .webhookBody, index: UInt64(number))
        var text = ""
        for _ in 0..<(4 + generator.next() % 90) {
            text += SendBody.words[Int(generator.next() % UInt64(SendBody.words.count))] + " "
        }
        // Every third event is a status: it has no message id.
        let draft = Draft(
            number: number, id: "\(number)", offset: offset, text: text, isReply: number % 3 != 2)
        return Array(event(draft).utf8)
    }

    // MARK: - documents

    private func event(_ draft: Draft) -> String {
        let nanoseconds = UInt64(Int64(unixZero) + draft.offset)
        if isTopic { return notification(draft, nanoseconds) }
        let created = UTCStamp.milliseconds(unixNanoseconds: nanoseconds)
        let ids =
            "\"conversation_id\":\"finbench-\(seed)-\(draft.number)\","
            + "\"user_id\":\"finbench-user-\(draft.number % 50)\""
        guard draft.isReply else {
            return
                "{\"event_name\":\"fin_status_updated\",\(ids),\"status\":\"awaiting_user_reply\","
                + "\"created_at_ms\":\"\(created)\"}"
        }
        return "{\"event_name\":\"fin_replied\",\(ids),\"message\":{\"id\":\"finbench-m-\(seed)-"
            + "\(draft.id)\",\"author\":\"fin\",\"body\":\"<p>\(draft.text)</p>\","
            + "\"timestamp_ms\":\"\(created)\"},\"status\":\"replying\","
            + "\"created_at_ms\":\"\(created)\"}"
    }

    private func notification(_ draft: Draft, _ nanoseconds: UInt64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        let item =
            draft.isReply
            ? "{\"type\":\"procedure.hitl_notification\",\"conversation_id\":\"finbench-\(seed)-"
                + "\(draft.number)\",\"step_id\":\"finbench-s-\(draft.id)\",\"note\":\"\(draft.text)\"}"
            : "{\"type\":\"data_connector.execution\",\"id\":\"finbench-x-\(draft.id)\","
                + "\"success\":true,\"http_status\":200,\"error_type\":null}"
        let topic =
            draft.isReply
            ? "procedure.hitl_notification.created" : "data_connector.execution.completed"
        return
            "{\"type\":\"notification_event\",\"topic\":\"\(topic)\",\"id\":\"notif_finbench_\(seed)"
            + "_\(draft.id)\",\"app_id\":\"finbench\",\"created_at\":\(seconds),"
            + "\"delivery_attempts\":1,\"first_sent_at\":\(seconds),\"data\":{\"type\":"
            + "\"notification_event_data\",\"item\":\(item)}}"
    }

    // MARK: - signatures

    private func signed(_ body: [UInt8]) -> SendRequest {
        var header: [UInt8]
        if isTopic {
            header = Array("X-Hub-Signature: sha1=".utf8)
            header += HeaderMaker.hex(Libcrypto.shortCode(key: secret.span, message: body.span))
        } else {
            header = Array("\(WebhookVerifier.headerName): ".utf8)
            header += HeaderMaker.valid(Libcrypto.code(key: secret.span, message: body.span))
        }
        return SendRequest(body: body, header: header)
    }
}
