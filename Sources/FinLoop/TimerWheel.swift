public import FinMeasure

/// Coarse timeouts of table rows: a hashed wheel of 10 ms ticks, one timer a row, O(1) to set.
///
/// Pure. A timer fires up to one tick late, never early. Setting a row's timer replaces the old one.
public struct TimerWheel: ~Copyable {
    /// The length of a tick.
    public static let tick = Nanoseconds.milliseconds(10)
    static let slotCount = 2048  // 20.48 s a turn of the wheel; longer timers go round again

    // Doubly linked lists through the rows, one list a slot; -1 ends a list.
    // Invariant: dueTick[row] == nil <=> the row is in no list.
    private var heads: [Int32]
    private var next: [Int32]
    private var previous: [Int32]
    private var dueTick: [Int64?]
    private var lastTick: Int64
    private var armedCount = 0

    /// A wheel for rows 0 to `rowCount` - 1, standing at `now`.
    public init(rowCount: Int, now: Instant) {
        heads = Array(repeating: -1, count: TimerWheel.slotCount)
        next = Array(repeating: -1, count: rowCount)
        previous = Array(repeating: -1, count: rowCount)
        dueTick = Array(repeating: nil, count: rowCount)
        lastTick = TimerWheel.tickBelow(now)
    }

    /// Sets a row's timer; `never` takes it away.
    public mutating func set(_ row: Int, at instant: Instant) {
        if instant == .never { return clear(row) }
        let due = max(TimerWheel.tickBelow(instant) + 1, lastTick + 1)
        if dueTick[row] == due { return }
        clear(row)
        link(row, due)
    }

    /// Takes a row's timer away, if it has one.
    public mutating func clear(_ row: Int) {
        guard let due = dueTick[row] else { return }
        let slot = Int(due % Int64(TimerWheel.slotCount))
        let after = next[row]
        let before = previous[row]
        if before >= 0 { next[Int(before)] = after } else { heads[slot] = after }
        if after >= 0 { previous[Int(after)] = before }
        dueTick[row] = nil
        armedCount -= 1
    }

    /// The rows whose timers are due at `now`; their timers are gone.
    public mutating func expire(_ now: Instant, into expired: inout [Int]) {
        let target = TimerWheel.tickBelow(now)
        // After a long sleep every slot is looked at once, not every tick.
        let first = max(lastTick + 1, target - Int64(TimerWheel.slotCount) + 1)
        if first <= target {
            for tick in first...target { collect(tick, target, &expired) }
        }
        lastTick = max(lastTick, target)
    }

    /// When to look again: the next tick that could hold a timer.
    public var wakeUp: Instant {
        if armedCount == 0 { return .never }
        return Instant(nanoseconds: UInt64(lastTick + 1) * UInt64(TimerWheel.tick.count))
    }

    private mutating func collect(_ tick: Int64, _ target: Int64, _ expired: inout [Int]) {
        var row = heads[Int(tick % Int64(TimerWheel.slotCount))]
        while row >= 0 {
            let current = Int(row)
            row = next[current]
            if let due = dueTick[current], due <= target {
                clear(current)
                expired.append(current)
            }
        }
    }

    private mutating func link(_ row: Int, _ due: Int64) {
        let slot = Int(due % Int64(TimerWheel.slotCount))
        next[row] = heads[slot]
        previous[row] = -1
        if heads[slot] >= 0 { previous[Int(heads[slot])] = Int32(row) }
        heads[slot] = Int32(row)
        dueTick[row] = due
        armedCount += 1
    }

    private static func tickBelow(_ instant: Instant) -> Int64 {
        Int64(instant.nanoseconds / UInt64(tick.count))
    }
}
