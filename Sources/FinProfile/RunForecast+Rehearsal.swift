import FinMeasure

/// A plan played through, conversation by conversation, with assumed answer times.
///
///     for each arrival: blocked by a limit? else for each turn drawn:
///         past the drain: never planned; open at its end: cut; else answered, thought about, next
struct Rehearsal {
    /// Turns of one class, planned in the main phase.
    struct Tally {
        /// Ended before the run did.
        var turns = 0
        /// Open when the run ended.
        var cut = 0
        /// Never sent, as a limit blocked their conversation: among `turns`, and slow for certain.
        var blocked = 0
        /// The turns by when they were planned, as the record groups them.
        var intervals: [Overdispersion.Interval] = []
    }

    /// What one user gets.
    struct UserTally {
        var conversations = 0
        var mostAtOnce = 0
        var open = InstantQueue()

        mutating func seat(until over: Int64) {
            open.insert(over)
            mostAtOnce = max(mostAtOnce, open.count)
        }
    }

    private(set) var turns = RunForecast.Turns()
    private(set) var conversations = 0
    /// Conversations of each scenario of the plan.
    private(set) var scenarios: [Int]
    private(set) var mainConversations = 0
    private(set) var mainTurns = 0
    /// Conversations begun, by second of the load.
    private(set) var starts: [Int]
    /// Turns begun, by tenth of a second.
    private(set) var calls: [Int]
    private(set) var users: [UInt32: UserTally] = [:]
    private(set) var blocked = 0
    private(set) var blockedUsers = 0
    private(set) var peak = 0
    private(set) var peakAt: Int64 = 0
    /// Conversations' lengths, added up, in seconds.
    private(set) var lengthSum = 0.0
    let words: String
    /// Conversations at a time.
    let limit: Int
    /// Conversations of one user at a time; nil for no limit.
    let userLimit: Int?

    private let plan: RunPlan
    private let answers: AnswerTimes
    private let end: Int64
    private var open = InstantQueue()
    private var ended: [Int]
    // Two for each of the plan's series: its first turns, then its later ones.
    private var tallies: [Tally]

    private static let second: Int64 = 1_000_000_000
    private static let tick: Int64 = 100_000_000

    init(plan: RunPlan, rowLimit: Int?) {
        self.plan = plan
        answers = AnswerTimes(plan)
        words = answers.words
        end = (plan.length + plan.drain).count
        limit = min(plan.profile.load.maxInFlight, plan.conversationLimit, rowLimit ?? .max)
        userLimit = plan.profile.perUserLimit
        let seconds = Int((plan.length.count + Rehearsal.second - 1) / Rehearsal.second)
        starts = Array(repeating: 0, count: max(1, seconds))
        ended = starts
        calls = Array(repeating: 0, count: Int(end / Rehearsal.tick) + 1)
        scenarios = Array(repeating: 0, count: plan.scenarios.count)
        tallies = Array(repeating: Tally(), count: 2 * plan.recordNames.count)
        if plan.closed == nil { playOpen() } else { playClosed() }
    }

    private mutating func playOpen() {
        for (number, offset) in plan.arrivals.enumerated() { begin(UInt64(number), at: offset) }
    }

    /// The first ones over the ramp; then a new one the instant one ends.
    private mutating func playClosed() {
        guard let closed = plan.closed else { return }
        var free = InstantQueue()
        let slots = min(closed.concurrency, limit)
        for slot in 0..<slots {
            free.insert(closed.ramp.count * Int64(slot) / Int64(max(1, closed.concurrency)))
        }
        while conversations < plan.conversationLimit, let offset = free.popFirst(),
            offset < plan.length.count
        {
            free.insert(begin(UInt64(conversations), at: offset))
        }
    }

    /// Begins a conversation; answers when it is over.
    @discardableResult
    private mutating func begin(_ number: UInt64, at offset: Int64) -> Int64 {
        let draft = plan.draft(number)
        let isMain = plan.phase(plannedOffset: Nanoseconds(offset)) == .main
        conversations += 1
        scenarios[draft.scenario] += 1
        turns.drawn += draft.turnCount
        starts[second(offset)] += 1
        if isMain {
            mainConversations += 1
            mainTurns += draft.turnCount
        }
        open.drop(upTo: offset)
        if isBlocked(draft.user, at: offset) {
            turns.expected += 1
            turns.lost += draft.turnCount - 1
            count(draft.scenario, turn: 1, planned: offset, isMain: isMain, isCut: false)
            if isMain { tallies[place(draft.scenario, turn: 1)].blocked += 1 }
            ended[second(offset)] += 1
            return offset
        }
        let over = talk(number, draft, from: offset, isMain: isMain)
        seat(draft.user, until: over, at: offset)
        return over
    }

