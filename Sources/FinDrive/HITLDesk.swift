internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire
internal import HeapModule

/// Questions of procedures and our answers to them: events in, what to send out; no I/O, no clock.
///
/// A question outlives its turn: whoever was not the first to answer must hear that he was not.
struct HITLDesk {
    /// One question, from its notification to the response to our last answer.
    struct Exchange {
        let question: HITLQuestion
        /// The row of the series table of its turn.
        let series: Int
        /// The row of its conversation, as long as the turn waits.
        var row: Int?
        let due: Instant
        let hasSecond: Bool
        /// When the first answer was handed over.
        var sent: Instant?
        /// Whether an answer is due or on its way.
        var isPending = true
        /// Whether that is the second one.
        var isSecond = false
        /// What became of the first answer, where it was refused.
        var refusal: (cause: OutcomeCause, status: UInt16)?
    }

    /// An answer that waits for its time.
    private struct Due: Comparable {
        let at: Instant
        let id: Int

        static func < (left: Due, right: Due) -> Bool {
            (left.at, left.id) < (right.at, right.id)
        }
    }

    /// How many questions a turn has asked.
    private struct Asked {
        let conversation: UInt64
        let turn: UInt32
        var count = 0
    }

    private let profile: Profile.HITL
    private let seed: UInt64
    private let target: Address?
    private(set) var counts = RunDocument.HITL()
    private var conversations: [TextDigest: Int] = [:]
    /// 32 bytes a question asked: a repeat may come minutes later.
    private var seen: Set<TextDigest> = []
    private var exchanges: [Int: Exchange] = [:]
    private var pendingCount = 0
    // Oldest first: a turn that asks again has not let its first question go.
    private var waitingRows: [Int: [Int]] = [:]
    // By row: one that has another turn by now begins anew.
    private var asked: [Int: Asked] = [:]
    private var due = Heap<Due>()
    private var nextID = 0

    /// - Parameter baseURL: the target's; callbacks go there and nowhere else.
    init(_ profile: Profile.HITL, seed: UInt64, baseURL: String) {
        self.profile = profile
        self.seed = seed
        target = Address(url: baseURL)
    }

    /// Whether no answer is due or on its way.
    var isIdle: Bool { pendingCount == 0 }

    /// Whether no turn waits for a human.
    var isQuiet: Bool { waitingRows.isEmpty }

    /// When the next answer is due.
    var nextDue: Instant { due.min?.at ?? .never }

    // MARK: - conversations

    mutating func begin(_ conversation: TextDigest, in row: Int) {
        conversations[conversation] = row
    }

    mutating func release(_ conversation: TextDigest) { conversations[conversation] = nil }

    /// The row of the conversation that a question is about.
    func row(of question: HITLQuestion) -> Int? { conversations[question.conversation] }

    // MARK: - questions

    /// A notification that cannot be read.
    mutating func takeUnreadable() { counts.unreadable += 1 }

    /// A notification about no turn that is open.
    mutating func takeForeign(_ question: HITLQuestion) {
        if seen.contains(TextDigest(question.stepID)) {
            counts.repeated += 1
        } else {
            counts.foreign += 1
        }
    }

    /// Takes a question of an open turn.
    ///
    /// - Returns: how long after the turn was sent it came; nil for a repeat.
    mutating func ask(
        _ question: HITLQuestion, of turn: TurnRecord, row: Int, series: Int
    ) -> Nanoseconds? {
        guard seen.insert(TextDigest(question.stepID)).inserted else {
            counts.repeated += 1
            return nil
        }
        counts.asked += 1
        let index = countQuestion(of: turn, row: row)
        let drawn = profile.draw(
            seed: seed, conversation: turn.conversation, turn: Int(turn.turn),
            question: index)
        var exchange = Exchange(
            question: question, series: series, row: row,
            due: question.received + drawn.delay, hasSecond: drawn.hasSecond)
        nextID += 1
        if Address(url: question.callbackURL) == target {
            due.insert(Due(at: exchange.due, id: nextID))
            pendingCount += 1
        } else {
            counts.refusedCallbacks += 1
            exchange.isPending = false
            exchange.refusal = (.hitlRefusedURL, 0)
        }
        exchanges[nextID] = exchange
        waitingRows[row, default: []].append(nextID)
        return turn.sent.map { question.received - $0 }
    }

