internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

/// The probed conversation without its sockets: what arrives goes in, notes and actions come out.
///
/// It decides nothing itself: parser, scanner and state machine are the load thread's.
struct ProbeSession: ~Copyable {
    /// Notes at the most; what comes after is counted.
    static let entryLimit = 20_000

    private(set) var conversation: Conversation
    /// Everything that happened, in order.
    private(set) var entries: [ProbeEntry] = []
    /// Notes that found no room.
    private(set) var lostCount = 0
    /// Unix minus monotonic nanoseconds, as sampled last.
    var wallOffset: Int64 = 0

    private var parser = EventParser()
    private var collector = ProbeCollector()
    private var streamGuard: StreamGuard
    private var head = ProbeHead()
    private var body: [UInt8] = []
    private var byteCount = 0
    private var retry: Int?
    private var lastRead: ArrivalStamp?

    /// A conversation that is about to have its first turn.
    init(
        identity: TextDigest, turnCount: Int, timeouts: Profile.Timeouts, isLive: Bool
    ) {
        conversation = Conversation(
            identity: identity, turnCount: turnCount, timeouts: timeouts)
        streamGuard = StreamGuard(isLive: isLive)
    }

    /// The ID to resume a broken stream from, fit for a header line.
    var lastEventID: String {
        var copy: [UInt8] = []
        let bytes = parser.lastEventID
        for index in bytes.indices where bytes[index] >= 0x20 && bytes[index] != 0x7F {
            copy.append(bytes[index])
        }
        return String(decoding: copy, as: UTF8.self)
    }

    private mutating func add(_ note: ProbeNote, _ moment: ProbeMoment) {
        guard entries.count < ProbeSession.entryLimit else {
            lostCount += 1
            return
        }
        entries.append(
            ProbeEntry(turn: Int(conversation.record.turn), moment: moment, note: note))
    }

    private func moment(_ stamp: ArrivalStamp) -> ProbeMoment {
        ProbeMoment(stamp, wallOffset: wallOffset)
    }

    private func moment(own now: Instant) -> ProbeMoment {
        ProbeMoment(own: now, wallOffset: wallOffset)
    }

    // MARK: - what we do

    /// Plans a turn; the conversation then waits.
    mutating func plan(_ turn: TurnRecord) {
        conversation.plan(turn)
        collector.mark = TextMark()
    }

    /// The user thinks until the planned instant.
    mutating func think(_ span: Nanoseconds, at now: Instant) {
        add(.think(span), moment(own: now))
    }

    /// The POST of the planned turn is handed over now.
    mutating func begin(_ url: String, byteCount: Int, at now: Instant) {
        conversation.begin(at: now)
        startTransfer(.post)
        add(.post(ProbeURL(url), byteCount: byteCount), moment(own: now))
    }

    /// The stream is dialled now, for the first time or again.
    mutating func dial(_ url: String, isResumed: Bool, at now: Instant) {
        parser.reset(keepsLastEventID: isResumed)
        retry = nil
        startTransfer(.stream)
        conversation.dialled(at: now)
        let token = ProbeURL.token(of: url).map { ProbeToken($0, &collector.scanner) }
        add(.dial(ProbeURL(url), token, isResumed: isResumed), moment(own: now))
    }

    private mutating func startTransfer(_ kind: TransferKind) {
        head = ProbeHead()
        head.kind = kind
        body.removeAll()
        byteCount = 0
    }

    /// The conversation's deadline passed.
    mutating func expire(at now: Instant) -> Conversation.Action { conversation.expire(at: now) }

    /// Somebody wants the probe to end.
    mutating func cut(at now: Instant) -> Conversation.Action {
        conversation.cut(.interrupted, at: now)
    }

    /// The turn is over; its record is complete.
    mutating func turnOver(at now: Instant) {
        add(.over(conversation.record), moment(own: now))
    }

    // MARK: - what arrives

    /// One header line.
    mutating func take(headerLine line: Span<UInt8>) { head.take(line) }

