internal import FinLoop
internal import FinMeasure
internal import FinWire

// The events of the stream, from the dial to its end.
extension Conversation {
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
        if isResumed { resumedAt = instant }
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
        _ fields: EventFields, at stamp: ArrivalStamp, isCoalesced: Bool
    ) -> Effect {
        var effect = Effect()
        // The turn failed earlier in this read: what follows cannot change its record.
        if isDecided && state != .closing { return effect }
        var event = fields
        event.createdAtMilliseconds = Conversation.usable(fields.createdAtMilliseconds)
        if event.createdAtMilliseconds != fields.createdAtMilliseconds { malformedEvent() }
        if event.duplicateKeys > 0 { record.detail.flags.insert(.duplicateKey) }
        if event.wrongTypes > 0 { record.detail.flags.insert(.malformedEvent) }
        if let id = event.conversationID, id != identity {
            record.detail.flags.insert(.foreignEvent)
            return effect
        }
        effect.isTaken = true
        let instant = advance(stamp)
        lastEvent = instant
        if quietSince != nil { quietSince = stamp.callback }
        switch event.name {
        case .none: record.detail.flags.insert(.malformedEvent)
        case .unknown, .csatRequested: break
        case .replyChunk: takeChunk(event, instant, isCoalesced, &effect)
        case .replied: takeReply(event, instant, stamp, isCoalesced, &effect)
        case .statusUpdated:
            let wasClosing = state == .closing
            takeStatus(event, instant, stamp)
            effect.isDone = state == .closing && !wasClosing
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
        let last = place.map { tracks[$0].lastIndex }
        // A repeat is no arrival: neither end of a gap, nor a chunk more.
        if let last, event.chunkIndex != nil, index == last || (index < last && isResumed) {
            return checkIndex(index, after: last)
        }
        let isReplayed = isReplayed(event.createdAtMilliseconds)
        // One that comes late, out of its order, is no end of a gap, and its text no loss.
        let isInOrder = last.map { index > $0 } ?? true
        let isTimed = !isCoalesced && !isReplayed && isInOrder
        if isInOrder { checkText(event.continuity) }
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

    func delivered(_ event: EventFields, _ effect: inout Effect) {
        effect.deliveryCreated = event.createdAtMilliseconds
    }

    private mutating func checkText(_ continuity: TextContinuity) {
        switch continuity {
        case .shrank: record.detail.flags.insert(.textShrank)
        case .diverged: record.detail.flags.insert(.textDiverged)
        case .none, .first, .extended, .same: break
        }
    }

    private mutating func checkIndex(_ index: Int32, after last: Int32) {
        // A server may send any number: last + 1 could be none.
        if index > last && index - 1 > last { record.detail.flags.insert(.indexGap) }
        if index <= last { record.detail.flags.insert(.duplicateChunk) }
    }

    private mutating func checkFirstIndex(_ index: Int32) {
        guard index != 0 else { return }
        // The turn's very first chunk: earlier ones were sent before we had subscribed.
        record.detail.flags.insert(record.firstChunk == nil ? .lateSubscription : .indexGap)
    }

    /// A server's stamp, unless it is so far off that spans to it would not fit nanoseconds.
    static func usable(_ created: Int64?) -> Int64? {
        let range: ClosedRange<Int64> = 0...9_000_000_000_000  // to the year 2255
        guard let created, range.contains(created) else { return nil }
        return created
    }

    /// Whether an event was made before the stream was open, each difference on one clock.
    func isReplayed(_ created: Int64?) -> Bool {
        // A resumed stream begins with what was sent meanwhile, a rewound one with all there was.
        guard let open = isRewound && !isResumed ? record.streamOpen : resumedAt,
            let created, let response = record.serverResponse,
            let headers = record.responseHeaders
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
        let isReplayed = isReplayed(event.createdAtMilliseconds)
        if let stream = event.streamID {
            closeTrack(stream, instant, isTimed: !isCoalesced && !isReplayed, &effect)
        }
        guard state != .closing else { return }
        if !isReplayed { delivered(event, &effect) }
        if record.firstReplied == nil { record.firstReplied = instant }
        record.lastReplied = instant
        // Before 2.16 this status is all there is to say that the turn may be over.
        if event.status == .awaitingUserReply { quietSince = stamp.callback }
    }

    private mutating func closeTrack(
        _ stream: TextDigest, _ instant: Instant, isTimed: Bool, _ effect: inout Effect
    ) {
        guard let place = tracks.index(of: stream) else {
            record.detail.flags.insert(.orphanStream)
            // Remembered as replied: a chunk of it that still comes is late.
            tracks.append(
                StreamTrack(
                    stream: stream, lastIndex: -1, lastChunk: instant, isLastTimed: false,
                    isReplied: true))
            return
        }
        if isTimed && tracks[place].isLastTimed && !tracks[place].isReplied {
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
    mutating func inferDone(known: Instant) {
        record.detail.flags.insert(.inferredDone)
        finishTurn(.done, .none, lastEvent, known)
    }

    /// The stream is over.
    mutating func streamFinished(_ result: TransferResult) -> Action {
        if record.streamOpen == nil || !isResumed {
            record.isStreamReused = result.isReused
            record.streamDNS = result.dns
            record.streamTCP = result.tcp
            record.streamTLS = result.tls
        }
        // Before `closed` is taken: an inferred end is that of the last event.
        if !isDecided && quietSince != nil { inferDone(known: result.stamp.callback) }
        if result.end != .hungUp && isEventStream {
            // The end of a connection carries no packet to stamp: it says nothing of the other instants.
            record.closed = max(lastInstant, result.stamp.instant)
        }
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
