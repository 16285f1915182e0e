// Hot: once per question.
internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

/// The answers to humans' questions that are on their way: one row of the loop each, behind those of
/// the conversations.
struct HITLLine {
    /// Answers on their way at once; more wait for the first that is through.
    static let width = 64

    /// One answer on its way.
    struct Slot {
        var exchange: Int
        var status = 0
        var response: [UInt8] = []
        var isLate = false
    }

    private let firstRow: Int
    private var slots: [Slot?]
    private var free: [Int]
    /// Answers that are due and have no slot; rarely any.
    private var queue: [Int] = []

    init(firstRow: Int) {
        self.firstRow = firstRow
        slots = Array(repeating: nil, count: HITLLine.width)
        free = Array(firstRow..<firstRow + HITLLine.width)
    }

    subscript(row: Int) -> Slot? {
        get { slots[row - firstRow] }
        // In place: bytes of an answer are appended one by one.
        _modify { yield &slots[row - firstRow] }
    }

    /// Queues an answer that is due.
    mutating func add(_ exchange: Int) { queue.append(exchange) }

    /// The next answer that can go, with its row.
    mutating func next() -> (row: Int, exchange: Int)? {
        guard !queue.isEmpty, let row = free.popLast() else { return nil }
        let exchange = queue.removeFirst()
        slots[row - firstRow] = Slot(exchange: exchange)
        return (row, exchange)
    }

    /// The same row for another answer to the same question.
    mutating func again(_ row: Int, _ exchange: Int) { self[row] = Slot(exchange: exchange) }

    mutating func release(_ row: Int) {
        self[row] = nil
        free.append(row)
    }
}

// Questions come through the mailbox; answers leave at their instants, over rows of their own.
extension LoadThread {
    /// Takes a question; nil for a notification that cannot be read.
    func take(_ question: HITLQuestion?) {
        guard hitl != nil, stop == nil else { return }
        guard let question else {
            hitl?.takeUnreadable()
            return
        }
        guard let row = hitl?.row(of: question),
            rows.with(row, { $0.conversation.isOpen && $0.conversation.record.kind != .call })
        else {
            hitl?.takeForeign(question)
            return
        }
        let (turn, series) = rows.with(row) { ($0.conversation.record, $0.series) }
        guard let span = hitl?.ask(question, of: turn, row: row, series: series) else { return }
        _ = rows.with(row) { $0.conversation.record.detail.flags.insert(.waitedHuman) }
        buffer.series.record(span, place: SeriesTable.hitlNotification, row: series)
    }

    /// Sends every answer whose instant has come.
    func sendDueAnswers(_ now: Instant) {
        while stop == nil, let id = hitl?.takeDue(now) { hitlLine.add(id) }
        while stop == nil, let (row, id) = hitlLine.next() { sendAnswer(id, row) }
    }

    private func sendAnswer(_ id: Int, _ row: Int) {
        guard let (url, body) = hitl?.message(id) else { return hitlLine.release(row) }
        let now = Clock.now()
        buffer.counts.posts += 1
        sums.posts += 1
        hitl?.sent(id, at: now)
        wheel.set(row, at: now + plan.profile.conversation.timeouts.response)
        loop.post(row, url: url, body: body)
    }

    // MARK: - responses

    /// The headers of an answer's response are complete.
    func answerHeaders(_ row: Int, status: Int) { hitlLine[row]?.status = status }

    /// Keeps the body of a refusal, as far as it is of use.
    func answerBytes(_ row: Int, _ bytes: Span<UInt8>) {
        guard (hitlLine[row]?.response.count ?? 0) + bytes.count <= LoadThread.responseLimit
        else { return }
        for index in bytes.indices { hitlLine[row]?.response.append(bytes[index]) }
    }

    /// An answer's response took too long.
    func expireAnswer(_ row: Int) {
        hitlLine[row]?.isLate = true
        loop.hangUp(row)
    }

    func answerFinished(_ row: Int, _ result: TransferResult) {
        wheel.clear(row)
        guard let slot = hitlLine[row] else { return }
        let reply = HITLReply(
            result.end, status: slot.status, isLate: slot.isLate,
            error: scanError(slot.response.span))
        guard let said = hitl?.replied(slot.exchange, reply, at: result.stamp.instant) else {
            return
        }
        if let latency = said.latency {
            buffer.series.record(latency, place: SeriesTable.hitlCallback, row: said.series)
        }
        if said.followed && stop == nil {
            hitlLine.again(row, slot.exchange)
            sendAnswer(slot.exchange, row)
        } else {
            hitlLine.release(row)
        }
    }

    // MARK: - turns

    /// An event of a turn: the first one after our answer ends its wait.
    func noteResume(_ event: EventFields, _ row: Int, at instant: Instant) {
        guard hitl?.isQuiet == false else { return }
        switch event.name {
        case .replyChunk, .replied: break
        case .statusUpdated where event.status != .thinking: break
        case .statusUpdated, .csatRequested, .none, .unknown: return
        }
        for (observation, series) in hitl?.resume(row, at: instant) ?? [] {
            buffer.series.record(observation, place: SeriesTable.pauseToResume, row: series)
        }
    }

    /// A turn is over, and with it its wait.
    func endWait(_ row: Int) {
        guard hitl?.isQuiet == false else { return }
        var turn = rows.with(row) { $0.conversation.record }
        let pauses = hitl?.end(&turn, row: row) ?? []
        if pauses.isEmpty { return }
        rows.with(row) { $0.conversation.record.detail = turn.detail }
        for (observation, series) in pauses {
            buffer.series.record(observation, place: SeriesTable.pauseToResume, row: series)
        }
    }
}
