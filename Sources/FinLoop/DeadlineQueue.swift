public import FinMeasure

/// Deadlines of one length: what is set first is due first.
///
/// Pure. An entry cannot be taken out before its turn: whoever takes it looks whether it still stands,
/// so there are as many entries, at the most, as are set within one length. Appending and taking are
/// O(1) on average; an entry moves once.
public struct DeadlineQueue<Element> {
    private var entries: [(element: Element, at: Instant)] = []
    private var head = 0

    /// An empty queue.
    public init() {}

    /// The soonest entry; nil when there is none.
    public var first: (element: Element, at: Instant)? {
        head < entries.count ? entries[head] : nil
    }

    /// Adds an entry; `instant` must be no sooner than the last one's.
    public mutating func append(_ element: Element, at instant: Instant) {
        precondition(entries.last.map { $0.at <= instant } ?? true, "deadlines are set in order")
        // What was taken goes when it is the larger half: each entry moves once on average.
        if head > 1024, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        entries.append((element, instant))
    }

    /// Takes the soonest entry, if there is one.
    public mutating func popFirst() -> (element: Element, at: Instant)? {
        guard let entry = first else { return nil }
        head += 1
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        }
        return entry
    }
}
