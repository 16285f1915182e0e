// Hot: once per turn.
internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire
internal import HeapModule

// Starts come from the plan's cursor; later turns from a heap of planned instants.
extension LoadThread {
    /// Starts everything whose instant has come; refreshes `now` as it goes, since starting takes time.
    func startDue(_ now: inout Instant) {
        var budget = LoadThread.startBatch
        while stop == nil && rules.reason == nil && now < lastInstant && budget > 0 {
            budget -= 1
            let arrival =
                cursor < plan.arrivals.count
                ? settings.zero + Nanoseconds(plan.arrivals[cursor]) : Instant.never
            if let turn = waiting.min, turn.at <= min(now, arrival) {
                guard mayBill(turn.row) else { return }
                _ = waiting.popMin()
                startWaiting(turn.row, now)
            } else if arrival <= now {
                guard admitsStart() else { return }
                cursor += 1
                arrive(at: arrival, now)
            } else {
                return
            }
            now = Clock.now()
        }
    }

    /// A later turn's instant has come, or the first one's of a closed load.
    private func startWaiting(_ row: Int, _ now: Instant) {
        // The stream before it is still open, for the server to close: we hang up, which ends the
        // turn before and plans this one.
        if rows.with(row, { $0.conversation.state }) == .closing { loop.hangUp(row) }
        // Its end may have been what ended the run.
        guard rows.with(row, { $0.conversation.state }) == .waiting else { return }
        startTurn(row, now)
    }

    /// A conversation's planned instant has come.
    private func arrive(at planned: Instant, _ now: Instant) {
        buffer.counts.offeredStarts += 1
        let number = plan.number(at: begunCount)
        begunCount += 1
        guard let row = freeRows.popLast() else {
            return block(firstTurn(number, at: planned), .maxInFlight, now)
        }
        seat(number, in: row, at: planned)
        startTurn(row, now)
    }

    func firstTurn(_ number: UInt64, at planned: Instant) -> TurnRecord {
        let draft = plan.draft(number)
        var turn = TurnRecord()
        turn.conversation = number
        turn.phase = plan.phase(plannedOffset: planned - settings.zero)
        turn.user = draft.user
        turn.question = draft.question
        turn.planned = planned
        place(&turn, draft.scenario, step: 1)
        return turn
    }

    /// Gives a conversation its row.
    private func seat(_ number: UInt64, in row: Int, at planned: Instant) {
        let draft = plan.draft(number)
        let identity = TextDigest(plan.conversationID(number))
        let turn = firstTurn(number, at: planned)
        let timeouts = plan.profile.conversation.timeouts
        let series = buffer.series.row(turn.scenario, turn.phase, .first)
        let webhookGrace = desk?.loneGrace
        rows.with(row) { row in
            row.conversation = Conversation(
                identity: identity, turnCount: draft.turnCount, timeouts: timeouts,
                webhookGrace: webhookGrace)
            row.conversation.plan(turn)
            row.series = series
            row.lastMilliseconds = 0
            row.nextPlanned = nil
            row.entry = Ledger.Entry()
            row.scenario = draft.scenario
            row.memory = CallMemory()
            row.walk = SyncWalk()
            row.syncBegan = nil
            row.holdsSeat = false
        }
        openCount += 1
        desk?.begin(identity, in: row, begun: begunCount)
        hitl?.begin(identity, in: row)
    }

    /// Begins the turn of a row, unless something holds it back.
    private func startTurn(_ row: Int, _ now: Instant) {
        turnCount += 1
        let turn = rows.with(row) { $0.conversation.record }
        if let obstacle = obstacle(turn, row, now) {
            rows.with(row) { $0.conversation.block(obstacle, at: now) }
            buffer.counts.blockedStarts += 1
            return turnOver(row)
        }
        if turn.turn == 1 {
            buffer.counts.starts += 1
            sums.starts += 1
            beginBilling(row)
        }
        desk?.begin(turn, rows.with(row) { ($0.conversation.identity, $0.series) })
        post(row)
    }

    /// Records a start that has no row.
    private func block(_ turn: TurnRecord, _ cause: OutcomeCause, _ now: Instant) {
        turnCount += 1
        buffer.counts.blockedStarts += 1
        var blocked = turn
        blocked.outcome = .blocked
        blocked.detail.cause = cause
        blocked.ended = now
        buffer.record(blocked)
    }

