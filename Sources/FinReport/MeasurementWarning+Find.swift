internal import FinMeasure

extension MeasurementWarning {
    /// Every warning that a run deserves, in the order of the list.
    static func find(
        in record: RunRecord, _ rollup: Rollup, validity: Validity
    ) -> [MeasurementWarning] {
        let late = validity.scheduleLag + validity.harnessLag
        let lateness =
            validity.isValid
            ? [] : [MeasurementWarning.lateGenerator(p99: late, allowed: validity.allowed)]
        return lateness + counted(record) + gauged(record, rollup) + ranged(rollup)
            + sized(record) + distorted(record) + delivered(record) + drained(record)
            + stopped(record) + sliced(record.document)
    }

    private static func counted(_ record: RunRecord) -> [MeasurementWarning] {
        guard let totals = record.document.totals else { return [] }
        var found: [MeasurementWarning] = []
        let missing = totals.events - totals.eventsKernelStamped
        if isNoticeable(missing, totals.events) {
            found.append(.missingKernelStamps(missing: missing, events: totals.events))
        }
        if Double(totals.eventsCoalesced) > coalescedShare * Double(totals.events) {
            found.append(.coalesced(events: totals.eventsCoalesced, of: totals.events))
        }
        if totals.clockSteps > 0 { found.append(.clockSteps(totals.clockSteps)) }
        if totals.rowsDropped > 0 { found.append(.rowsDropped(totals.rowsDropped)) }
        return found
    }

    private static func isNoticeable(_ count: Int, _ all: Int) -> Bool {
        all > 0 && Double(count) > noticeableShare * Double(all)
    }

    private static func gauged(_ record: RunRecord, _ rollup: Rollup) -> [MeasurementWarning] {
        guard record.document.hasTurns else { return [] }
        var found: [MeasurementWarning] = []
        found += heldBack(record, readings(record, .blockedStarts).reduce(0) { $0 + $1.value })
        let gap = longestGap(record, rollup)
        if gap > longestLoopGap { found.append(.stalledLoop(longest: gap)) }
        // One thread is late when its core is full; a process of several threads may use more.
        let busiest = work(record).max { $0.value < $1.value }
        if let busiest, busiest.value > busiestShare {
            found.append(.busyGenerator(thread: busiest.thread, share: busiest.value))
        }
        let starved = readings(record, .cpuWait).map(\.value).max() ?? 0
        if starved > starvedShare { found.append(.starvedGenerator(share: starved)) }
        return found
    }

    /// Each thread's processor time of each interval, without what it spun.
    ///
    /// A run's last interval may be of some milliseconds: a share of those is nobody's burden.
    private static func work(_ record: RunRecord) -> [HealthRow] {
        var spun: [String: [Nanoseconds: Double]] = [:]
        for row in readings(record, .spin) { spun[row.thread, default: [:]][row.start] = row.value }
        // An interval is a second or more.
        let rows = readings(record, .cpu)
            .filter { $0.role != "process" && $0.length >= .milliseconds(500) }
        return rows.map { row in
            var work = row
            work.value -= spun[row.thread]?[row.start] ?? 0
            return work
        }
    }

    /// From the gauge or the histogram, whichever saw more.
    private static func longestGap(_ record: RunRecord, _ rollup: Rollup) -> UInt64 {
        let gauge = readings(record, .longestLoopGap).map(\.value).max() ?? 0
        let measured =
            rollup.totals.filter { $0.key.metric == .loopGap }
            .compactMap { $0.value.maximum?.nanoseconds }.max() ?? 0
        return max(UInt64(max(0, gauge) * 1e6), measured)
    }

    private static func readings(_ record: RunRecord, _ metric: HealthMetric) -> [HealthRow] {
        record.health.filter { $0.metric == metric.rawValue && $0.thread != "simulator" }
    }

    private static func ranged(_ rollup: Rollup) -> [MeasurementWarning] {
        let above = rollup.totals.reduce(UInt64(0)) { sum, entry in
            let isOwn =
                entry.key.scenario != Rollup.everyScenario
                && (entry.key.turn == .all || entry.key.metric.scope == .process)
            return sum + (isOwn ? entry.value.above : 0)
        }
        return above > 0 ? [.valuesAboveRange(above)] : []
    }

    private static func sized(_ record: RunRecord) -> [MeasurementWarning] {
        guard record.document.hasTurns else { return [] }
        var found: [MeasurementWarning] = []
        let plan = record.document.plan
        let seconds = plan.lengthSeconds - plan.warmupSeconds
        if seconds < Double(shortestSeconds) { found.append(.shortRun(seconds: seconds)) }
        if let begun = record.document.totals?.conversationsBegun, begun < fewestConversations {
            found.append(.fewConversations(begun))
        }
        return found
    }

    /// What distorts the times of a turn without making it fail.
    private static func distorted(_ record: RunRecord) -> [MeasurementWarning] {
        let rows = record.outcomes.filter { $0.phase == .main }
        let all = rows.reduce(0) { $0 + $1.count }
        func turns(_ word: String) -> UInt64 {
            rows.reduce(0) { $0 + ($1.mentions(word) ? $1.count : 0) }
        }
        var found: [MeasurementWarning] = []
        let late = turns("late_subscription")
        if isNoticeable(Int(late), Int(all)) {
            found.append(.lateSubscription(turns: late, of: all))
        }
        let bound = turns("subscription_bound")
        if isNoticeable(Int(bound), Int(all)) {
            found.append(.subscriptionBound(turns: bound, of: all))
        }
        let waited = turns(TurnFlags.waited429.setNames.joined())
        if isNoticeable(Int(waited), Int(all)) {
            found.append(.waitedForLimit(turns: waited, of: all))
        }
        return found
    }

    /// What a merged run lacks.
    private static func sliced(_ document: RunDocument) -> [MeasurementWarning] {
        guard let slices = document.slices else { return [] }
        var found = slices.compactMap { slice in
            slice.killed == true
                ? .sliceKilled(slice.index)
                : slice.loss.map { MeasurementWarning.sliceLost(slice.index, $0) }
        }
        let missing = document.sliceCount - slices.count
        if missing > 0 { found.append(.slicesMissing(missing, of: document.sliceCount)) }
        let zeros = slices.map(\.clock.unixNanoseconds)
        let apart = Double((zeros.max() ?? 0) - (zeros.min() ?? 0)) / 1e9
        if apart > document.intervalSeconds { found.append(.slicesApart(seconds: apart)) }
        return found
    }

    private static func stopped(_ record: RunRecord) -> [MeasurementWarning] {
        guard record.isComplete else {
            return [record.document.hasTurns ? .killed : .interrupted("killed")]
        }
        let reason = record.document.totals?.stopReason ?? ""
        return reason.isEmpty ? [] : [.interrupted(reason)]
    }
}
