// Hot: once per event.
internal import FinLoop
internal import FinMeasure
internal import FinWire

/// Takes the events of one read to their conversation.
///
/// Whether an event shared its read with another is known only when the next one comes, or the read
/// ends; so each event waits here, as fields, until then.
struct ReadVisitor: EventVisitor, ~Copyable {
    private let thread: LoadThread
    private let row: Int
    private let stamp: ArrivalStamp
    private var held: EventFields?
    private var count = 0

    init(thread: LoadThread, row: Int, stamp: ArrivalStamp) {
        self.thread = thread
        self.row = row
        self.stamp = stamp
    }

    mutating func visit(_ event: borrowing EventView) {
        if event.lastEventID.count > 0 { thread.noteEventID(row) }
        if event.hasType("error") {
            release(isCoalesced: count > 0)
            return thread.takeError(thread.scanError(event.data), row, at: stamp)
        }
        // Other types carry no event of Fin: a heartbeat, something new.
        if event.type.count > 0 && !event.hasType("message") { return }
        count += 1
        release(isCoalesced: count > 1)
        held = thread.scan(event.data, row: row)
    }

    /// The read is over: the event that still waits is the last one.
    mutating func settle() {
        release(isCoalesced: count > 1)
        thread.countEvents(count, row, stamp)
    }

    private mutating func release(isCoalesced: Bool) {
        guard let fields = held else { return }
        held = nil
        thread.take(fields, row, at: stamp, isCoalesced: isCoalesced)
    }
}
