internal import FinMeasure

/// Every conversation of the last quarter of an hour.
struct ConversationStore {
    /// A conversation that was idle for longer is forgotten; then its id is free again.
    static let idleLimit = Nanoseconds.seconds(900)

    private struct Entry {
        let conversation: Conversation
        /// When it must be looked at again.
        let due: Instant
    }

    private var byID: [String: Conversation] = [:]
    // Invariant: ascending in `due` from `head` on.
    private var queue: [Entry] = []
    private var head = 0

    var count: Int { byID.count }
    var all: some Collection<Conversation> { byID.values }

    subscript(id: String) -> Conversation? { byID[id] }

    /// Adds a conversation.
    ///
    /// - Returns: those forgotten in its place, at most two: constant work instead of a sweep, and
    ///   still faster than they come.
    mutating func insert(_ conversation: Conversation, now: Instant) -> [Conversation] {
        byID[conversation.id] = conversation
        enqueue(conversation, now)
        var forgotten: [Conversation] = []
        for _ in 0..<2 {
            if let oldest = forgetOldest(now) { forgotten.append(oldest) }
        }
        return forgotten
    }

    private mutating func enqueue(_ conversation: Conversation, _ now: Instant) {
        if head > 4096, head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
        queue.append(Entry(conversation: conversation, due: now + ConversationStore.idleLimit))
    }

    private mutating func forgetOldest(_ now: Instant) -> Conversation? {
        guard head < queue.count, queue[head].due < now else { return nil }
        let oldest = queue[head].conversation
        head += 1
        if oldest.streams.isEmpty, oldest.lastActive + ConversationStore.idleLimit < now {
            byID[oldest.id] = nil
            return oldest
        }
        enqueue(oldest, now)
        return nil
    }
}