    private mutating func isBlocked(_ user: UInt32, at offset: Int64) -> Bool {
        users[user, default: UserTally()].conversations += 1
        users[user]?.open.drop(upTo: offset)
        if open.count >= limit {
            blocked += 1
            return true
        }
        if let userLimit, let tally = users[user], tally.open.count >= userLimit {
            blockedUsers += 1
            return true
        }
        return false
    }

    private mutating func seat(_ user: UInt32, until over: Int64, at offset: Int64) {
        lengthSum += Double(over - offset) / 1e9
        open.insert(over)
        if over < plan.length.count { ended[second(over)] += 1 }
        if open.count > peak { (peak, peakAt) = (open.count, offset) }
        users[user]?.seat(until: over)
    }

    /// Plays the turns of a conversation; answers when it is over.
    private mutating func talk(
        _ number: UInt64, _ draft: RunPlan.ConversationDraft, from offset: Int64, isMain: Bool
    ) -> Int64 {
        var planned = offset
        for turn in 1...draft.turnCount {
            let left = draft.turnCount - turn
            if planned >= end {
                turns.beyondEnd += left + 1
                return end
            }
            let answer = answers.answer(conversation: number, turn: turn, sent: planned)
            turns.expected += 1
            calls[Int(planned / Rehearsal.tick)] += 1
            let isCut = answer.end > end
            count(draft.scenario, turn: turn, planned: planned, isMain: isMain, isCut: isCut)
            if isCut {
                turns.cut += 1
                turns.beyondEnd += left
                return end
            }
            if left == 0 || !(answer.isOpenEnded || hasOperations(draft)) {
                turns.spared += left
                return answer.end
            }
            planned = answer.end + plan.thinkTime(conversation: number, afterTurn: turn).count
        }
        return planned
    }

    private mutating func count(
        _ scenario: Int, turn: Int, planned: Int64, isMain: Bool, isCut: Bool
    ) {
        guard isMain else { return }
        let index = Int(planned / plan.recordInterval.count)
        tallies[place(scenario, turn: turn)].add(at: index, isCut)
    }

    private func place(_ scenario: Int, turn: Int) -> Int {
        2 * Int(plan.record(scenario: scenario, turn: turn)) + (turn == 1 ? 0 : 1)
    }

    /// Whether the next turn comes however the one before it ended, as long as it ended well.
    private func hasOperations(_ draft: RunPlan.ConversationDraft) -> Bool {
        plan.scenarios[draft.scenario].hasOperations
    }

    private func second(_ offset: Int64) -> Int {
        min(Int(offset / Rehearsal.second), starts.count - 1)
    }

    // MARK: - what came of it

    /// The turns of the main phase that an SLO selects.
    func tally(_ slo: SLO) -> Tally {
        var sum = Tally()
        for (record, name) in plan.recordNames.enumerated() where slo.countsTurns(of: name) {
            if slo.turn != .later { sum = sum.joined(tallies[2 * record]) }
            if slo.turn != .first { sum = sum.joined(tallies[2 * record + 1]) }
        }
        return sum
    }

    /// Conversations open at the end of each second of the load.
    var openAtEnds: [Int] {
        var now = 0
        return starts.indices.map { second in
            now += starts[second] - ended[second]
            return now
        }
    }

    /// The most calls within any ten seconds.
    var callPeak: Int {
        let width = Int(10 * Rehearsal.second / Rehearsal.tick)
        var (sum, most) = (0, 0)
        for (index, count) in calls.enumerated() {
            sum += count
            if index >= width { sum -= calls[index - width] }
            most = max(most, sum)
        }
        return most
    }
}

extension Rehearsal.Tally {
    fileprivate mutating func add(at index: Int, _ isCut: Bool) {
        if isCut {
            cut += 1
            return
        }
        turns += 1
        while intervals.count <= index { intervals.append(Overdispersion.Interval()) }
        intervals[index].turns += 1
    }

    fileprivate func joined(_ other: Self) -> Self {
        let (short, long) = intervals.count < other.intervals.count ? (self, other) : (other, self)
        var sum = long
        sum.turns += short.turns
        sum.cut += short.cut
        sum.blocked += short.blocked
        for (index, interval) in short.intervals.enumerated() {
            sum.intervals[index].turns += interval.turns
        }
        return sum
    }
}

/// Instants, the earliest first: a binary heap.
struct InstantQueue {
    // Invariant: heap[i] <= heap[2i + 1], heap[2i + 2].
    private var heap: [Int64] = []

    var count: Int { heap.count }

    mutating func insert(_ instant: Int64) {
        heap.append(instant)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Int64? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if heap.isEmpty { return first }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard child < heap.count, heap[child] < heap[parent] else { return first }
            heap.swapAt(parent, child)
            parent = child
        }
    }

    /// Drops what is not later than an instant.
    mutating func drop(upTo instant: Int64) {
        while let first = heap.first, first <= instant { _ = popFirst() }
    }
}
