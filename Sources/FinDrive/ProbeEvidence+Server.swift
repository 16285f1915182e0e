internal import FinLoop
internal import FinMeasure
internal import FinWire

// What the hosts, their answers and their clocks show.
extension ProbeEvidence {
    /// Where requests went.
    var hosts: ProbeFinding {
        let base = ProbeURL(baseURL)
        let api = "API \(base.host)\(base.isSecure ? " with TLS" : " without TLS")"
        let streams = Set(dials.map(\.url.host)).sorted()
        guard let dial = dials.first else {
            return ProbeFinding("hosts", "\(api); no stream was dialled", "the target's URL")
        }
        if streams == [base.host] && dial.url.isSecure == base.isSecure {
            return ProbeFinding("hosts", "\(api); streams come from the same", "stream URL")
        }
        let secure = dial.url.isSecure ? "with TLS" : "without TLS"
        let words = "\(api); streams from \(streams.joined(separator: ", ")) \(secure)"
        return ProbeFinding("hosts", words, "stream URL")
    }

    /// What the connections cost.
    var connections: [ProbeFinding] {
        [("POST", TransferKind.post), ("stream", .stream)].compactMap { name, kind in
            let all = connections(kind)
            if all.isEmpty { return nil }
            let words = all.enumerated().map { number, connection in
                (all.count > 1 ? "\(number + 1): " : "") + connection.words
            }.joined(separator: "; ")
            let protocols = Set(heads(kind).map(\.head.version)).sorted().joined(separator: ", ")
            return ProbeFinding(
                "\(name) path", words + (protocols.isEmpty ? "" : ", \(protocols)"),
                "libcurl's times\(all.contains { $0.tls != nil } ? "; TLS version not looked at" : "")"
            )
        }
    }

    // MARK: - version

    /// Which version's behaviour was seen.
    var versionBehaviour: ProbeFinding {
        let (behaviour, group, basis) = behaviour
        var words = "asked \(version); \(behaviour)"
        if !group.isEmpty {
            words +=
                group.contains(version)
                ? ", as asked" : ", not as asked: the app's own version may decide"
        }
        return ProbeFinding("version", words, basis)
    }

    /// What was seen, the versions that do so (none where that is open), and how it is known.
    private var behaviour: (words: String, group: [String], basis: String) {
        guard hasAnswer else { return ("nothing known", [], "no good answer came") }
        if !turns.isEmpty && turns.allSatisfy({ $0.outcome == .noStream }) {
            let words = "behaves like 2.17, or like a workspace without SSE"
            return (words, version == "2.17" ? ["2.17"] : [], "no sse_subscription_url")
        }
        let statuses = Set(
            events.filter { $0.fields.name == .replied }.map(\.fields.status))
        let hasDoneEvent = events.contains {
            $0.fields.name == .statusUpdated && $0.fields.status == .awaitingUserReply
        }
        let done = "awaiting_user_reply event: \(hasDoneEvent ? "yes" : "no")"
        switch (statuses, hasDoneEvent) {
        case ([.awaitingUserReply], false):
            let words = "behaves like 2.14 or 2.15, which are alike"
            return (words, ["2.14", "2.15"], "fin_replied says awaiting_user_reply; \(done)")
        case ([.awaitingUserReply], true):
            let words =
                "replies like 2.14 or 2.15 but sends the done event of 2.16, as Intercom's "
                + "guide shows for 2.15"
            return (words, ["2.14", "2.15"], "fin_replied says awaiting_user_reply; \(done)")
        case ([.replying], _):
            let words = "behaves like 2.16 or Preview, which look alike here"
            return (words, ["2.16", "Preview", "Unstable"], "fin_replied says replying; \(done)")
        case ([], true):
            let words = "behaves like 2.16 or later"
            return (words, ["2.16", "Preview", "Unstable"], "no fin_replied; \(done)")
        case ([], false):
            return ("which it behaves like is open", [], "no fin_replied came; \(done)")
        default:
            return ("behaves like no documented version", [], "statuses of fin_replied; \(done)")
        }
    }

    // MARK: - limits

