internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire
internal import HeapModule

// The end of a run, and the rarer events of a stream.
extension LoadThread {
    /// Cuts what is open, hands the last interval over, and says why the run ended.
    func finish() -> DriveEnd.Reason {
        takeLastWebhooks()
        var reason = rules.reason.map { .aborted($0) } ?? stop ?? .finished
        if reason == .finished, let words = reach.atEnd { reason = .unreachable(words) }
        stop = reason
        let now = Clock.now()
        let cause: OutcomeCause =
            switch reason {
            case .finished: .drain
            case .interrupted: .interrupted
            case .aborted, .unreachable, .hostLimit: .aborted
            }
        cutPlanned(cause, now)
        for row in 0..<rows.count { cut(row, cause, now) }
        let webhooks = finishWebhooks()
        drainDelivery(now)
        closeInterval(at: Clock.now())
        buffer.totals = sums.totals(
            ledger: ledger.counts, turnsPlanned: turnCount, stopReason: reason.words,
            webhooks: webhooks, hitl: hitl?.finish())
        handOver.hand(buffer)
        return reason
    }

    /// Turns that were planned beyond the end are not begun and not counted; those whose instant had
    /// come, but which we had not reached, are cut.
    private func cutPlanned(_ cause: OutcomeCause, _ now: Instant) {
        let end = min(now, min(lastInstant, startsEnd ?? .never))
        cutWaiting(until: end, cause, now)
        while cursor < plan.arrivals.count {
            let planned = settings.zero + Nanoseconds(plan.arrivals[cursor])
            if planned > end { return }
            cursor += 1
            cutArrival(at: planned, cause, now)
        }
    }

    /// The same for the turns whose conversations wait for them.
    func cutWaiting(until end: Instant, _ cause: OutcomeCause, _ now: Instant) {
        while let turn = waiting.popMin() {
            // A row that closes is cut with its present turn; the next one is not begun.
            guard rows.with(turn.row, { $0.conversation.state }) == .waiting else { continue }
            if turn.at <= end {
                turnCount += 1
                cut(turn.row, cause, now)
            } else {
                forget(turn.row)
            }
        }
    }

    /// A start that was due when the run ended, and that we had not reached.
    private func cutArrival(at planned: Instant, _ cause: OutcomeCause, _ now: Instant) {
        var turn = firstTurn(plan.number(at: begunCount), at: planned)
        turn.detail.cause = cause
        turn.ended = now
        begunCount += 1
        turnCount += 1
        buffer.counts.offeredStarts += 1
        buffer.record(turn)
    }

    private func forget(_ row: Int) {
        let isFirst = rows.with(row) { $0.conversation.record.turn } == 1
        if isFirst { begunCount -= 1 }
        settleBill(row)
        cutSync(row)
        rows.with(row) { row in
            row.conversation = Conversation(
                identity: row.conversation.identity, turnCount: 0,
                timeouts: plan.profile.conversation.timeouts)
        }
        openCount -= 1
    }

    private func cut(_ row: Int, _ cause: OutcomeCause, _ now: Instant) {
        perform(rows.with(row) { $0.conversation.cut(cause, at: now) }, row)
    }

    /// Notes that a stream's events have ids.
    func noteEventID(_ row: Int) {
        rows.with(row) { $0.conversation.sawEventID() }
    }

    /// An `error` event of the stream itself.
    func takeError(_ error: ErrorFields?, _ row: Int, at stamp: ArrivalStamp) {
        perform(rows.with(row) { $0.conversation.streamError(error, at: stamp) }, row)
    }

    /// Scans one event with its row's text mark; what is no event of ours is noted.
    func scan(_ data: Span<UInt8>, row: Int) -> EventFields? {
        var mark = rows.with(row) { $0.conversation.mark }
        let fields = scan(data, mark: &mark)
        rows.with(row) { row in
            row.conversation.mark = mark
            if fields == nil { row.conversation.malformedEvent() }
        }
        return fields
    }
}

extension DriveEnd.Reason {
    /// What the record says of it; empty for a run that went to its end.
    public var words: String {
        switch self {
        case .finished: ""
        case .interrupted: Start.interrupted.rawValue
        case .aborted(let words): Start.aborted.rawValue + words
        case .unreachable(let words): Start.unreachable.rawValue + words
        case .hostLimit(let words): Start.hostLimit.rawValue + words
        }
    }

    /// Reads what a record says; nil for what no run says of its end.
    public init?(words: String) {
        guard !words.isEmpty else {
            self = .finished
            return
        }
        guard let start = Start.allCases.first(where: { words.hasPrefix($0.rawValue) }) else {
            return nil
        }
        let rest = String(words.dropFirst(start.rawValue.count))
        self =
            switch start {
            case .interrupted: .interrupted
            case .aborted: .aborted(rest)
            case .unreachable: .unreachable(rest)
            case .hostLimit: .hostLimit(rest)
            }
    }

    private enum Start: String, CaseIterable {
        case interrupted
        case aborted = "aborted: "
        case unreachable = "unreachable: "
        case hostLimit = "host limit: "
    }
}
