internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

// The load thread's part in operations; everything else of a turn is as in a conversation.
extension LoadThread {
    /// What the row's turn is; nil for a message of a conversation.
    func step(_ row: Int) -> OperationStep? {
        if operations.isEmpty { return nil }
        return rows.with(row) { operations.step($0.scenario, $0.walk.step) }
    }

    /// Puts a turn into the series of its scenario.
    ///
    /// - Parameter step: of an operation, from 1; without effect in a conversation.
    func place(_ turn: inout TurnRecord, _ scenario: Int, step: Int) {
        turn.scenario = plan.record(scenario: scenario, turn: step)
        turn.kind = operations.kind(scenario, step: step)
    }

    /// Sends an operation's call.
    func call(_ step: OperationStep, _ row: Int, _ turn: TurnRecord, _ milliseconds: UInt64) {
        let (memory, place) = rows.with(row) { ($0.memory, $0.walk.step) }
        let request = step.operation.request(
            CallContext(
                bodies: bodies, turn: turn, unixMilliseconds: milliseconds, memory: memory,
                step: place, helpdesk: helpdesk))
        loop.call(
            row, method: request.method, url: settings.baseURL + request.path,
            body: request.body, header: request.header, ownHeaders: request.ownHeaders)
    }

    /// Takes what an operation was answered with.
    ///
    /// - Returns: whether its body is as documented; nil for a message of a conversation.
    func takeAnswer(_ row: Int, _ result: TransferResult) -> Bool? {
        guard let step = step(row) else { return nil }
        guard result.end == .complete else { return false }
        let (body, status, isTooLong, memory, place) = rows.with(row) { row in
            (
                row.response, row.conversation.record.httpStatus, row.isResponseTooLong,
                row.memory, row.walk.step
            )
        }
        guard (200..<300).contains(status) else {
            let error = scanError(body.span)
            let id = error?.requestID.map { Array($0.utf8) }
            rows.with(row) { row in
                row.conversation.record.detail.code = APIErrorCode(wire: error?.code)
                if let id { row.conversation.record.requestID = ShortText(id.span) }
            }
            return false
        }
        // A 429 that was waited for is not what the call came to.
        rows.with(row) { $0.conversation.record.detail.code = .none }
        var kept = memory
        let answer = CallAnswer(status: status, body: body, step: place)
        guard !isTooLong, step.operation.take(answer, into: &kept) else { return false }
        let found = kept.found
        kept.found = []
        rows.with(row) { row in
            row.conversation.record.detail.flags.formUnion(found)
            row.memory = kept
        }
        if step.escalates {
            rows.with(row) { ledger.escalate(&$0.entry) }
            rules.escalated(ledger)
        }
        return true
    }

    // MARK: - what it may cost

    /// Whether a POST that was answered 200 began a conversation.
    func isOpening(_ row: Int, _ turn: TurnRecord) -> Bool {
        step(row)?.opensConversation ?? (turn.turn == 1)
    }

    /// Whether the next start may be billed, and the bill has room for it.
    func admitsStart() -> Bool {
        if !operations.isEmpty,
            !operations.isBillable(plan.draft(plan.number(at: begunCount)).scenario)
        {
            return true
        }
        return rules.admitsStart(ledger)
    }

    /// A conversation or a scenario of operations begins.
    func beginBilling(_ row: Int) {
        guard operations.isBillable(rows.with(row) { $0.scenario }) else { return }
        rows.with(row) { $0.entry.isBegun = true }
        ledger.begin()
    }

    /// A turn is over; one that may have begun a conversation may be billed from here on.
    func endBilling(_ row: Int, _ turn: TurnRecord) {
        guard let step = step(row) else { return ledger.end(turn) }
        if step.opensConversation, turn.sent != nil, !Ledger.isRefused(turn) {
            rows.with(row) { $0.entry.isOpened = true }
        }
    }

    /// The row is given back: operations that came to no conversation cost nothing.
    func settleBill(_ row: Int) {
        if operations.isEmpty || step(row) == nil { return }
        let entry = rows.with(row) { $0.entry }
        if entry.isBegun && !entry.isOpened { ledger.spare() }
    }
}
