internal import FinMeasure
internal import FinWire
internal import HeapModule

/// Sets each webhook beside the same event of the stream, and holds every turn's record until its
/// webhooks are in: events in, records and differences out, no I/O, no clock.
///
/// ```
/// begin ──► open turn ──end──► over, waits ──last webhook, or grace──► record
///             ▲    ▲             ▲
///      stream event│        webhook event: the turn that has met the same event on the stream;
///            webhook event       else the newest one of its conversation
/// ```
/// A webhook may come before its event, after it, after its turn, or never. A turn that is over waits
/// only for webhooks of events it has seen: nobody knows of others.
struct WebhookJoin {
    /// The difference between the two arrivals of one event.
    struct Skew: Equatable {
        /// The webhook's arrival less the stream's; below zero where the webhook was first.
        var span: Nanoseconds
        var series: Int
    }

    /// An event of a stream whose webhook never came.
    struct Missing: Equatable {
        /// How long it was waited for; nil when the run's end cut the wait short.
        var waited: Nanoseconds?
        var series: Int
    }

    /// What was found since it was last taken.
    struct Findings {
        var skews: [Skew] = []
        var missing: [Missing] = []
        /// Turns that wait no longer, with their series.
        var records: [TurnRecord] = []

        var isEmpty: Bool { records.isEmpty && skews.isEmpty && missing.isEmpty }

        mutating func removeAll() {
            skews.removeAll(keepingCapacity: true)
            missing.removeAll(keepingCapacity: true)
            records.removeAll(keepingCapacity: true)
        }
    }

    /// One event that came on the stream, by webhook, or both.
    private struct Event {
        var identity: EventIdentity
        var stream: Instant?
        var webhook: Instant?
        /// What the webhook says of its making, Unix milliseconds.
        var created: Int64?
        /// Whether its arrival on the stream says when it was sent: replayed ones came in a burst.
        var isTimed = false
    }

    /// A turn whose webhooks are watched.
    private struct Turn {
        var record: TurnRecord
        var series: Int
        var events: [Event] = []
        var isOver = false

        var isWaiting: Bool { events.contains { $0.stream != nil && $0.webhook == nil } }

        /// The first webhook of a reply; one that the stream lost counts if it is not the turn's before.
        var firstReplied: Instant? {
            let start = record.serverResponse ?? .min
            return events.lazy
                .filter { $0.identity.name == .replied }
                .filter { $0.stream != nil || $0.created ?? .min >= start }
                .compactMap(\.webhook).min()
        }
    }

    private struct Deadline: Comparable {
        var at: Instant
        var conversation: TextDigest
        var turn: UInt32

        static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
    }

    /// Turns that may wait at once; the oldest makes room, its webhooks are `cut`.
    static let heldLimit = 65_536
    /// Events of one turn that are set side by side; what comes beyond is not watched.
    static let eventLimit = 64

    private let grace: Nanoseconds
    private let heldLimit: Int
    // Turns of a conversation in order; the last one may be open, all before it are over.
    private var turns: [TextDigest: [Turn]] = [:]
    private var deadlines = Heap<Deadline>()
    private(set) var heldCount = 0
    private var findings = Findings()
    /// Webhooks and events so far.
    private(set) var joined = 0
    private(set) var unmatched = 0
    private(set) var missing = 0
    private(set) var cut = 0

    init(grace: Nanoseconds, heldLimit: Int = WebhookJoin.heldLimit) {
        self.grace = grace
        self.heldLimit = heldLimit
    }

    /// When somebody's grace is over at the earliest.
    var deadline: Instant { deadlines.min?.at ?? .never }

    /// Whether anything was found since it was last taken.
    var hasFindings: Bool { !findings.isEmpty }

    /// Gives what was found for empty arrays.
    mutating func swapFindings(_ other: inout Findings) { swap(&findings, &other) }

    // MARK: - events

    /// A turn begins: from now on its webhooks may come.
    mutating func begin(_ record: TurnRecord, of conversation: TextDigest, series: Int) {
        turns[conversation, default: []].append(Turn(record: record, series: series))
    }

