public import FinMeasure

/// Joins the intervals of workers as they come: one snapshot for each interval that every worker
/// still at work has told.
///
/// Pure: intervals and ends in, joined snapshots out, in order.
public struct WorkerBoard: Sendable {
    private let interval: Nanoseconds
    /// The last interval each worker told; workers that ended are not in it.
    private var told: [Int: Int]
    private var waiting: [Int: IntervalSnapshot] = [:]
    /// The newest ledger of each worker.
    public private(set) var ledgers: [Int: RunDocument.Ledger] = [:]

    /// - Parameters:
    ///   - workers: their indexes.
    ///   - interval: the length of one interval.
    public init(workers: some Sequence<Int>, interval: Nanoseconds) {
        self.interval = interval
        told = Dictionary(uniqueKeysWithValues: workers.map { ($0, -1) })
    }

    /// Takes a worker's interval.
    ///
    /// - Returns: the intervals that are whole now.
    public mutating func take(_ worker: Int, _ snapshot: IntervalSnapshot) -> [IntervalSnapshot] {
        guard told[worker] != nil else { return [] }
        // Intervals begin a wake-up late.
        let index = Int((Double(snapshot.start.count) / Double(max(1, interval.count))).rounded())
        told[worker] = max(told[worker] ?? 0, index)
        if let ledger = snapshot.ledger { ledgers[worker] = ledger }
        var own = snapshot
        own.start = Nanoseconds(Int64(index) * interval.count)
        waiting[index] = waiting[index].map { WorkerBoard.join($0, own) } ?? own
        return release()
    }

    /// A worker has ended: nobody waits for it any more.
    public mutating func end(_ worker: Int) -> [IntervalSnapshot] {
        told[worker] = nil
        return release()
    }

    private mutating func release() -> [IntervalSnapshot] {
        let complete = told.values.min() ?? Int.max
        let ready = waiting.keys.filter { $0 <= complete }.sorted()
        return ready.compactMap { index in
            var snapshot = waiting.removeValue(forKey: index)
            snapshot?.ledger = RunDocument.Ledger.sum(Array(ledgers.values))
            return snapshot
        }
    }

    private static func join(
        _ left: IntervalSnapshot, _ right: IntervalSnapshot
    ) -> IntervalSnapshot {
        var joined = left
        joined.length = max(left.length, right.length)
        joined.outcomes.merge(right.outcomes) { $0 + $1 }
        joined.health += right.health
        for (key, values) in right.series {
            if let place = joined.series.firstIndex(where: { $0.key == key }) {
                joined.series[place].values.add(values)
            } else {
                joined.series.append((key: key, values: values))
            }
        }
        if let other = right.liveTTFT {
            if joined.liveTTFT == nil {
                joined.liveTTFT = other
            } else {
                joined.liveTTFT?.add(other)
            }
        }
        return joined
    }
}

extension RunDocument.Ledger {
    /// The sum of several processes' counts; nil for none.
    ///
    /// - Parameter users: distinct users where they are known; else the counts are added, which is
    ///   too many where two processes share a user.
    static func sum(
        _ ledgers: [RunDocument.Ledger], users: Int? = nil
    ) -> RunDocument.Ledger? {
        if ledgers.isEmpty { return nil }
        func total(_ value: (RunDocument.Ledger) -> Int) -> Int {
            ledgers.reduce(0) { $0 + value($1) }
        }
        let costs = ledgers.compactMap(\.worstCaseUsd)
        return RunDocument.Ledger(
            begun: total(\.begun), accepted: total(\.accepted), answered: total(\.answered),
            escalated: total(\.escalated), users: users ?? total(\.users),
            billable: total(\.billable), worstCaseUsd: costs.isEmpty ? nil : costs.reduce(0, +))
    }
}
