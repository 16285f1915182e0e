internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

/// One conversation as a state machine: events in, an action out, no I/O, no clock.
///
/// ```
/// waiting ─begin→ posting ─200+url→ dialing ─200→ streaming ─done→ closing ─end→ over
///    ▲               │                 ▲              │ broke, ids seen               │
///    │               │ anything else   └──── resume ──┘                               │
///    │               ▼                                                                │
///    └── next turn ─ over ◀──────────── refused, timed out, broken off, cut ──────────┘
/// ```
struct Conversation: Sendable {
    /// Where the current turn stands.
    enum State: Sendable { case waiting, posting, dialing, streaming, closing, over }

    /// What the loop is to do now.
    enum Action: Sendable, Equatable {
        case none
        /// Open the event stream on this URL.
        case openStream(String)
        /// Open it again, from where it broke.
        case resumeStream
        /// End the transfer that runs; its end comes back as an event.
        case hangUp
        /// The turn's record is complete.
        case turnOver
    }

    /// What one event of the stream gives to measure beside the turn's record.
    struct Effect: Sendable {
        var action = Action.none
        var chunkGap: Nanoseconds?
        var serverChunkGap: Nanoseconds?
        var swapDelay: Nanoseconds?
        /// The event's `created_at_ms`, when its delivery may be measured.
        var deliveryCreated: Int64?
        var isFirstChunk = false
    }

    /// How long a stream is left open after the done signal, for the server to close it.
    static let closeGrace = Nanoseconds.milliseconds(250)
    /// 2.14 and 2.15 have no done signal: so much quiet after a part stands for it.
    static let quiet = Nanoseconds.seconds(2)

    private(set) var state = State.over
    var record = TurnRecord()
    /// The conversation's id as it must stand in its events.
    let identity: TextDigest
    let turnCount: Int
    private let timeouts: Profile.Timeouts

    /// The text of the last chunk, as length and digest.
    var mark = TextMark()
    private var tracks = StreamTracks()
    private var replies = SeenReplies()
    private var streamURL = ""
    private var streamStatus = 0
    private var isEventStream = false
    private var hasEventIDs = false
    private var isResumed = false
    private var isDecided = false
    private var lastActivity = Instant(nanoseconds: 0)
    private var lastInstant = Instant(nanoseconds: 0)
    private var quietSince: Instant?
    private var closingDeadline = Instant.never
    /// When the loop came to know that the turn was done; the next turn cannot be planned before.
    private(set) var doneKnown = Instant(nanoseconds: 0)

    init(identity: TextDigest, turnCount: Int, timeouts: Profile.Timeouts) {
        self.identity = identity
        self.turnCount = turnCount
        self.timeouts = timeouts
    }

    /// Whether the turn ended in a way that lets the user write again.
    var canGoOn: Bool { record.outcome == .done && Int(record.turn) < turnCount }

    // MARK: - a turn

    /// Plans the next turn; the first one too.
    mutating func plan(_ turn: TurnRecord) {
        precondition(state == .over, "a turn is planned when the one before it is over")
        record = turn
        state = .waiting
        mark = TextMark()
        tracks.removeAll()
        replies.removeAll()
        streamURL = ""
        streamStatus = 0
        isEventStream = false
        hasEventIDs = false
        isResumed = false
        isDecided = false
        quietSince = nil
        closingDeadline = .never
    }

    /// The POST is handed over now.
    mutating func begin(at now: Instant) {
        precondition(state == .waiting, "a turn begins once")
        state = .posting
        record.sent = now
        lastInstant = now
    }

    /// The turn is not begun at all.
    mutating func block(_ cause: OutcomeCause, at now: Instant) {
        precondition(state == .waiting, "only a turn that waits can be blocked")
        decide(.blocked, cause, at: now)
        state = .over
    }

