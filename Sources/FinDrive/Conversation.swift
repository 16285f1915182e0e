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
///
/// posting ─429 that may wait→ limited ─reset→ posting
/// posting ─200, webhooks alone→ listening ─done, reply→ over
/// ```
struct Conversation: Sendable {
    /// Where the current turn stands.
    enum State: Sendable {
        case waiting, posting, limited, dialing, streaming, listening, closing, over
    }

    /// What the loop is to do now.
    enum Action: Sendable, Equatable {
        case none
        /// Post the turn again: the rate limit's window has begun anew.
        case postAgain
        /// Open the event stream on this URL.
        case openStream(String)
        /// Open it again, from where it broke.
        case resumeStream
        /// Give it the webhooks that came before the answer to its POST.
        case listen
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
        /// Whether the event was the turn's own, and came while the turn could take it.
        var isTaken = false
        /// Whether this event was the done signal.
        var isDone = false
    }

    /// How long a stream is left open after the done signal, for the server to close it.
    static let closeGrace = Nanoseconds.milliseconds(250)
    /// 2.14 and 2.15 have no done signal: so much quiet after a part stands for it.
    static let quiet = Nanoseconds.seconds(2)

    var state = State.over
    var record = TurnRecord()
    /// The conversation's id as it must stand in its events.
    let identity: TextDigest
    let turnCount: Int
    let timeouts: Profile.Timeouts

    /// The text of the last chunk, as length and digest.
    var mark = TextMark()
    var tracks = StreamTracks()
    var replies = SeenReplies()
    var streamURL = ""
    var streamStatus = 0
    var isEventStream = false
    /// Whether the stream begins with what was sent before it was opened.
    var isRewound = false
    var hasEventIDs = false
    var isResumed = false
    /// When the resumed stream was open.
    var resumedAt: Instant?
    var isDecided = false
    var lastActivity = Instant(nanoseconds: 0)
    var lastInstant = Instant(nanoseconds: 0)
    /// The arrival of the last event of ours.
    var lastEvent = Instant(nanoseconds: 0)
    var quietSince: Instant?
    /// When the POST that counts was handed over: the last one, where the first had to wait.
    var posted = Instant(nanoseconds: 0)
    /// When a POST that was answered 429 is sent again.
    var retryAt = Instant.never
    /// How often the present turn's POST was put off so.
    private(set) var waitCount = 0
    var closingDeadline = Instant.never
    /// When the loop came to know that the turn was done; the next turn cannot be planned before.
    var doneKnown = Instant(nanoseconds: 0)
    /// How long webhooks are waited for where they alone tell of turns; nil: streams do.
    let webhookGrace: Nanoseconds?
    /// Webhooks that came before the answer to their POST; see `Conversation+Webhooks`.
    var early: [WebhookArrival] = []
    // The server's clock at the done signal that came by webhook: of this turn, and of the one before.
    var doneCreated = Int64.min
    var lastDoneCreated = Int64.min

    init(
        identity: TextDigest, turnCount: Int, timeouts: Profile.Timeouts,
        webhookGrace: Nanoseconds? = nil
    ) {
        self.identity = identity
        self.turnCount = turnCount
        self.timeouts = timeouts
        self.webhookGrace = webhookGrace
    }

    /// Whether a turn is under way.
    var isOpen: Bool { state != .waiting && state != .over }

    /// Whether the turn ended in a way that lets the user write again.
    var canGoOn: Bool { letsNextTurnBegin && Int(record.turn) < turnCount }

    /// When the next turn is planned: when the user has thought, or as soon as the end was known.
    func nextPlanned(afterThinking think: Nanoseconds) -> Instant {
        max((record.done ?? record.ended) + think, doneKnown)
    }

    // MARK: - a turn

    /// Plans the next turn; the first one too.
    mutating func plan(_ turn: TurnRecord) {
        precondition(state == .over, "a turn is planned when the one before it is over")
        record = turn
        record.isWebhookOnly = webhookGrace != nil
        state = .waiting
        mark = TextMark()
        tracks.removeAll()
        replies.removeAll()
        streamURL = ""
        streamStatus = 0
        isEventStream = false
        hasEventIDs = false
        isResumed = false
        resumedAt = nil
        isDecided = false
        quietSince = nil
        waitCount = 0
        closingDeadline = .never
        lastDoneCreated = doneCreated
        if !early.isEmpty { early.removeAll(keepingCapacity: true) }
    }

    /// The POST is handed over now.
    mutating func begin(at now: Instant) {
        precondition(state == .waiting, "a turn begins once")
        state = .posting
        record.sent = now
        posted = now
        lastInstant = now
    }

