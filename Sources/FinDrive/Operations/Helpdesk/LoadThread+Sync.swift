internal import FinLoop
internal import FinMeasure
internal import FinProfile

// What follows a turn, and how long a synchronisation took.
extension LoadThread {
    /// How long after a turn the next one of its row is planned; nil: there is none.
    func pause(_ row: Int, after turn: TurnRecord) -> Nanoseconds? {
        guard turn.kind.isOperation else {
            let goesOn = rows.with(row) { $0.conversation.canGoOn }
            return goesOn ? think(row, after: turn) : nil
        }
        let (scenario, began, walk) = rows.with(row) { ($0.scenario, $0.syncBegan, $0.walk) }
        let steps = operations.walk(scenario)
        let thinkTime = think(row, after: turn)
        var next = walk
        let action = next.take(SyncWalk.Event(turn), steps)
        rows.with(row) { $0.walk = next }
        if steps.isSync(walk.step) || began != nil {
            takeSync(row, turn, began ?? turn.planned, steps, walk, action)
        }
        switch action {
        case .goOn: return thinkTime
        case .callNow: return .zero
        case .tryAgain: return plan.profile.helpdesk.retryAfter
        case .finish: return nil
        }
    }

    /// Notes the begin of a synchronisation, or records its length at its end.
    private func takeSync(
        _ row: Int, _ turn: TurnRecord, _ began: Instant, _ steps: SyncSteps, _ walk: SyncWalk,
        _ action: SyncWalk.Action
    ) {
        var end: Observation?
        if turn.outcome == .cut {
            end = .cut
        } else if turn.outcome.isSuccess && steps.endsSync(walk.step) {
            end = .measured((turn.done ?? turn.ended) - began)
        } else if action == .finish {
            end = .censored(waited: max(turn.ended - began, .zero))
        }
        rows.with(row) { $0.syncBegan = end == nil ? began : nil }
        guard let end else { return }
        // In the series of its last call, however it ended.
        let scenario = rows.with(row) { $0.scenario }
        let last = plan.record(scenario: scenario, turn: steps.end(walk.call))
        buffer.series.record(
            end, of: .syncDuration, row: buffer.series.row(last, turn.phase, .later))
    }

    /// Records a synchronisation that will never go on: its row is given up between two calls.
    func cutSync(_ row: Int) {
        let (began, scenario, walk, phase) = rows.with(row) {
            ($0.syncBegan, $0.scenario, $0.walk, $0.conversation.record.phase)
        }
        guard began != nil else { return }
        rows.with(row) { $0.syncBegan = nil }
        let last = plan.record(scenario: scenario, turn: operations.walk(scenario).end(walk.call))
        buffer.series.record(
            .cut, of: .syncDuration, row: buffer.series.row(last, phase, .later))
    }
}

extension SyncWalk.Event {
    /// What became of a turn's call.
    init(_ turn: TurnRecord) {
        if turn.outcome.isSuccess {
            self = .succeeded
        } else if turn.outcome == .cut {
            self = .cut
        } else if turn.outcome == .httpError || turn.outcome == .rateLimited {
            self = .refused(status: turn.httpStatus)
        } else {
            self = .failed
        }
    }
}