    /// When something must have happened; the loop calls `expire` then.
    var deadline: Instant {
        guard let sent = record.sent else { return .never }
        let turnEnd = sent + timeouts.turn
        switch state {
        case .waiting, .over: return .never
        case .posting: return min(sent + timeouts.response, turnEnd)
        case .closing: return closingDeadline
        case .dialing, .streaming:
            if let quietSince { return min(quietSince + Conversation.quiet, turnEnd) }
            if !hasAnswer { return min(sent + timeouts.firstChunk, turnEnd) }
            return min(lastActivity + timeouts.idle, turnEnd)
        }
    }

    private var hasAnswer: Bool { record.firstChunk != nil || record.firstReplied != nil }

    /// The deadline passed.
    mutating func expire(at now: Instant) -> Action {
        guard now >= deadline, let sent = record.sent else { return .none }
        if state == .closing { return .hangUp }
        if let quietSince, now >= quietSince + Conversation.quiet {
            inferDone(known: now)
            return .hangUp
        }
        let cause: OutcomeCause =
            if now >= sent + timeouts.turn {
                .turnTimeout
            } else if state == .posting {
                .responseTimeout
            } else {
                hasAnswer ? .idleTimeout : .firstChunkTimeout
            }
        decide(.timeout, cause, at: now)
        return .hangUp
    }

    /// We end the turn: Ctrl-C, the end of the drain, a stop rule.
    mutating func cut(_ cause: OutcomeCause, at now: Instant) -> Action {
        switch state {
        case .over: return .none
        case .waiting:
            decide(.cut, cause, at: now)
            state = .over
            return .turnOver
        case .posting, .dialing, .streaming:
            decide(.cut, cause, at: now)
            return .hangUp
        case .closing: return .hangUp
        }
    }

    // MARK: - the POST

    mutating func postHeaders(status: Int, at stamp: ArrivalStamp) {
        record.httpStatus = UInt16(clamping: status)
        record.responseHeaders = advance(stamp)
    }

    /// The POST is over.
    ///
    /// - Parameters:
    ///   - fields: the parsed body; nil when it is no JSON object of the expected shape.
    ///   - isAllowed: whether the stream's URL may be dialled.
    mutating func postFinished(
        _ result: TransferResult, fields: ResponseFields?, isAllowed: (String) -> Bool
    ) -> Action {
        record.isPostReused = result.isReused
        record.postDNS = result.dns
        record.postTCP = result.tcp
        record.postTLS = result.tls
        if isDecided { return finish() }
        guard result.end == .complete else { return fail(result.end, .post, at: result) }
        record.response = advance(result.stamp)
        if record.httpStatus != 200 { return refuse(.post, record.httpStatus, at: result) }
        guard let fields else { return fail(.protocolError, .malformedResponse, at: result) }
        record.serverResponse = fields.createdAtMilliseconds
        if fields.status == .unknown { record.detail.flags.insert(.unknownStatus) }
        guard let url = fields.subscriptionURL else {
            return fail(.noStream, .none, at: result)
        }
        guard isAllowed(url) else { return fail(.refusedURL, .stream, at: result) }
        state = .dialing
        streamURL = url
        return .openStream(url)
    }

    // MARK: - the stream

    /// The SSE GET is handed over now.
    mutating func dialled(at now: Instant) {
        precondition(state == .dialing, "a stream is dialled after its response")
        if record.streamDial == nil { record.streamDial = max(now, lastInstant) }
        lastActivity = now
        lastInstant = max(now, lastInstant)
    }

    /// The URL of the stream, as the server gave it.
    var url: String { streamURL }

    mutating func streamHeaders(status: Int, isEventStream: Bool, at stamp: ArrivalStamp) -> Bool {
        streamStatus = status
        self.isEventStream = isEventStream
        let instant = advance(stamp)
        guard status == 200, isEventStream, state == .dialing else { return status != 200 }
        if record.streamOpen == nil { record.streamOpen = instant }
        state = .streaming
        return true
    }