    /// The POST is handed over again, after a 429; the turn stays anchored where it was.
    mutating func postAgain(at now: Instant) {
        precondition(state == .limited, "only a turn that was limited is posted again")
        state = .posting
        posted = now
        // What the 429 said is not the answer.
        record.httpStatus = 0
        record.responseHeaders = nil
        record.requestID = ShortText()
        lastInstant = max(now, lastInstant)
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
        case .posting: return min(posted + timeouts.response, turnEnd)
        case .limited: return retryAt
        case .closing: return closingDeadline
        case .listening where record.done != nil: return min(closingDeadline, turnEnd)
        case .dialing, .streaming, .listening:
            if let quietSince { return min(quietSince + Conversation.quiet, turnEnd) }
            if !hasAnswer { return min(posted + timeouts.firstChunk, turnEnd) }
            return min(lastActivity + timeouts.idle, turnEnd)
        }
    }

    var hasAnswer: Bool { record.firstChunk != nil || record.firstReplied != nil }

    /// The deadline passed.
    mutating func expire(at now: Instant) -> Action {
        guard now >= deadline, let sent = record.sent else { return .none }
        if state == .closing { return .hangUp }
        if state == .limited { return .postAgain }
        if state == .listening { return expireListening(at: now, sent: sent) }
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
        case .waiting, .limited:
            decide(.cut, cause, at: now)
            state = .over
            return .turnOver
        case .posting, .dialing, .streaming:
            decide(.cut, cause, at: now)
            return .hangUp
        case .listening:
            if !isDecided { decide(.cut, cause, at: now) }
            return finish()
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
    ///   - retry: when a 429 may be followed by another POST; nil: it is an outcome.
    ///   - callIsTaken: for a call, whether its operation took the body; nil for anything else.
    ///   - isAllowed: whether the stream's URL may be dialled.
    mutating func postFinished(
        _ result: TransferResult, fields: ResponseFields?, retry: Instant? = nil,
        callIsTaken: Bool? = nil, isAllowed: (String) -> Bool
    ) -> Action {
        record.isPostReused = result.isReused
        record.postDNS = result.dns
        record.postTCP = result.tcp
        record.postTLS = result.tls
        if isDecided { return finish() }
        guard result.end == .complete else { return fail(result.end, .post, at: result) }
        record.response = advance(result.stamp)
        if record.httpStatus == 429, let retry, wait(until: retry) { return .none }
        if let callIsTaken { return callFinished(result, isTaken: callIsTaken) }
        if record.httpStatus != 200 { return refuse(.post, record.httpStatus, at: result) }
        guard let fields else { return fail(.protocolError, .malformedResponse, at: result) }
        record.serverResponse = Conversation.usable(fields.createdAtMilliseconds)
        if fields.status == .unknown { record.detail.flags.insert(.unknownStatus) }
        if webhookGrace != nil {
            state = .listening
            lastActivity = result.stamp.callback
            return .listen
        }
        guard let url = fields.subscriptionURL else {
            return fail(.noStream, .none, at: result)
        }
        guard isAllowed(url) else { return fail(.refusedURL, .stream, at: result) }
        state = .dialing
        streamURL = url
        isRewound = record.kind == .message ? record.turn == 1 : url.contains("rewind=")
        return .openStream(url)
    }

    /// Waits for the rate limit's reset, unless the turn would be over by then.
    private mutating func wait(until retry: Instant) -> Bool {
        guard let sent = record.sent, retry < sent + timeouts.turn else { return false }
        state = .limited
        retryAt = retry
        waitCount += 1
        record.response = nil
        record.detail.flags.insert(.waited429)
        return true
    }

    // MARK: - endings

    /// Takes an instant of the network: never earlier than the one before it in this turn.
    mutating func advance(_ stamp: ArrivalStamp) -> Instant {
        if !stamp.isKernel { record.isKernelStamped = false }
        lastInstant = max(lastInstant, stamp.instant)
        return lastInstant
    }

    mutating func decide(_ outcome: Outcome, _ cause: OutcomeCause, at now: Instant) {
        record.outcome = outcome
        record.detail.cause = cause
        record.ended = now
        isDecided = true
    }

    mutating func fail(
        _ outcome: Outcome, _ cause: OutcomeCause, at result: TransferResult
    ) -> Action {
        decide(outcome, cause, at: result.stamp.callback)
        return finish()
    }

    mutating func fail(
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
    mutating func refuse(
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

    mutating func finish() -> Action {
        state = .over
        return .turnOver
    }
}
