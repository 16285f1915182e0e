internal import FinMeasure

// Hot: once per event.

/// What waits for its time, earliest first: a binary heap.
///
/// The loop's own heap holds a large, reference-counted task per timer and searches all of them to
/// cancel one; here an entry is a pair, nothing is cancelled, and the loop has one timer only.
struct TimerHeap<Item> {
    private struct Entry {
        let due: Instant
        let item: Item
    }

    // Invariant: entries[(i - 1) / 2].due <= entries[i].due for every i > 0
    private var entries: [Entry] = []

    /// When the earliest turn is due; `never` when none waits.
    var nextDue: Instant { entries.first?.due ?? .never }

    var count: Int { entries.count }

    mutating func insert(_ item: Item, due: Instant) {
        entries.append(Entry(due: due, item: item))
        var index = entries.count - 1
        while index > 0, entries[index].due < entries[(index - 1) / 2].due {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes the earliest item if it is due.
    mutating func popDue(now: Instant) -> Item? {
        guard nextDue <= now, let last = entries.indices.last else { return nil }
        entries.swapAt(0, last)
        let item = entries.removeLast().item
        sink()
        return item
    }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count {
                if entries[child].due < entries[least].due { least = child }
            }
            if least == index { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