    /// Bytes came on the stream, events in them or not: it lives.
    mutating func streamBytes(_ count: Int, at stamp: ArrivalStamp) {
        record.bytes += UInt64(count)
        lastActivity = stamp.callback
    }

    /// The event stream reported an error of its own.
    mutating func streamError(_ error: ErrorFields?, at stamp: ArrivalStamp) -> Action {
        if isDecided { return .none }
        let number = error?.number ?? 0
        // 40140 to 40149 speak of the token; so does a bare 401.
        let isToken = (40140...40149).contains(number) || error?.statusCode == 401
        decide(isToken ? .tokenExpired : .protocolError, .errorEvent, at: stamp.callback)
        return .hangUp
    }

    /// The event stream broke a limit of the parser.
    mutating func streamOverflow(at stamp: ArrivalStamp) -> Action {
        if isDecided { return .none }
        decide(.protocolError, .oversizedEvent, at: stamp.callback)
        return .hangUp
    }

    /// Notes that the stream gives its events ids: it can be resumed.
    mutating func sawEventID() { hasEventIDs = true }

    /// Data that is no event of ours: skipped, and said.
    mutating func malformedEvent() { record.detail.flags.insert(.malformedEvent) }

    mutating func take(
        _ event: EventFields, at stamp: ArrivalStamp, isCoalesced: Bool
    ) -> Effect {
        var effect = Effect()
        if event.duplicateKeys > 0 { record.detail.flags.insert(.duplicateKey) }
        if event.wrongTypes > 0 { record.detail.flags.insert(.malformedEvent) }
        if let id = event.conversationID, id != identity {
            record.detail.flags.insert(.foreignEvent)
            return effect
        }
        let instant = advance(stamp)
        if quietSince != nil { quietSince = stamp.callback }
        switch event.name {
        case .none: record.detail.flags.insert(.malformedEvent)
        case .unknown, .csatRequested: break
        case .replyChunk: takeChunk(event, instant, isCoalesced, &effect)
        case .replied: takeReply(event, instant, stamp, isCoalesced, &effect)
        case .statusUpdated: takeStatus(event, instant, stamp)
        }
        return effect
    }

    private mutating func takeChunk(
        _ event: EventFields, _ instant: Instant, _ isCoalesced: Bool, _ effect: inout Effect
    ) {
        let stream = event.streamID ?? TextDigest("")
        let place = tracks.index(of: stream)
        if state == .closing || place.map({ tracks[$0].isReplied }) == true {
            record.detail.flags.insert(.lateChunk)
            return
        }
        let index = event.chunkIndex ?? -1
        let isReplayed = isReplayed(event.createdAtMilliseconds)
        let isTimed = !isCoalesced && !isReplayed
        switch event.continuity {
        case .shrank: record.detail.flags.insert(.textShrank)
        case .diverged: record.detail.flags.insert(.textDiverged)
        case .none, .first, .extended, .same: break
        }
        if let place {
            checkIndex(index, after: tracks[place].lastIndex)
            if isTimed && tracks[place].isLastTimed {
                effect.chunkGap = instant - tracks[place].lastChunk
                if let created = event.createdAtMilliseconds,
                    let before = tracks[place].lastCreated
                {
                    effect.serverChunkGap = .milliseconds(created - before)
                }
            }
            tracks[place].lastIndex = max(index, tracks[place].lastIndex)
            tracks[place].lastChunk = instant
            tracks[place].lastCreated = event.createdAtMilliseconds
            tracks[place].isLastTimed = isTimed
        } else {
            checkFirstIndex(index)
            tracks.append(
                StreamTrack(
                    stream: stream, lastIndex: index, lastChunk: instant,
                    lastCreated: event.createdAtMilliseconds, isLastTimed: isTimed))
        }
        count(event, instant, index, isCoalesced, isReplayed, &effect)
    }

