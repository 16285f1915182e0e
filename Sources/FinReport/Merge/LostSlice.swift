public import FinMeasure
public import FinProfile

/// The record of a worker that died, completed: what it had not done counts as failed.
///
/// A conversation whose first turn is not in the record was open, or not begun; one whose last turn
/// went well and that was to go on lost its next turn. Turns that nobody had planned yet are not made
/// up. Without `turns.csv` only first turns are known.
public struct LostSlice {
    private let directory: String
    private let plan: RunPlan
    private let death: Nanoseconds
    private var document: RunDocument

    /// Completes a record; its directory is then like that of a run that ended.
    ///
    /// - Parameters:
    ///   - directory: of the worker.
    ///   - plan: its slice.
    ///   - death: when it died, since the run's zero.
    ///   - model: the document of another worker, for one that died before it wrote its own.
    ///   - words: how it died.
    ///   - ledger: the last count it told; nil for none.
    /// - Throws: `ReportError` when what is left cannot be read or written.
    public static func complete(
        directory: String, plan: RunPlan, death: Nanoseconds, model: RunDocument, words: String,
        ledger: RunDocument.Ledger?
    ) throws {
        let hasRecord = RecordFiles.existing(RecordFiles.document, in: directory) != nil
        if hasRecord { try RecordCut.apply(to: directory) }
        var document = hasRecord ? try RecordReader.document(directory: directory) : model
        document.shard = .init(index: plan.shard.index, count: plan.shard.count)
        document.plan.conversations = plan.conversationLimit
        document.loss = words
        let slice = LostSlice(
            directory: directory, plan: plan, death: death, document: document)
        let writer =
            hasRecord
            ? try RecordWriter(continuing: directory, document: document, names: plan)
            : try RecordWriter(
                directory: directory, document: document, names: plan, writesTurns: true)
        let record = try RecordReader.read(directory: directory)
        let turns = try slice.lostTurns(record)
        try writer.interval(slice.snapshot(turns))
        try writer.finish(slice.totals(record, turns, ledger))
    }

    private var zero: Instant { Instant(nanoseconds: document.clock.monotonicNanoseconds) }

    // MARK: - what was lost

    private func lostTurns(_ record: RunRecord) throws -> [TurnRecord] {
        guard record.turnsPath != nil else { return lostByCount(record) }
        var last: [String: TurnRow] = [:]
        try record.forEachTurn { row in
            if row.turn >= last[row.conversationID]?.turn ?? 0 { last[row.conversationID] = row }
        }
        return (0..<planned(record)).compactMap { position in
            let number = plan.number(at: position)
            guard let row = last[plan.conversationID(number)] else {
                return lost(number, turn: 1, planned: start(at: position))
            }
            return next(number, after: row)
        }
    }

    /// The turn that would have followed; nil when none would have.
    private func next(_ number: UInt64, after row: TurnRow) -> TurnRecord? {
        guard row.outcome == .done, let done = row.done,
            row.turn < plan.draft(number).turnCount
        else { return nil }
        let think = plan.thinkTime(conversation: number, afterTurn: row.turn)
        let planned = Nanoseconds(done) + think
        guard planned < plan.length + plan.drain else { return nil }
        return lost(number, turn: row.turn + 1, planned: planned, phase: row.phase)
    }

    /// First turns alone, phase by phase: which ones nobody knows.
    private func lostByCount(_ record: RunRecord) -> [TurnRecord] {
        var ended: [Phase: UInt64] = [:]
        for row in record.outcomes where row.turn == .first {
            ended[row.phase, default: 0] += row.count
        }
        var lost: [TurnRecord] = []
        // Those that were planned first are the likeliest to have ended.
        for position in 0..<planned(record) {
            let turn = self.lost(plan.number(at: position), turn: 1, planned: start(at: position))
            if let count = ended[turn.phase], count > 0 {
                ended[turn.phase] = count - 1
            } else {
                lost.append(turn)
            }
        }
        return lost
    }

    /// Conversations of the slice; of a closed load those that had begun.
    private func planned(_ record: RunRecord) -> Int {
        if plan.closed == nil { return plan.arrivals.count }
        let offered = record.health.filter { $0.metric == HealthMetric.offeredStarts.rawValue }
        return max(Int(offered.reduce(0) { $0 + $1.value }), rampedCount)
    }