    /// Which question of its turn this one is, from 0.
    private mutating func countQuestion(of turn: TurnRecord, row: Int) -> Int {
        var asked = Asked(conversation: turn.conversation, turn: turn.turn)
        if let before = self.asked[row], before.conversation == asked.conversation,
            before.turn == asked.turn
        {
            asked = before
        }
        let index = asked.count
        asked.count += 1
        self.asked[row] = asked
        return index
    }

    // MARK: - answers

    /// The next answer that is due; its turn may be over.
    mutating func takeDue(_ now: Instant) -> Int? {
        guard nextDue <= now else { return nil }
        return due.popMin()?.id
    }

    /// URL and body of an answer.
    func message(_ id: Int) -> (url: String, body: [UInt8])? {
        exchanges[id].map { ($0.question.callbackURL, $0.question.answer(profile.values)) }
    }

    /// An answer was handed over.
    mutating func sent(_ id: Int, at now: Instant) {
        counts.sent += 1
        if exchanges[id]?.isSecond == true { counts.sentTwice += 1 }
        if exchanges[id]?.sent == nil { exchanges[id]?.sent = now }
    }

    /// An answer has met its end.
    ///
    /// - Returns: what the first one took from its due instant, with its series, where a response
    ///   came; whether the second one follows at once.
    mutating func replied(
        _ id: Int, _ reply: HITLReply, at instant: Instant
    ) -> (latency: Nanoseconds?, series: Int, followed: Bool) {
        guard var exchange = exchanges[id] else { return (nil, 0, false) }
        counts.count(reply)
        let isFirst = !exchange.isSecond
        let isResponse = reply != .lost && reply != .timedOut
        if isFirst { exchange.refusal = reply.cause }
        let follows = isFirst && exchange.hasSecond && reply == .accepted
        if follows {
            exchange.isSecond = true
        } else {
            exchange.isPending = false
            pendingCount -= 1
        }
        store(exchange, id)
        let latency = isFirst && isResponse ? instant - exchange.due : nil
        return (latency, exchange.series, follows)
    }

    // MARK: - turns

    /// What became of a question: a value of its pause, with the row of the series table.
    typealias Pause = (Observation, series: Int)

    /// An event has come of a turn that may have waited.
    ///
    /// - Returns: for each question the time since its notification, where it is the first event
    ///   after our answer; absent, where the turn went on without us.
    mutating func resume(_ row: Int, at instant: Instant) -> [Pause] {
        waited(in: row).map { resume($0, at: instant) }
    }

    private mutating func resume(_ exchange: Exchange, at instant: Instant) -> Pause {
        guard let sent = exchange.sent, exchange.refusal == nil, instant >= sent else {
            return (.absent, exchange.series)
        }
        counts.resumed += 1
        return (.measured(instant - exchange.question.received), exchange.series)
    }

    /// A turn is over.
    ///
    /// - Returns: what it says of each pause that did not end by our answer. A turn that timed out is
    ///   told why nobody answered it.
    mutating func end(_ turn: inout TurnRecord, row: Int) -> [Pause] {
        var pauses: [Pause] = []
        for exchange in waited(in: row) { pauses.append(HITLDesk.end(&turn, exchange)) }
        return pauses
    }

    private static func end(_ turn: inout TurnRecord, _ exchange: Exchange) -> Pause {
        if turn.outcome == .timeout, let refusal = exchange.refusal {
            turn.detail.cause = refusal.cause
            turn.detail.httpStatus = refusal.status
        }
        if turn.outcome == .cut { return (.cut, exchange.series) }
        // It went on, or was ended, without us.
        if turn.outcome.isSuccess { return (.absent, exchange.series) }
        let waited = max(turn.ended - exchange.question.received, .zero)
        return (.censored(waited: waited), exchange.series)
    }

    /// The questions that a turn waits for, which it does no more.
    private mutating func waited(in row: Int) -> [Exchange] {
        let ids = waitingRows.removeValue(forKey: row) ?? []
        return ids.compactMap { id in
            guard var exchange = exchanges[id] else { return nil }
            exchange.row = nil
            store(exchange, id)
            return exchange
        }
    }

    /// Keeps an exchange as long as its turn waits or an answer is to come.
    private mutating func store(_ exchange: Exchange, _ id: Int) {
        exchanges[id] = exchange.isPending || exchange.row != nil ? exchange : nil
    }

    /// The run is over.
    mutating func finish() -> RunDocument.HITL {
        counts.cut += pendingCount
        return counts
    }
}