    private mutating func count(
        _ event: EventFields, _ instant: Instant, _ index: Int32, _ isCoalesced: Bool,
        _ isReplayed: Bool, _ effect: inout Effect
    ) {
        record.chunks += 1
        if isCoalesced { record.coalescedChunks += 1 }
        if isReplayed { record.replayedChunks += 1 } else { delivered(event, &effect) }
        record.lastChunk = instant
        guard record.firstChunk == nil else { return }
        record.firstChunk = instant
        record.firstChunkIndex = index
        record.serverFirstChunk = event.createdAtMilliseconds
        if isReplayed { record.detail.flags.insert(.subscriptionBound) }
        effect.isFirstChunk = true
    }

    private func delivered(_ event: EventFields, _ effect: inout Effect) {
        effect.deliveryCreated = event.createdAtMilliseconds
    }

    private mutating func checkIndex(_ index: Int32, after last: Int32) {
        if index > last + 1 { record.detail.flags.insert(.indexGap) }
        if index <= last { record.detail.flags.insert(.duplicateChunk) }
    }

    private mutating func checkFirstIndex(_ index: Int32) {
        guard index != 0 else { return }
        // The turn's very first chunk: earlier ones were sent before we had subscribed.
        record.detail.flags.insert(record.firstChunk == nil ? .lateSubscription : .indexGap)
    }

    /// Whether an event was made before the stream was open, each difference on one clock.
    private func isReplayed(_ created: Int64?) -> Bool {
        guard record.turn == 1, let created, let response = record.serverResponse,
            let open = record.streamOpen, let headers = record.responseHeaders
        else { return false }
        let onServer = Nanoseconds.milliseconds(created - response)
        // Server stamps are whole milliseconds: what lies within one counts as replayed.
        return onServer <= (open - headers) + .milliseconds(1)
    }

    private mutating func takeReply(
        _ event: EventFields, _ instant: Instant, _ stamp: ArrivalStamp, _ isCoalesced: Bool,
        _ effect: inout Effect
    ) {
        if let id = event.messageID, !replies.insert(id) {
            record.detail.flags.insert(.duplicateReply)
            return
        }
        if let stream = event.streamID { closeTrack(stream, instant, isCoalesced, &effect) }
        guard state != .closing else { return }
        if !isReplayed(event.createdAtMilliseconds) { delivered(event, &effect) }
        if record.firstReplied == nil { record.firstReplied = instant }
        record.lastReplied = instant
        // Before 2.16 this status is all there is to say that the turn may be over.
        if event.status == .awaitingUserReply { quietSince = stamp.callback }
    }

    private mutating func closeTrack(
        _ stream: TextDigest, _ instant: Instant, _ isCoalesced: Bool, _ effect: inout Effect
    ) {
        guard let place = tracks.index(of: stream) else {
            record.detail.flags.insert(.orphanStream)
            return
        }
        if !isCoalesced && tracks[place].isLastTimed && !tracks[place].isReplied {
            effect.swapDelay = instant - tracks[place].lastChunk
        }
        tracks[place].isReplied = true
    }

    private mutating func takeStatus(
        _ event: EventFields, _ instant: Instant, _ stamp: ArrivalStamp
    ) {
        switch event.status {
        case .awaitingUserReply: finishTurn(.done, .none, instant, stamp.callback)
        case .escalated:
            finishTurn(.escalated, OutcomeCause(event.reason), instant, stamp.callback)
        case .resolved: finishTurn(.resolved, .none, instant, stamp.callback)
        case .complete: finishTurn(.complete, .none, instant, stamp.callback)
        case .unknown: record.detail.flags.insert(.unknownStatus)
        case .none, .thinking, .replying: break
        }
    }

    /// The done signal: the first one counts, `complete` after `escalated` says nothing new.
    private mutating func finishTurn(
        _ outcome: Outcome, _ cause: OutcomeCause, _ instant: Instant, _ known: Instant
    ) {
        guard !isDecided else { return }
        decide(outcome, cause, at: known)
        record.done = instant
        doneKnown = known
        quietSince = nil
        state = .closing
        closingDeadline = known + Conversation.closeGrace
    }

