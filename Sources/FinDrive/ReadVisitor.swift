// Hot: once per event.
internal import FinLoop
internal import FinMeasure
internal import FinWire

/// What is known of a read while it lasts.
///
/// libcurl hands over each HTTP chunk of a read by a call of its own. Whether an event shared its read
/// with another is known only when the next one comes, or libcurl is left; so each event waits here, as
/// fields, until then.
struct OpenRead {
    let row: Int
    /// That of the call that brought the event which waits.
    var stamp: ArrivalStamp
    var held: EventFields?
    /// Events so far.
    var count = 0
    /// Whether a part of the next event came with them: the stamp may be that part's.
    var hasRest = false

    /// Whether its stamp may be later than its events: it is that of the newest packet.
    var isShared: Bool { count > 1 || hasRest }

    init(row: Int, stamp: ArrivalStamp) {
        self.row = row
        self.stamp = stamp
    }
}

/// Takes the events of one read to their conversation.
struct ReadVisitor: EventVisitor, ~Copyable {
    private let thread: Uncounted<LoadThread>
    private let stamp: ArrivalStamp
    private(set) var read: OpenRead

    /// - Parameter read: what came of the read before; nil: it begins.
    init(thread: LoadThread, row: Int, stamp: ArrivalStamp, read: OpenRead?) {
        self.thread = Uncounted(thread)
        self.stamp = stamp
        self.read = read ?? OpenRead(row: row, stamp: stamp)
    }

    mutating func visit(_ event: borrowing EventView) {
        if event.lastEventID.count > 0 { thread.with { $0.noteEventID(read.row) } }
        if event.hasType("error") {
            release(isCoalesced: read.count > 0)
            return thread.with { $0.takeError($0.scanError(event.data), read.row, at: stamp) }
        }
        // Other types carry no event of Fin: a heartbeat, something new.
        if event.type.count > 0 && !event.hasType("message") { return }
        read.count += 1
        release(isCoalesced: read.count > 1)
        read.held = thread.with { $0.scan(event.data, row: read.row) }
        read.stamp = stamp
    }

    private mutating func release(isCoalesced: Bool) {
        guard let fields = read.held else { return }
        read.held = nil
        thread.with { $0.take(fields, read.row, at: read.stamp, isCoalesced: isCoalesced) }
    }
}
