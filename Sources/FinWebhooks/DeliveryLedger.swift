internal import FinMeasure
internal import FinWire

/// Which events were received, in what order, and how often: events in, verdicts out.
///
/// A repeat is found by `message.id`, else by event, status and `created_at_ms`. The sender of a
/// repeat waits a minute, so what came in the last ten to twenty minutes is remembered.
struct DeliveryLedger {
    /// How many deliveries had each verdict.
    private(set) var counts: [DeliveryVerdict: UInt64] = [:]
    /// Accepted ones that came after a later event of their conversation.
    private(set) var reordered: UInt64 = 0
    private var seen = RecentSet<EventKey>()
    private var newest = RecentMap<TextDigest, Int64>()

    private struct EventKey: Hashable {
        var conversation: TextDigest?
        var event: EventIdentity
    }

    /// Counts a delivery that carries no event of ours.
    mutating func count(_ verdict: DeliveryVerdict) { counts[verdict, default: 0] += 1 }

    /// Takes a verified event.
    mutating func take(
        _ event: EventFields, at received: Instant, unixMilliseconds: Int64, byteCount: Int
    ) -> WebhookReceipt {
        let key = EventKey(conversation: event.conversationID, event: EventIdentity(event))
        let isDuplicate = !seen.insert(key, at: received)
        let isReordered = !isDuplicate && isOlder(event, at: received)
        count(isDuplicate ? .duplicate : .accepted)
        if isReordered { reordered += 1 }
        return WebhookReceipt(
            received: received, unixMilliseconds: unixMilliseconds, event: event,
            byteCount: byteCount, isDuplicate: isDuplicate, isReordered: isReordered)
    }

    private mutating func isOlder(_ event: EventFields, at now: Instant) -> Bool {
        guard let conversation = event.conversationID, let created = event.createdAtMilliseconds
        else { return false }
        let last = newest[conversation] ?? .min
        newest.set(conversation, max(last, created), at: now)
        return created < last
    }
}

/// A set that forgets what is older than ten minutes, within twenty.
private struct RecentSet<Element: Hashable> {
    private var map = RecentMap<Element, Bool>()

    /// Whether the element is new.
    mutating func insert(_ element: Element, at now: Instant) -> Bool {
        if map[element] != nil { return false }
        map.set(element, true, at: now)
        return true
    }
}

/// Two generations: the older one is dropped when the younger is ten minutes old.
private struct RecentMap<Key: Hashable, Value> {
    private static var age: Nanoseconds { .seconds(600) }
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private var turned: Instant?

    subscript(key: Key) -> Value? { young[key] ?? old[key] }

    mutating func set(_ key: Key, _ value: Value, at now: Instant) {
        if let last = turned, now - last > RecentMap.age {
            old = young
            young = [:]
            turned = now
        }
        if turned == nil { turned = now }
        young[key] = value
    }
}

/// What a receiver has counted so far.
public struct ReceiverCounts: Sendable, Equatable {
    /// How many deliveries had each verdict; verdicts that never came are left out.
    public var verdicts: [DeliveryVerdict: UInt64]
    /// Accepted ones that came after a later event of their conversation.
    public var reordered: UInt64

    /// Every delivery.
    public var total: UInt64 { verdicts.values.reduce(0, +) }

    init(_ ledger: DeliveryLedger) {
        verdicts = ledger.counts
        reordered = ledger.reordered
    }
}