    /// A turn is over: record it, then plan the next one or free the row.
    func turnOver(_ row: Int) {
        endWait(row)
        let turn = rows.with(row) { $0.conversation.record }
        let now = Clock.now()
        record(turn, row, now)
        endBilling(row, turn)
        rules.ended(turn, at: now)
        let pause = pause(row, after: turn)
        if let pause, stop == nil && rules.reason == nil {
            planNext(row, after: turn, pause)
        } else {
            release(row, turn, now)
        }
    }

    /// Plans the turn that follows as soon as the end of this one is known: its instant must not
    /// wait for the stream to be closed.
    func planAhead(_ row: Int) {
        let turn = rows.with(row) { $0.conversation.record }
        plan(row, afterPause: think(row, after: turn))
    }

    /// The time that the profile puts between a turn and the next.
    func think(_ row: Int, after turn: TurnRecord) -> Nanoseconds {
        // Of operations that come again the turn's number says nothing.
        let place = turn.kind.isOperation ? rows.with(row) { $0.walk.step } : Int(turn.turn)
        return plan.thinkTime(conversation: turn.conversation, afterTurn: place)
    }

    private func plan(_ row: Int, afterPause pause: Nanoseconds) {
        let planned = rows.with(row) { row in
            let planned = row.conversation.nextPlanned(afterThinking: pause)
            row.nextPlanned = planned
            return planned
        }
        waiting.insert(PlannedTurn(at: planned, row: row))
    }

    /// Seats the next turn in its conversation.
    private func planNext(_ row: Int, after turn: TurnRecord, _ pause: Nanoseconds) {
        if rows.with(row, { $0.nextPlanned }) == nil { plan(row, afterPause: pause) }
        var next = TurnRecord()
        next.conversation = turn.conversation
        next.turn = turn.turn + 1
        let (scenario, step) = rows.with(row) { ($0.scenario, $0.walk.step) }
        place(&next, scenario, step: step)
        next.phase = turn.phase
        next.user = turn.user
        next.question = turn.question
        let series = buffer.series.row(next.scenario, turn.phase, .later)
        rows.with(row) { row in
            next.planned = row.nextPlanned ?? next.planned
            row.nextPlanned = nil
            row.conversation.plan(next)
            row.series = series
        }
    }

    private func release(_ row: Int, _ turn: TurnRecord, _ now: Instant) {
        wheel.clear(row)
        settleBill(row)
        cutSync(row)
        if rows.with(row, { $0.holdsSeat }) { seats.leave(turn.user) }
        desk?.release(rows.with(row) { $0.conversation.identity })
        hitl?.release(rows.with(row) { $0.conversation.identity })
        openCount -= 1
        freeRows.append(row)
        if plan.closed != nil { replace(turn, now) }
    }

    // MARK: - closed load

    /// Whether a conversation may still begin when another ends.
    func mayBeginMore(_ now: Instant) -> Bool {
        plan.closed != nil && now < settings.zero + plan.length
            && begunCount < plan.conversationLimit && rules.reason == nil
    }

    /// A closed load begins the next conversation the instant one ends.
    ///
    /// Unless it would be held back: then it waits as long as what holds it does, or one refusal
    /// would beget the next without end.
    private func replace(_ turn: TurnRecord, _ now: Instant) {
        let isSeatless = turn.detail.cause == .userLimit
        let seat = isSeatless ? now + LoadThread.seatPause : now
        let at = max(breaker.retry(at: now), max(seat, floor.pausedUntil ?? now))
        guard stop == nil, mayBeginMore(at), let row = freeRows.popLast() else { return }
        beginClosed(in: row, at: at)
    }

    /// Lays out the first conversations of a closed load evenly over its ramp.
    func beginRamp() {
        guard let closed = plan.closed else { return }
        for slot in 0..<min(closed.concurrency, plan.conversationLimit) {
            guard let row = freeRows.popLast() else { return }
            beginClosed(in: row, at: settings.zero + plan.rampOffset(at: slot))
        }
    }

    private func beginClosed(in row: Int, at planned: Instant) {
        let number = plan.number(at: begunCount)
        begunCount += 1
        buffer.counts.offeredStarts += 1
        seat(number, in: row, at: planned)
        waiting.insert(PlannedTurn(at: planned, row: row))
    }
}