    /// What the limit headers say, and what that is per minute.
    var rateLimit: ProbeFinding {
        guard let last = heads(.post).last(where: { $0.head.number("x-ratelimit-limit") != nil }),
            let limit = last.head.number("x-ratelimit-limit")
        else {
            let words = "no X-RateLimit headers: no limit is known"
            return ProbeFinding("rate limit", words, "answers to the POST")
        }
        var words = "\(ProbeText.count(limit)) calls a window"
        if let remaining = last.head.number("x-ratelimit-remaining") {
            words += ", \(ProbeText.count(remaining)) left"
        }
        let basis = "X-RateLimit headers of the last POST"
        guard let wait = resetWait(last.head, at: last.moment) else {
            return ProbeFinding("rate limit", words, "\(basis); no readable reset")
        }
        words += ", new window in \(ProbeText.span(wait))"
        // A second for the reset's rounding, one for the clocks.
        guard wait <= .seconds(12), limit <= Int.max / 6 else {
            return ProbeFinding("rate limit", words, "\(basis); its length is not 10 s")
        }
        words += "; about \(ProbeText.count(limit * 6)) a minute"
        return ProbeFinding("rate limit", words, "\(basis); windows of 10 s as documented")
    }

    /// From a response to its window's end, by this machine's clock; nil when not said.
    func resetWait(_ head: ProbeHead, at moment: ProbeMoment) -> Nanoseconds? {
        guard let reset = head.number("x-ratelimit-reset"),
            let milliseconds = Conversation.usable(
                Int64(clamping: reset).multipliedReportingOverflow(by: 1000).partialValue)
        else { return nil }
        return Nanoseconds(milliseconds * 1_000_000 - moment.unixNanoseconds)
    }

    // MARK: - clocks

    /// The server's wall clock minus ours, as far as causes and effects tell.
    ///
    /// An answer is made after `sent` and before its headers are here; an event before it is here.
    /// With server stamps cut to milliseconds, and all times Unix:
    /// `stamp - arrival <= offset < stamp + 1 ms - sent`.
    var clockOffset: ProbeFinding {
        let bounds = answerBounds
        guard let low = bounds.map(\.low).max(), let high = bounds.map(\.high).min() else {
            return ProbeFinding("clock offset", "not known", "no created_at_ms in an answer")
        }
        let spans = { (low: Int64, high: Int64) in
            "[\(ProbeText.span(Nanoseconds(low))), \(ProbeText.span(Nanoseconds(high)))]"
        }
        if low > high {
            let words = "not one: the answers' stamps contradict each other"
            return ProbeFinding("clock offset", words, "server minus this machine")
        }
        let tight = max(low, eventBound ?? low)
        if tight > high {
            let words =
                "answers \(spans(low, high)), but events are stamped later than they can be: "
                + "two server clocks"
            return ProbeFinding("clock offset", words, "server minus this machine")
        }
        return ProbeFinding(
            "clock offset", "server minus this machine in \(spans(tight, high))",
            "created_at_ms of \(ProbeText.plural(bounds.count, "answer"))"
                + "\(events.isEmpty ? "" : " and of the events"), against sent and received")
    }

    private var answerBounds: [(low: Int64, high: Int64)] {
        var bounds: [(low: Int64, high: Int64)] = []
        var sent: ProbeMoment?
        var headers: ProbeMoment?
        for entry in entries {
            switch entry.note {
            case .post:
                sent = entry.moment
                headers = nil
            case .head(let head) where head.kind == .post: headers = entry.moment
            case .answer(let answer):
                guard let stamp = answer.fields?.createdAtMilliseconds,
                    let usable = Conversation.usable(stamp), let sent, let headers
                else { continue }
                let unix = usable * 1_000_000
                bounds.append(
                    (
                        low: unix - headers.unixNanoseconds,
                        high: unix + 1_000_000 - sent.unixNanoseconds
                    ))
            default: continue
            }
        }
        return bounds
    }

    private var eventBound: Int64? {
        events.compactMap { event in
            Conversation.usable(event.fields.createdAtMilliseconds)
                .map { $0 * 1_000_000 - event.moment.unixNanoseconds }
        }.max()
    }

    // MARK: - attributes

    /// Attributes that the server did not take.
    var attributes: ProbeFinding {
        let refused = Set(answers.flatMap(\.refusedAttributes)).sorted()
        let hasErrors = answers.contains { $0.fields?.hasErrors == true }
        if !refused.isEmpty {
            let words = "\(refused.count) refused: \(refused.joined(separator: ", "))"
            return ProbeFinding("attributes", words, "errors of the answer; the call succeeded")
        }
        if hasErrors {
            let words = "errors of another shape than documented"
            return ProbeFinding("attributes", words, "errors of the answer")
        }
        let words = attributeCount == 0 ? "none sent" : "all \(attributeCount) taken"
        return ProbeFinding("attributes", words, "no errors in the answer")
    }
}
