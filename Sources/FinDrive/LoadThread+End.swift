internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire
internal import HeapModule

// The end of a run, and the rarer events of a stream.
extension LoadThread {
    /// Cuts what is open, hands the last interval over, and says why the run ended.
    func finish() -> DriveEnd.Reason {
        let reason = stop ?? .finished
        stop = reason
        let now = Clock.now()
        cutPlanned(reason, now)
        let cause: OutcomeCause =
            switch reason {
            case .finished: .drain
            case .interrupted: .interrupted
            case .aborted, .unreachable: .aborted
            }
        for row in 0..<rows.count { cut(row, cause, now) }
        drainDelivery(now)
        closeInterval(at: Clock.now())
        buffer.totals = sums.totals(
            conversationsBegun: begunCount, turnsPlanned: turnCount, stopReason: reason.words)
        handOver.hand(buffer)
        return reason
    }

    /// Later turns that were planned beyond the end are not begun and not counted; those whose
    /// instant had come while we were ending are cut.
    private func cutPlanned(_ reason: DriveEnd.Reason, _ now: Instant) {
        let end = min(now, lastInstant)
        while let turn = waiting.popMin() {
            if turn.at <= end {
                turnCount += 1
            } else {
                forget(turn.row)
            }
        }
    }

    private func forget(_ row: Int) {
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
    var words: String {
        switch self {
        case .finished: ""
        case .interrupted: "interrupted"
        case .aborted(let words): "aborted: \(words)"
        case .unreachable(let words): "unreachable: \(words)"
        }
    }
}
