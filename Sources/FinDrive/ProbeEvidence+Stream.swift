internal import FinLoop
internal import FinMeasure
internal import FinWire

// What the event stream shows.
extension ProbeEvidence {
    /// How events are framed: plain data lines, named, or in an envelope.
    var framing: ProbeFinding {
        let events = events.map(\.event)
        guard !events.isEmpty else {
            return ProbeFinding("framing", "not seen", "no event of Fin came")
        }
        let enveloped = events.count { $0.fields?.isEnveloped == true }
        let named = events.count {
            $0.fields?.isEnveloped != true && ($0.id != nil || !$0.type.isEmpty)
        }
        let plain = events.count - enveloped - named
        let all = "seen in \(events.count) of \(ProbeText.plural(events.count, "event"))"
        if plain == events.count {
            return ProbeFinding("framing", "plain: data lines alone", "\(all): no id, no type")
        }
        if named == events.count {
            let words = "named: id and event lines, bare JSON in data"
            return ProbeFinding("framing", words, all)
        }
        if enveloped == events.count {
            let words = "enveloped: the event is a string inside another JSON object"
            return ProbeFinding("framing", words, all)
        }
        let words = "mixed: \(plain) plain, \(named) named, \(enveloped) enveloped"
        return ProbeFinding("framing", words, "seen")
    }

    /// Whether answers come in chunks.
    var streaming: ProbeFinding {
        if turns.allSatisfy({ $0.outcome == .noStream }) && !turns.isEmpty {
            let words =
                "not granted: no sse_subscription_url, events come by webhook alone; a run that "
                + "waits for SSE would count each turn as no_stream"
            return ProbeFinding("streaming", words, "seen in the answer to the POST")
        }
        let replies = events.filter { $0.fields.name == .replied }
        let chunks = events.filter { $0.fields.name == .replyChunk }
        let chunked = Set(chunks.compactMap { $0.fields.streamID })
        let streamed = replies.count { $0.fields.streamID.map { chunked.contains($0) } ?? false }
        let words: String
        if chunks.isEmpty {
            words = replies.isEmpty ? "not seen: no chunk and no reply came" : "none: no chunk came"
        } else {
            let count = ProbeText.plural(chunks.count, "chunk")
            words = "yes: \(count) in \(ProbeText.plural(chunked.count, "stream"))"
        }
        let parts = ProbeText.plural(replies.count, "fin_replied part")
        return ProbeFinding(
            "streaming", words, "\(parts): \(streamed) streamed, \(replies.count - streamed) not")
    }

    /// What ended each turn.
    var doneSignal: ProbeFinding {
        let isInferred = turns.contains { $0.detail.flags.contains(.inferredDone) }
        let isSeen = turns.contains { $0.done != nil }
        let inferred = "inferred: no done event came, the last event's stamp counts"
        return ProbeFinding(
            "done signal", byTurn(ProbeEvidence.doneWords),
            isInferred ? inferred : isSeen ? "seen" : "")
    }

    private static func doneWords(_ turn: TurnRecord) -> String {
        guard turn.outcome.isSuccess else { return "none: \(turn.outcome.rawValue)" }
        let isClosed = turn.closed != nil
        if turn.detail.flags.contains(.inferredDone) {
            let quiet = ProbeText.span(Conversation.quiet)
            return isClosed ? "the stream's close" : "\(quiet) of quiet after the last part"
        }
        let status = turn.outcome == .done ? "awaiting_user_reply" : turn.outcome.rawValue
        let grace = ProbeText.span(Conversation.closeGrace)
        let close =
            isClosed
            ? "the server then closed the stream"
            : "the stream stayed open for another \(grace), then we hung up"
        return "event fin_status_updated \(status); \(close)"
    }

    /// How long a stream's URL may be used.
    var tokenLife: ProbeFinding {
        let tokens = dials.compactMap(\.token)
        guard let token = tokens.first else {
            return ProbeFinding("token", "the stream's URL carries none", "its query items")
        }
        guard token.isReadable, let expires = token.expires else {
            let words = "life not readable; Intercom documents 180 s"
            return ProbeFinding("token", words, token.isReadable ? "a JWT without exp" : "no JWT")
        }
        if let life = token.lifeSeconds {
            let words = "lives \(ProbeText.count(Int(clamping: life))) s from its issue"
            return ProbeFinding("token", words, "exp - iat of the JWT in the URL")
        }
        let (milliseconds, isTooFar) = expires.multipliedReportingOverflow(by: 1000)
        let words =
            "lives until \(isTooFar ? "beyond any date" : ProbeText.timeOfDay(milliseconds))"
        return ProbeFinding("token", words, "exp of the JWT in the URL, UTC")
    }

