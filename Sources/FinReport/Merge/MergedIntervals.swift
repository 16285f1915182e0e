internal import FinMeasure

/// The intervals of several slices as those of one run: histograms bucket by bucket, outcomes and
/// counters by addition.
struct MergedIntervals {
    /// A stretch of the merged run.
    private struct Time: Hashable, Comparable {
        var start: Nanoseconds
        var length: Nanoseconds

        static func < (left: Time, right: Time) -> Bool {
            (left.start, left.length) < (right.start, right.length)
        }
    }

    private struct SeriesKey: Hashable {
        var time: Time
        var series: Series
    }

    private struct OutcomeKey: Hashable {
        var time: Time
        var scenario: String
        var phase: Phase
        var turn: TurnClass
        var outcome: Outcome
        var detail: String
    }

    private struct HealthKey: Hashable {
        var time: Time
        var thread: String
        var metric: String
    }

    private let time: MergeTime
    private var series: [SeriesKey: SeriesCounts] = [:]
    private var outcomes: [OutcomeKey: UInt64] = [:]
    private var health: [HealthKey: Double] = [:]

    init(time: MergeTime) { self.time = time }

    /// Adds a slice, or what an earlier merge made of several.
    mutating func add(_ input: MergeInput) {
        let shift = time.shift(input.document)
        for interval in input.record.intervals {
            let key = SeriesKey(
                time: place(interval.start, interval.length, shift), series: interval.series)
            series[key, default: SeriesCounts(layout: interval.counts.layout)].add(interval.counts)
        }
        for row in input.record.outcomes {
            let key = OutcomeKey(
                time: place(row.start, row.length, shift), scenario: row.scenario,
                phase: row.phase, turn: row.turn, outcome: row.outcome, detail: row.detail)
            outcomes[key, default: 0] += row.count
        }
        addHealth(input, shift)
    }

    private func place(_ start: Nanoseconds, _ length: Nanoseconds, _ shift: Nanoseconds) -> Time {
        let place = time.place(start, length, shift: shift)
        return Time(start: place.start, length: place.length)
    }

    // MARK: - health

    /// Counters and gauges of the load are the whole run's; what one process uses stays its own, under
    /// a name that ends in its slice, such as `load.3`.
    private mutating func addHealth(_ input: MergeInput, _ shift: Nanoseconds) {
        let isMerged = input.document.slices != nil
        var own: [HealthKey: Double] = [:]
        for row in input.record.health {
            let rule = HealthRule(row.metric)
            let thread =
                isMerged || rule != .apart
                ? row.thread : "\(row.thread).\(input.document.shard.index)"
            let key = HealthKey(
                time: place(row.start, row.length, shift), thread: thread, metric: row.metric)
            own[key] = own[key].map { rule.join($0, row.value, isSameProcess: true) } ?? row.value
        }
        for (key, value) in own {
            let rule = HealthRule(key.metric)
            health[key] =
                health[key].map { rule.join($0, value, isSameProcess: false) } ?? value
        }
    }

    /// How two readings of one stretch of time become one.
    private enum HealthRule {
        /// What is counted in an interval.
        case sum
        /// What stands at an interval's end.
        case last
        /// The smallest within an interval.
        case least
        /// The smallest for everybody.
        case minimum
        /// What one process uses.
        case apart

        init(_ metric: String) {
            self =
                switch HealthMetric(rawValue: metric) {
                case .inFlight: .last
                case .openStreams: .least
                case .rateLimitRemaining: .minimum
                case .cpu, .spin, .cpuWait, .residentMemory, .openFiles, .longestLoopGap,
                    .clockDrift, .clockOffsetError, nil:
                    .apart
                default: .sum
                }
        }

        /// - Parameter isSameProcess: whether both are of one process: then two of its intervals fell
        ///   into one of ours.
        func join(_ old: Double, _ new: Double, isSameProcess: Bool) -> Double {
            switch self {
            case .sum: old + new
            case .last: isSameProcess ? new : old + new
            case .least: isSameProcess ? min(old, new) : old + new
            case .minimum: min(old, new)
            case .apart: max(old, new)
            }
        }
    }

    // MARK: - the files

    /// The merged `histograms.hlog`.
    func histogramLog(_ document: RunDocument) -> [UInt8] {
        var bytes = Array(
            HistogramLog.header(
                unixNanoseconds: document.clock.unixNanoseconds, startedAt: document.startedAt
            ).utf8)
        for (key, counts, _) in series.map({ ($0, $1, $0.series.tag) })
            .sorted(by: { ($0.0.time, $0.2) < ($1.0.time, $1.2) })
        {
            let lines = HistogramLog.lines(
                tag: key.series.tag, start: key.time.start, length: key.time.length,
                counts: counts)
            bytes.append(contentsOf: lines.utf8)
        }
        for (key, value) in health.sorted(by: { order($0.key) < order($1.key) }) {
            let row = HealthRow(
                start: key.time.start, length: key.time.length, thread: key.thread,
                metric: key.metric, value: value)
            bytes.append(contentsOf: HistogramLog.line(row).utf8)
        }
        return bytes
    }

    private func order(_ key: HealthKey) -> (Time, String, Int) {
        let metric = HealthMetric.allCases.firstIndex { $0.rawValue == key.metric }
        return (key.time, key.thread, metric ?? HealthMetric.allCases.count)
    }

    /// The merged `outcomes.csv`.
    func outcomesCSV(_ document: RunDocument) -> [UInt8] {
        let rows = outcomes.map { key, count in
            OutcomeRow(
                scenario: key.scenario, phase: key.phase, turn: key.turn, start: key.time.start,
                length: key.time.length, outcome: key.outcome, detail: key.detail, count: count)
        }
        var buffer = CSVBuffer(header: OutcomeRow.columns)
        for row in rows.sorted(by: MergedIntervals.precedes) {
            row.append(to: &buffer, runID: document.runID)
        }
        return buffer.bytes
    }

    private static func precedes(_ left: OutcomeRow, _ right: OutcomeRow) -> Bool {
        if left.start != right.start { return left.start < right.start }
        if left.length != right.length { return left.length < right.length }
        return left.order.lexicographicallyPrecedes(right.order)
    }
}