    /// The head of the response is complete.
    ///
    /// - Returns: whether to go on.
    mutating func headers(_ kind: TransferKind, status: Int, at stamp: ArrivalStamp) -> Bool {
        head.status = status
        add(.head(head), moment(stamp))
        if kind == .post {
            conversation.postHeaders(status: status, at: stamp)
            return true
        }
        return conversation.streamHeaders(
            status: status, isEventStream: head.isEventStream, at: stamp)
    }

    /// Bytes of a body.
    ///
    /// - Returns: what the conversation asks for, in order.
    mutating func bytes(
        _ kind: TransferKind, _ bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> [Conversation.Action] {
        byteCount += bytes.count
        if kind == .stream && conversation.state != .dialing { return feed(bytes, stamp) }
        for index in bytes.indices where body.count <= LoadThread.responseLimit {
            body.append(bytes[index])
        }
        return []
    }

    private mutating func feed(
        _ bytes: Span<UInt8>, _ stamp: ArrivalStamp
    ) -> [Conversation.Action] {
        conversation.streamBytes(bytes.count, at: stamp)
        collector.events.removeAll()
        let commentCount = parser.commentCount
        var overflow: WireError?
        do throws(WireError) { try parser.feed(bytes, to: &collector) } catch { overflow = error }
        if parser.commentCount > commentCount {
            add(.comments(Int(parser.commentCount - commentCount)), moment(stamp))
        }
        noteRetry(stamp)
        var actions = takeEvents(stamp)
        if let overflow {
            add(.overflow(overflow), moment(stamp))
            actions.append(conversation.streamOverflow(at: stamp))
        }
        return actions
    }

    private mutating func noteRetry(_ stamp: ArrivalStamp) {
        guard let asked = parser.retryMilliseconds, asked != retry else { return }
        retry = asked
        add(.retry(asked), moment(stamp))
    }

    private mutating func takeEvents(_ stamp: ArrivalStamp) -> [Conversation.Action] {
        let events = collector.events
        // An event that libcurl handed over by itself, in front of others of its read, is not known to be
        // one of several.
        let isContinued = lastRead.map { stamp.isSameRead(as: $0) } ?? false
        if events.contains(where: { $0.content != .otherType }) { lastRead = stamp }
        let isCoalesced = events.count { $0.content != .otherType } > (isContinued ? 0 : 1)
        return events.map { event in
            var event = event
            event.isCoalesced = isCoalesced
            if event.id != nil { conversation.sawEventID() }
            let replayed = conversation.record.replayedChunks
            let action = take(event, stamp)
            event.isReplayed = conversation.record.replayedChunks > replayed
            add(.event(event), moment(stamp))
            return action
        }
    }

    private mutating func take(
        _ event: ProbeEvent, _ stamp: ArrivalStamp
    ) -> Conversation.Action {
        switch event.content {
        case .fields(let fields):
            return conversation.take(fields, at: stamp, isCoalesced: event.isCoalesced).action
        case .unreadable:
            conversation.malformedEvent()
            return .none
        case .failure(let error): return conversation.streamError(error, at: stamp)
        case .otherType: return .none
        }
    }

    /// A transfer is over.
    mutating func finished(
        _ kind: TransferKind, _ result: TransferResult
    ) -> Conversation.Action {
        let moment = moment(result.stamp)
        let isRead = result.end == .complete && (kind == .post || head.status != 200)
        let answer = isRead ? answer() : nil
        if let answer { add(.answer(answer), moment) }
        add(
            .finished(kind, result.end, ProbeConnection(result), byteCount: byteCount), moment)
        switch kind {
        case .post:
            return conversation.postFinished(result, fields: answer?.fields) {
                streamGuard.allows($0)
            }
        case .stream: return conversation.streamFinished(result)
        }
    }

    private mutating func answer() -> ProbeAnswer {
        let isTooLong = body.count > LoadThread.responseLimit
        let read = isTooLong ? [] : body
        var answer = ProbeAnswer(read.span, status: head.status, &collector.scanner)
        answer.byteCount = byteCount
        return answer
    }
}
