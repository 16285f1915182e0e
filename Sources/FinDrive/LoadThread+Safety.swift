// Hot: once per turn.
internal import FinLoop
internal import FinMeasure
internal import FinProfile

// What keeps a run from costing more, or asking for more, than was allowed.
extension LoadThread {
    /// A closed load whose users are all busy tries the next one after so long.
    static let seatPause = Nanoseconds.milliseconds(10)

    /// A run that asks for HTTP/2 measures that, or nothing.
    func checkVersion(_ kind: TransferKind, _ result: TransferResult) {
        guard plan.profile.transport.isHTTP2, result.end == .complete, !result.isHTTP2, stop == nil
        else { return }
        let who = kind == .post ? "the target" : "the stream's server"
        stop = .unreachable(
            "\(who) answered by HTTP/1.1, although transport.http is 2: take 1.1, or a server that "
                + "offers h2 in TLS")
    }

    /// Ends the starts once a rule says so; what is open goes on to its end within the drain.
    func obeyRules(_ now: Instant) {
        guard let words = rules.reason, startsEnd == nil else { return }
        startsEnd = now
        settings.onStop?(.aborted(words))
        cutWaiting(until: now, .aborted, now)
    }

    /// The host refuses what the run needs: it ends now.
    func fail(_ error: LoopError) {
        let reason = DriveEnd.Reason.hostLimit(error.description)
        stop = reason
        settings.onStop?(reason)
    }

    /// Does as another process of the run, which was stopped.
    func follow(_ reason: DriveEnd.Reason) {
        if case .aborted(let words) = reason {
            rules.stop(words)
        } else {
            stop = stop ?? reason
        }
    }

    /// Whether the turn that a row waits for may begin: later turns add nothing to the bill.
    func mayBill(_ row: Int) -> Bool {
        // A row that closes has its next turn before it.
        let isFirst = rows.with(row) {
            $0.conversation.state == .waiting && $0.conversation.record.turn == 1
        }
        if !isFirst || !operations.isBillable(rows.with(row) { $0.scenario }) { return true }
        return rules.admitsStart(ledger)
    }

    /// What holds a turn back now; a conversation that is let through takes one of its user's seats.
    func obstacle(_ turn: TurnRecord, _ row: Int, _ now: Instant) -> OutcomeCause? {
        if turn.turn == 1 {
            if !floor.admits(at: now) { return .rateLimitFloor }
            guard seats.take(turn.user) else { return .userLimit }
            rows.with(row) { $0.holdsSeat = true }
        }
        return breaker.admits(at: now) ? nil : .circuitBreaker
    }

    /// Takes what a POST's response headers said of the rate limit.
    func takeStanding(_ row: Int, _ now: Instant) {
        let standing = rows.with(row) { $0.standing }
        guard let remaining = standing.remaining else { return }
        buffer.counts.rateLimitRemaining = remaining
        floor.take(standing, at: now, wallOffset: loop.wallOffsetNanoseconds)
    }

    /// When a POST that was answered 429 may be sent again, by the rule of `RateLimitWait`.
    ///
    /// Nil when a 429 is to be counted, or when the response does not say when its window ends.
    func retryInstant(_ row: Int, _ now: Instant) -> Instant? {
        guard plan.profile.onRateLimit == .wait else { return nil }
        let (turn, standing, attempt) = rows.with(row) {
            ($0.conversation.record, $0.standing, $0.conversation.waitCount)
        }
        guard turn.httpStatus == 429,
            let reset = standing.resetInstant(wallOffset: loop.wallOffsetNanoseconds)
        else { return nil }
        let wait = RateLimitWait(
            seed: plan.profile.load.seed, conversation: turn.conversation, turn: turn.turn,
            attempt: attempt)
        return wait.end(reset: reset, now: now)
    }

    /// A turn's done signal has come.
    func turnIsDone(_ row: Int) {
        let (outcome, canGoOn) = rows.with(row) {
            ($0.conversation.record.outcome, $0.conversation.canGoOn)
        }
        if outcome == .escalated {
            rows.with(row) { ledger.escalate(&$0.entry) }
            rules.escalated(ledger)
        }
        if stop == nil && rules.reason == nil && canGoOn { planAhead(row) }
    }
}
