internal import FinLoop
internal import FinMeasure
internal import FinWire

/// Writes a probe's transcript: a line for each thing that happened.
///
/// Columns: milliseconds since the turn's `sent`; `k` for a kernel stamp, `c` for a callback's;
/// `>` for what we sent, `<` for what came, `=` for what it came to.
struct ProbeLines {
    /// `Intercom-Version`, as sent.
    let version: String
    /// Whether a key is sent with each POST.
    let sendsKey: Bool
    private var sent: Instant?

    init(version: String, sendsKey: Bool) {
        self.version = version
        self.sendsKey = sendsKey
    }

    /// The lines of one entry.
    mutating func text(_ entry: ProbeEntry) -> [String] {
        var lines: [String] = []
        if case .post = entry.note {
            sent = entry.moment.instant
            lines = ["", "turn \(entry.turn)"]
        }
        let span = entry.moment.instant - (sent ?? entry.moment.instant)
        let time = ProbeText.right(ProbeText.milliseconds(span), 10)
        let (first, rest) = words(entry.note)
        lines.append("\(time) \(ProbeLines.letter(entry.moment.source)) \(first)")
        return lines + rest.map { String(repeating: " ", count: 17) + $0 }
    }

    private static func letter(_ source: ProbeMoment.Source) -> String {
        switch source {
        case .own: " "
        case .kernel: "k"
        case .callback: "c"
        }
    }

    /// A first line with its mark, and lines below it.
    private func words(_ note: ProbeNote) -> (first: String, rest: [String]) {
        switch note {
        case .post(let url, let byteCount):
            let key = sendsKey ? "key sent" : "no key sent"
            let size = ProbeText.count(byteCount)
            return ("> POST \(url.place)", ["\(size) B, Intercom-Version \(version), \(key)"])
        case .head(let head): return ProbeLines.words(head)
        case .answer(let answer): return ("< " + ProbeLines.words(answer), [])
        case .dial(let url, _, let isResumed):
            let query = url.query.isEmpty ? [] : ["?\(url.query)"]
            return ("> GET \(url.place)", query + (isResumed ? ["resumed by Last-Event-ID"] : []))
        case .event(let event): return ("< " + ProbeLines.words(event), [])
        case .comments(let count): return ("< \(ProbeText.plural(count, "comment line"))", [])
        case .retry(let milliseconds): return ("< retry: \(ProbeText.count(milliseconds)) ms", [])
        case .overflow(let error): return ("< stream given up: \(error)", [])
        case .finished(let kind, let end, let connection, let byteCount):
            return ("= " + ProbeLines.words(kind, end, connection, byteCount), [])
        case .over(let record): return ("= " + ProbeLines.words(record), [])
        case .think(let span): return ("= the user thinks for \(ProbeText.span(span))", [])
        }
    }

    private static func words(_ head: ProbeHead) -> (first: String, rest: [String]) {
        let type = head.value("content-type") ?? "no content-type"
        let count = ProbeText.plural(head.otherCount, "further header")
        let others = head.otherCount > 0 ? ["\(count), not shown"] : []
        let fields = head.fields.filter { $0.name != "content-type" }
            .map { "\($0.name): \($0.value)" }
        return ("< \(head.version) \(head.status), \(type)", fields + others)
    }

    private static func words(_ answer: ProbeAnswer) -> String {
        let size = "body \(ProbeText.count(answer.byteCount)) B"
        if let fields = answer.fields {
            let url = fields.subscriptionURL == nil ? "no stream URL" : "stream URL"
            let status = answer.status.isEmpty ? "no status" : "status \(answer.status)"
            return [size, status, url, created(fields.createdAtMilliseconds)]
                .joined(separator: "  ")
        }
        guard let error = answer.error else { return "\(size)  not read: no JSON object" }
        let code = error.code.map { ProbeText.word($0) } ?? error.number.map(String.init)
        let id = error.requestID.map { "  request id \(ProbeText.word($0))" } ?? ""
        return "\(size)  error \(code ?? "without a code")\(id)"
    }

    private static func created(_ milliseconds: Int64?) -> String {
        milliseconds.map { "created \(ProbeText.timeOfDay($0))" } ?? "no created_at_ms"
    }

    private static func words(_ event: ProbeEvent) -> String {
        let size = ProbeText.right("\(ProbeText.count(event.byteCount)) B", 7)
        switch event.content {
        case .fields(let fields):
            return
                ([size, ProbeText.left(event.name.isEmpty ? "no event_name" : event.name, 18)]
                + details(event, fields)).joined(separator: "  ")
        case .unreadable(let error): return "\(size)  not read: \(error)"
        case .failure(let error):
            let number = error?.number.map { " \($0)" } ?? ""
            return "\(size)  error event\(number)"
        case .otherType: return "\(size)  event type \(event.type)"
        }
    }

    private static func details(_ event: ProbeEvent, _ fields: EventFields) -> [String] {
        var words: [String] = []
        if let index = fields.chunkIndex { words.append("index \(index)") }
        if let count = event.textCount { words.append("text \(ProbeText.count(count)) B") }
        if let count = event.bodyCount { words.append("body \(ProbeText.count(count)) B") }
        if !event.status.isEmpty { words.append(event.status) }
        if fields.reason != .none { words.append(OutcomeCause(fields.reason).rawValue) }
        if !event.stream.isEmpty { words.append("stream \(event.stream)") }
        if !event.message.isEmpty { words.append("message \(event.message)") }
        words.append(created(fields.createdAtMilliseconds))
        if event.isReplayed { words.append("replayed") }
        if event.isCoalesced { words.append("coalesced") }
        return words
    }

    private static func words(
        _ kind: TransferKind, _ end: TransferEnd, _ connection: ProbeConnection, _ byteCount: Int
    ) -> String {
        let name = kind == .post ? "POST" : "stream"
        return "\(name) \(words(end)) after \(ProbeText.count(byteCount)) B, \(connection.words)"
    }

    private static func words(_ end: TransferEnd) -> String {
        switch end {
        case .complete: "complete"
        case .hungUp: "hung up by us"
        case .connectFailed: "not connected"
        case .connectTimeout: "not connected in time"
        case .tlsFailed: "refused in TLS"
        case .connectionLost: "broken off"
        case .notHTTP: "not answered in HTTP/1.1"
        }
    }

    private static func words(_ record: TurnRecord) -> String {
        let detail = record.detail.name
        let spans = [
            ("first chunk", record.firstChunk), ("first reply", record.firstReplied),
            ("done", record.done),
        ].compactMap { name, instant -> String? in
            guard let instant, let sent = record.sent else { return nil }
            return "\(name) \(ProbeText.span(instant - sent))"
        }
        let outcome = record.outcome.rawValue + (detail.isEmpty ? "" : " (\(detail))")
        return ([outcome] + spans).joined(separator: ", ")
    }
}

extension ProbeConnection {
    /// How the transfer came to its connection: `new connection: DNS 0.02 ms, TCP 0.05 ms`.
    var words: String {
        if isReused { return "connection reused" }
        let spans = [("DNS", dns), ("TCP", tcp), ("TLS", tls)].compactMap { name, span in
            span.map { "\(name) \(ProbeText.span($0))" }
        }
        return spans.isEmpty ? "no connection" : "new connection: \(spans.joined(separator: ", "))"
    }
}
