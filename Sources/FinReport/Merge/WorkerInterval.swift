public import FinMeasure
private import Foundation

/// One interval of a worker on its way to the run that started it: what the live view needs of it.
///
/// The measurements themselves go into the worker's record; nothing of a verdict comes from here.
public struct WorkerInterval: Codable, Sendable {
    private struct Values: Codable {
        var payload: String
        var beside: [UInt64]
    }

    private struct OutcomeCount: Codable {
        var scenario: UInt16
        var phase: String
        var turn: String
        var outcome: Outcome
        var cause: String
        var httpStatus: UInt16
        var flags: UInt32
        var count: UInt64
    }

    private struct Reading: Codable {
        var thread: String
        var metric: String
        var value: Double
    }

    private var start: Int64
    private var length: Int64
    private var outcomes: [OutcomeCount]
    private var health: [Reading]
    private var series: [String: Values]
    private var liveTTFT: Values?
    private var ledger: RunDocument.Ledger?

    /// Takes what the live view wants of an interval.
    public init(_ snapshot: IntervalSnapshot, metrics: Set<Metric>) {
        start = snapshot.start.count
        length = snapshot.length.count
        outcomes = snapshot.outcomes.map { key, count in
            OutcomeCount(
                scenario: key.scenario, phase: key.phase.name, turn: key.turn.name,
                outcome: key.outcome, cause: key.detail.cause.rawValue,
                httpStatus: key.detail.httpStatus, flags: key.detail.flags.rawValue, count: count)
        }
        health = snapshot.health.map {
            Reading(thread: $0.thread, metric: $0.metric.rawValue, value: $0.value)
        }
        series = [:]
        for (key, values) in snapshot.series where metrics.contains(key.metric) {
            series[key.tag] = WorkerInterval.values(values, key.metric)
        }
        liveTTFT = snapshot.liveTTFT.map { WorkerInterval.values($0, .ttft) }
        ledger = snapshot.ledger
    }

    /// One line of JSON, without its line break.
    public func line() throws -> String {
        String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    }

    /// Reads a line; nil for what is none.
    public init?(line: String) {
        guard line.hasPrefix("{"),
            let read = try? JSONDecoder().decode(WorkerInterval.self, from: Data(line.utf8))
        else { return nil }
        self = read
    }

    /// The interval again; values are those of their buckets' low ends.
    public var snapshot: IntervalSnapshot {
        var counts: [OutcomeKey: UInt64] = [:]
        for row in outcomes {
            guard let phase = Phase(name: row.phase), let turn = TurnClass(name: row.turn),
                let cause = OutcomeCause(rawValue: row.cause)
            else { continue }
            let detail = OutcomeDetail(
                cause: cause, httpStatus: row.httpStatus, flags: TurnFlags(rawValue: row.flags))
            let key = OutcomeKey(
                scenario: row.scenario, phase: phase, turn: turn, outcome: row.outcome,
                detail: detail)
            counts[key, default: 0] += row.count
        }
        return IntervalSnapshot(
            start: Nanoseconds(start), length: Nanoseconds(length),
            series: series.compactMap { tag, values in
                guard let key = Series(tag: tag),
                    let histogram = WorkerInterval.histogram(values, key.metric)
                else { return nil }
                return (key: key, values: histogram)
            },
            outcomes: counts,
            health: health.compactMap { row in
                HealthMetric(rawValue: row.metric).map {
                    HealthSample(thread: row.thread, metric: $0, value: row.value)
                }
            }, turns: [],
            liveTTFT: liveTTFT.flatMap { WorkerInterval.histogram($0, .ttft) }, ledger: ledger)
    }

    private static func values(_ histogram: SeriesHistogram, _ metric: Metric) -> Values {
        let counts = SeriesCounts(histogram, metric: metric)
        return Values(payload: HistogramPayload.encode(counts), beside: counts.beside)
    }

    private static func histogram(_ values: Values, _ metric: Metric) -> SeriesHistogram? {
        guard var counts = HistogramPayload.decode(values.payload[...]),
            values.beside.count == SeriesCounts.besideCount
        else { return nil }
        counts.beside = values.beside
        return SeriesHistogram(counts, metric: metric)
    }
}