    /// Conversations that a closed load's ramp had begun; 0 for an open load.
    private var rampedCount: Int {
        let first = min(plan.closed?.concurrency ?? 0, plan.conversationLimit)
        return (0..<first).count { plan.rampOffset(at: $0) <= death }
    }

    private func start(at position: Int) -> Nanoseconds {
        guard let closed = plan.closed else { return Nanoseconds(plan.arrivals[position]) }
        return position < closed.concurrency ? plan.rampOffset(at: position) : death
    }

    private func lost(
        _ number: UInt64, turn: Int, planned: Nanoseconds, phase: Phase? = nil
    ) -> TurnRecord {
        let draft = plan.draft(number)
        var lost = TurnRecord()
        lost.conversation = number
        lost.turn = UInt32(clamping: turn)
        lost.phase = phase ?? plan.phase(plannedOffset: planned)
        lost.scenario = plan.record(scenario: draft.scenario, turn: turn)
        let name = document.scenarioName(lost.scenario)
        if ScenarioName(name).operation != nil {
            lost.kind = document.calls?.contains(name) == true ? .call : .answeredCall
        }
        lost.user = draft.user
        lost.question = draft.question
        lost.planned = zero + planned
        lost.ended = zero + max(planned, death)
        lost.outcome = planned <= death ? .connectionLost : .blocked
        lost.detail.cause = .workerDied
        return lost
    }

    // MARK: - how it is written

    private func snapshot(_ turns: [TurnRecord]) -> IntervalSnapshot {
        var series: [Series: SeriesHistogram] = [:]
        var outcomes: [OutcomeKey: UInt64] = [:]
        let metrics = Metric.allCases.filter { $0.scope == .turn }
        for turn in turns {
            let place = TurnClass(turn: Int(turn.turn))
            let key = OutcomeKey(
                scenario: turn.scenario, phase: turn.phase, turn: place, outcome: turn.outcome,
                detail: turn.detail)
            outcomes[key, default: 0] += 1
            for metric in metrics where turn.kind.has(metric) {
                for anchor in metric.anchors {
                    let key = Series(
                        metric: metric, anchor: anchor,
                        scenario: document.scenarioName(turn.scenario), phase: turn.phase,
                        turn: place)
                    series[key, default: SeriesHistogram(metric: metric)]
                        .record(turn.observe(metric, from: anchor))
                }
            }
        }
        let length = Nanoseconds(seconds: document.intervalSeconds)
        let index = max(0, death.count / max(1, length.count))
        return IntervalSnapshot(
            start: Nanoseconds(index * length.count), length: length,
            series: series.sorted { $0.key.tag < $1.key.tag }.map { (key: $0, values: $1) },
            outcomes: outcomes, health: [], turns: turns)
    }

    private func totals(
        _ record: RunRecord, _ turns: [TurnRecord], _ ledger: RunDocument.Ledger?
    ) -> RunDocument.Totals {
        var totals = MergedTotals.estimate(record)
        totals.turnsPlanned += turns.count
        // One that told nothing may have begun a whole interval's conversations.
        let none = RunDocument.Ledger(
            begun: 0, accepted: 0, answered: 0, escalated: 0, users: 0, billable: 0,
            worstCaseUsd: nil)
        totals.ledger = worst(ledger ?? none)
        return totals
    }

    /// Whatever may have begun since the last count counts as begun, and may be billed.
    private func worst(_ ledger: RunDocument.Ledger) -> RunDocument.Ledger {
        var worst = ledger
        let more = unseenStarts(since: ledger)
        worst.begun += more
        worst.billable += more
        if plan.profile.isMetered {
            let price = plan.profile.safety.pricePerOutcome
            worst.worstCaseUsd = Money.sum(worst.billable, of: price)
        }
        return worst
    }

    /// Conversations that may have begun after the last count, an interval before the death at most.
    ///
    /// In a closed load each place may have begun its next one, and lasts longer than an interval:
    /// shorter ones would be more.
    private func unseenStarts(since ledger: RunDocument.Ledger) -> Int {
        guard plan.closed != nil else {
            return max(0, plan.arrivals.count { $0 <= death.count } - ledger.begun)
        }
        return max(0, min(rampedCount, plan.conversationLimit - ledger.begun))
    }
}
