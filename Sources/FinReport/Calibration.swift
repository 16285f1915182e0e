internal import FinMeasure

/// The floor of one machine: how late the generator is, and how exact its instants, at some loads.
public struct Calibration: Sendable {
    /// One load.
    public struct Level: Sendable {
        /// What it is called.
        public var name: String
        /// The share of what the machine can do, 0 to 1; 0 for idle.
        public var share: Double
        /// Conversations begun a second.
        public var conversationsPerSecond: Double
        /// Events a second.
        public var eventsPerSecond: Double
        /// Lateness of starts: median and 99th percentile, nanoseconds, and of how many.
        public var scheduleLag: (p50: UInt64, p99: UInt64, n: UInt64)
        /// From a packet's receipt to its callback: the same.
        public var harnessLag: (p50: UInt64, p99: UInt64, n: UInt64)
        /// Arrival against the simulator's own log: the worst of first chunks, replies, done signals.
        public var arrival: (p50: Int64, p99: Int64)
        /// Arrivals that were held against the log.
        public var arrivals: Int
        /// Differences below this are the machine's: a late start and a late arrival together.
        public var floor: UInt64 { scheduleLag.p99 + UInt64(max(0, arrival.p99)) }
    }

    /// The levels, ascending.
    public internal(set) var levels: [Level] = []

    /// No level yet.
    public init() {}

    /// Takes a finished run beside its simulator's truth log.
    ///
    /// - Throws: `ReportError` when a file cannot be read.
    public mutating func add(
        name: String, share: Double, directory: String, truthPath: String
    ) throws {
        let record = try RecordReader.read(directory: directory)
        let rollup = Rollup(record)
        func lag(_ metric: Metric) -> (p50: UInt64, p99: UInt64, n: UInt64) {
            let counts = rollup.main(metric, .none)
            return (
                counts?.value(at: 0.5)?.nanoseconds ?? 0,
                counts?.value(at: 0.99)?.nanoseconds ?? 0, counts?.n ?? 0
            )
        }
        let audit = try TruthAudit(directory: directory, truthPath: truthPath)
        let found = [TruthAudit.Subject.firstChunk, .firstReplied, .done]
            .compactMap { audit.errors[$0] }
        let seconds = max(record.document.plan.lengthSeconds, 1e-9)
        let totals = record.document.totals
        levels.append(
            Level(
                name: name, share: share,
                conversationsPerSecond: Double(totals?.conversationsBegun ?? 0) / seconds,
                eventsPerSecond: Double(totals?.events ?? 0) / seconds,
                scheduleLag: lag(.scheduleLag), harnessLag: lag(.harnessLag),
                arrival: (found.map(\.p50).max() ?? 0, found.map(\.p99).max() ?? 0),
                arrivals: found.reduce(0) { $0 + $1.count }))
    }

    /// What a reader may conclude: the floor up to half of what the machine can do.
    public var sentence: String {
        let usual = levels.filter { $0.share <= 0.5 }
        guard let worst = usual.max(by: { $0.floor < $1.floor }), let busiest = usual.last else {
            return "nothing was measured"
        }
        return "up to \(Human.digits(busiest.conversationsPerSecond)) conversations/s "
            + "(\(Human.digits(busiest.eventsPerSecond)) events/s) on this machine, differences under "
            + "\((worst.floor + 999) / 1000) us are not yours"
    }

    /// The table and the sentence.
    public var text: String {
        let heads = [
            "load", "conv/s", "events/s", "schedule lag", "p99", "harness lag", "p99",
            "arrival error", "p99",
        ]
        let rows = levels.map { level in
            [
                level.name, Human.digits(level.conversationsPerSecond),
                Human.digits(level.eventsPerSecond), Human.span(level.scheduleLag.p50),
                Human.span(level.scheduleLag.p99), Human.span(level.harnessLag.p50),
                Human.span(level.harnessLag.p99), Human.span(signed: level.arrival.p50),
                Human.span(signed: level.arrival.p99),
            ]
        }
        let lines = ([heads] + rows).map { row in
            row.enumerated().map { place, cell in
                place == 0 ? Human.pad(cell, 6) : Human.pad(cell, place < 3 ? 9 : 14, right: true)
            }.joined()
        }
        return (lines + ["", sentence]).joined(separator: "\n")
    }

    /// Tidy CSV: a row for each level, metric and statistic; nanoseconds.
    public var csv: String {
        var buffer = CSVBuffer(header: [
            "schema", "level", "share", "conversations_per_s", "events_per_s", "metric", "stat",
            "unit", "value", "n",
        ])
        for level in levels {
            let arrivals = UInt64(clamping: level.arrivals)
            let metrics: [(name: String, p50: Int64, p99: Int64, n: UInt64)] = [
                row("schedule_lag", level.scheduleLag), row("harness_lag", level.harnessLag),
                ("arrival_error", level.arrival.p50, level.arrival.p99, arrivals),
            ]
            for metric in metrics {
                for (stat, value) in [("p50", metric.p50), ("p99", metric.p99)] {
                    buffer.field(1)
                    buffer.field(level.name)
                    buffer.field(Decimals.number(level.share, places: 3))
                    buffer.field(Decimals.number(level.conversationsPerSecond, places: 3))
                    buffer.field(Decimals.number(level.eventsPerSecond, places: 3))
                    buffer.field(metric.name)
                    buffer.field(stat)
                    buffer.field("ns")
                    buffer.field(value)
                    buffer.field(Int64(clamping: metric.n))
                    buffer.endRow()
                }
            }
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    private func row(
        _ name: String, _ lag: (p50: UInt64, p99: UInt64, n: UInt64)
    ) -> (name: String, p50: Int64, p99: Int64, n: UInt64) {
        (name, Int64(clamping: lag.p50), Int64(clamping: lag.p99), lag.n)
    }

    /// Writes `calibration.csv`.
    ///
    /// - Throws: `ReportError` when the file system refuses.
    public func write(to directory: String) throws {
        try RecordFiles.replace("calibration.csv", in: directory, with: Array(csv.utf8))
    }
}