    /// An event of the open turn's stream; only of kinds that are sent by webhook too.
    mutating func stream(
        _ event: EventIdentity, of conversation: TextDigest, at instant: Instant, isTimed: Bool
    ) {
        guard var list = turns[conversation], let last = list.indices.last, !list[last].isOver
        else { return }
        // Out of the table while it changes: it must not be copied.
        turns[conversation] = []
        defer { turns[conversation] = list }
        guard let place = list[last].events.firstIndex(where: { $0.identity == event }) else {
            if list[last].events.count < WebhookJoin.eventLimit {
                list[last].events.append(
                    Event(identity: event, stream: instant, isTimed: isTimed))
            }
            return
        }
        // A repeat on the stream is not the event's arrival.
        guard list[last].events[place].stream == nil else { return }
        list[last].events[place].stream = instant
        list[last].events[place].isTimed = isTimed
        // It was counted as unmatched when it came.
        unmatched -= 1
        pair(list[last].events[place], list[last].series)
    }

    /// A webhook that is no repeat.
    ///
    /// - Returns: the series of the turn it belongs to; nil when nobody waits for it.
    mutating func webhook(
        _ event: EventIdentity, of conversation: TextDigest, at instant: Instant, created: Int64?
    ) -> Int? {
        guard var list = turns[conversation], !list.isEmpty else {
            unmatched += 1
            return nil
        }
        turns[conversation] = []
        let (turn, place) = WebhookJoin.place(of: event, in: list)
        let series = list[turn].series
        if let place {
            list[turn].events[place].webhook = instant
            pair(list[turn].events[place], series)
        } else {
            unmatched += 1
            if list[turn].events.count < WebhookJoin.eventLimit {
                list[turn].events.append(
                    Event(identity: event, webhook: instant, created: created))
            }
        }
        if list[turn].isOver, !list[turn].isWaiting {
            release(list.remove(at: turn))
        }
        turns[conversation] = list.isEmpty ? nil : list
        return series
    }

    /// The turn that has seen the event on its stream; else the newest one.
    private static func place(of event: EventIdentity, in list: [Turn]) -> (Int, Int?) {
        for turn in list.indices {
            let place = list[turn].events.firstIndex {
                $0.identity == event && $0.webhook == nil
            }
            if let place { return (turn, place) }
        }
        return (list.count - 1, nil)
    }

    private mutating func pair(_ event: Event, _ series: Int) {
        guard let stream = event.stream, let webhook = event.webhook else { return }
        joined += 1
        if event.isTimed { findings.skews.append(Skew(span: webhook - stream, series: series)) }
    }

    /// The open turn is over; its record follows when its webhooks are in, perhaps at once.
    mutating func end(_ record: TurnRecord, of conversation: TextDigest, at now: Instant) {
        guard var list = turns[conversation], let last = list.indices.last, !list[last].isOver
        else {
            // It never began: it was blocked or cut.
            findings.records.append(record)
            return
        }
        turns[conversation] = []
        list[last].record = record
        list[last].isOver = true
        heldCount += 1
        if list[last].isWaiting {
            deadlines.insert(
                Deadline(at: now + grace, conversation: conversation, turn: record.turn))
        } else {
            release(list.remove(at: last))
        }
        turns[conversation] = list.isEmpty ? nil : list
        while heldCount > heldLimit, let oldest = deadlines.popMin() { giveUp(oldest, waited: nil) }
    }

    // MARK: - endings

    /// Lets go of the turns whose grace is over.
    mutating func expire(at now: Instant) {
        while let first = deadlines.min, first.at <= now {
            _ = deadlines.removeMin()
            giveUp(first, waited: grace)
        }
    }

    /// The run is over: nobody waits any more.
    mutating func finish() {
        while let first = deadlines.popMin() { giveUp(first, waited: nil) }
    }

    private mutating func giveUp(_ deadline: Deadline, waited: Nanoseconds?) {
        // Its webhooks may be in, and the deadline a leftover.
        guard var list = turns[deadline.conversation],
            let place = list.firstIndex(where: {
                $0.isOver && $0.record.turn == deadline.turn
            })
        else { return }
        var turn = list.remove(at: place)
        for event in turn.events where event.stream != nil && event.webhook == nil {
            findings.missing.append(Missing(waited: waited, series: turn.series))
            if waited == nil { cut += 1 } else { missing += 1 }
            if waited != nil { turn.record.detail.flags.insert(.lostWebhook) }
        }
        release(turn)
        turns[deadline.conversation] = list.isEmpty ? nil : list
    }

    private mutating func release(_ turn: Turn) {
        heldCount -= 1
        var record = turn.record
        record.webhookReplied = turn.firstReplied
        findings.records.append(record)
    }
}