    /// Whether the URL asks the server to replay.
    var rewind: ProbeFinding {
        let words = dials.enumerated().map { number, dial in
            "stream \(number + 1): \(dial.url.rewind.map { "rewind=\($0)" } ?? "no rewind")"
        }
        return ProbeFinding("rewind", words.joined(separator: "; "), "the URLs' query")
    }

    /// Chunks that were made before the stream was open, and chunks that were missed.
    var replays: ProbeFinding {
        let words = byTurn { turn in
            guard let first = turn.firstChunkIndex else { return "no chunks" }
            let count = ProbeText.plural(Int(turn.chunks), "chunk")
            return "\(turn.replayedChunks) of \(count) replayed, first index \(first)"
        }
        return ProbeFinding(
            "replay", words, "created_at_ms against the answer's and the stream's opening")
    }

    /// Whether a broken stream could be resumed.
    var eventIDs: ProbeFinding {
        let ids = Set(allEvents.compactMap(\.id))
        if ids.isEmpty {
            return ProbeFinding("event ids", "none: a broken stream cannot be resumed", "seen")
        }
        let words = "\(ProbeText.plural(ids.count, "id")): Last-Event-ID can be sent on resume"
        let isResumed = turns.contains { $0.detail.flags.contains(.resumed) }
        return ProbeFinding(
            "event ids", words,
            isResumed ? "resumed once in this probe" : "whether it helps: not tried")
    }

    /// Signs of life of a quiet stream.
    var keepAlives: ProbeFinding {
        var comments = 0
        var retries: [Int] = []
        for entry in entries {
            if case .comments(let count) = entry.note { comments += count }
            if case .retry(let milliseconds) = entry.note { retries.append(milliseconds) }
        }
        let others = allEvents.count { $0.content == .otherType }
        let open = turns.compactMap { turn in
            turn.streamOpen.map { (turn.closed ?? turn.ended) - $0 }
        }.reduce(.zero, +)
        let types = others > 0 ? ", \(ProbeText.plural(others, "event")) of another type" : ""
        let retry = retries.last.map { ", retry asked: \(ProbeText.count($0)) ms" } ?? ""
        return ProbeFinding(
            "keepalives", ProbeText.plural(comments, "comment line") + types + retry,
            "in \(ProbeText.span(open)) of open streams; a longer quiet may bring some")
    }

    /// Names that no documentation has.
    var strangers: ProbeFinding {
        let names = events.filter { $0.fields.name == .unknown }.map(\.event.name)
        let statuses = events.filter { $0.fields.status == .unknown }.map(\.event.status)
        let fields = events.flatMap(\.event.unknownFields) + answers.flatMap(\.unknownFields)
        let unreadable = allEvents.count {
            if case .unreadable = $0.content { return true }
            return false
        }
        var words = [
            ProbeEvidence.listed("event", names), ProbeEvidence.listed("status", statuses, "es"),
            ProbeEvidence.listed("field", fields),
        ]
        if unreadable > 0 { words.append("\(ProbeText.plural(unreadable, "event")) not readable") }
        return ProbeFinding(
            "unknown", words.joined(separator: ", "), "what the documentation does not name")
    }

    /// `2 fields (a, b)`: how often, and which.
    private static func listed(
        _ noun: String, _ names: [String], _ ending: String = "s"
    ) -> String {
        if names.isEmpty { return "no \(noun)" }
        let known = Set(names).sorted()
        let shown = known.prefix(8).joined(separator: ", ") + (known.count > 8 ? ", …" : "")
        return "\(names.count) \(noun)\(names.count == 1 ? "" : ending) (\(shown))"
    }

    /// What was odd, in the words of `turns.csv`.
    var integrity: ProbeFinding {
        let benign: TurnFlags = [.inferredDone, .subscriptionBound, .resumed]
        let words = byTurn { turn in
            let names = turn.detail.flags.subtracting(benign).setNames
            return names.isEmpty ? "nothing odd" : names.joined(separator: ", ")
        }
        return ProbeFinding("integrity", words, "the checks of a run")
    }
}