    /// No done signal came, but the part that may be the last one did, then the end or quiet.
    private mutating func inferDone(known: Instant) {
        record.detail.flags.insert(.inferredDone)
        finishTurn(.done, .none, lastInstant, known)
    }

    /// The stream is over.
    mutating func streamFinished(_ result: TransferResult) -> Action {
        if record.streamOpen == nil || !isResumed {
            record.isStreamReused = result.isReused
            record.streamDNS = result.dns
            record.streamTCP = result.tcp
            record.streamTLS = result.tls
        }
        if result.end != .hungUp && isEventStream { record.closed = advance(result.stamp) }
        if !isDecided && quietSince != nil { inferDone(known: result.stamp.callback) }
        if isDecided { return finish() }
        return broken(result)
    }

    /// The stream ended before the turn was done.
    private mutating func broken(_ result: TransferResult) -> Action {
        if streamStatus != 0 && streamStatus != 200 {
            return refuse(.stream, UInt16(clamping: streamStatus), at: result)
        }
        if streamStatus == 200 && !isEventStream {
            return fail(.protocolError, .notEventStream, at: result)
        }
        if streamStatus == 200 && hasEventIDs && !isResumed {
            isResumed = true
            record.detail.flags.insert(.resumed)
            state = .dialing
            streamStatus = 0
            return .resumeStream
        }
        if streamStatus == 200 { return fail(.closedBeforeDone, .stream, at: result) }
        return fail(result.end, .stream, at: result)
    }

    // MARK: - endings

    /// Takes an instant of the network: never earlier than the one before it in this turn.
    private mutating func advance(_ stamp: ArrivalStamp) -> Instant {
        if !stamp.isKernel { record.isKernelStamped = false }
        lastInstant = max(lastInstant, stamp.instant)
        return lastInstant
    }

    private mutating func decide(_ outcome: Outcome, _ cause: OutcomeCause, at now: Instant) {
        record.outcome = outcome
        record.detail.cause = cause
        record.ended = now
        isDecided = true
    }

    private mutating func fail(
        _ outcome: Outcome, _ cause: OutcomeCause, at result: TransferResult
    ) -> Action {
        decide(outcome, cause, at: result.stamp.callback)
        return finish()
    }

    private mutating func fail(
        _ end: TransferEnd, _ stage: OutcomeCause, at result: TransferResult
    ) -> Action {
        let outcome: Outcome =
            switch end {
            case .connectFailed: .connectFailed
            case .connectTimeout: .timeout
            case .tlsFailed: .tlsFailed
            case .connectionLost, .complete: .connectionLost
            case .notHTTP: .protocolError
            case .hungUp: preconditionFailure("we hung up a turn without a reason")
            }
        return fail(outcome, end == .connectTimeout ? .connectTimeout : stage, at: result)
    }

    /// An HTTP status that is not 200.
    private mutating func refuse(
        _ stage: OutcomeCause, _ status: UInt16, at result: TransferResult
    ) -> Action {
        record.detail.httpStatus = status
        let outcome: Outcome =
            switch (stage, status) {
            case (_, 429): .rateLimited
            case (.stream, 401): .tokenExpired
            default: .httpError
            }
        return fail(outcome, stage, at: result)
    }

    private mutating func finish() -> Action {
        state = .over
        return .turnOver
    }
}

extension OutcomeCause {
    /// Why Fin escalated, in our words.
    init(_ reason: EventFields.Reason) {
        self =
            switch reason {
            case .none: .none
            case .requestedByUser: .requestedByUser
            case .requestedByAPI: .requestedByAPI
            case .rule: .rule
            case .ruleMatched: .ruleMatched
            case .routedToTeam: .routedToTeam
            case .finishedWithoutResolution: .finishedWithoutResolution
            case .other: .otherReason
            }
    }
}
