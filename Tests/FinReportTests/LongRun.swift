import FinMeasure
import FinTestSupport
import Foundation

@testable import FinReport

/// A run of very many turns, made without any of them: only its histograms.
enum LongRun {
    static let intervalSeconds = 5.0

    /// Turns for each of the intervals, spread over about 600 slots of a lognormal.
    static func counts(
        _ metric: Metric, turns: Int, _ random: inout SeededGenerator
    ) -> SeriesCounts {
        let layout = HistogramLayout(metric: metric)
        var slots: [Int: UInt64] = [:]
        // A draw stands for so many turns: what matters is how many slots hold something.
        let draws = 400
        for _ in 0..<draws {
            let sum = (0..<6).reduce(0.0) { total, _ in
                total + Double(random.next() % 1_000_000) / 1e6
            }
            let value = 600e6 * Foundation.exp((sum - 3) * 0.9)
            slots[layout.index(of: UInt64(value)), default: 0] += UInt64(turns / draws)
        }
        var counts = SeriesCounts(
            layout: layout,
            slots: slots.sorted { $0.key < $1.key }.map { .init(index: $0.key, count: $0.value) })
        counts.censored = random.next() % 20
        counts.longestWait = .seconds(30)
        return counts
    }

    /// The lines of every series, one interval after the other.
    static func intervals(
        _ count: Int, turnsEach: Int, metrics: [Metric], turns: [TurnClass]
    ) -> [RunRecord.SeriesInterval] {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: 7)
        let length = Nanoseconds(seconds: intervalSeconds)
        return (0..<count).flatMap { index in
            metrics.flatMap { metric in
                metric.anchors.flatMap { anchor in
                    turns.map { turn in
                        RunRecord.SeriesInterval(
                            start: Nanoseconds(Int64(index) * length.count), length: length,
                            series: Series(
                                metric: metric, anchor: anchor, scenario: "chat", phase: .main,
                                turn: turn),
                            counts: counts(
                                metric, turns: turnsEach / turns.count, &random))
                    }
                }
            }
        }
    }

    static func health(_ count: Int) -> [HealthRow] {
        let length = Nanoseconds(seconds: intervalSeconds)
        let values: [(HealthMetric, Double)] = [
            (.cpu, 0.7), (.spin, 0.1), (.offeredStarts, 5000), (.starts, 4990),
            (.longestLoopGap, 3), (.inFlight, 900),
        ]
        return (0..<count).flatMap { index in
            values.map { metric, value in
                HealthRow(
                    start: Nanoseconds(Int64(index) * length.count), length: length,
                    thread: "load", metric: metric.rawValue, value: value)
            }
        }
    }

    static func outcomes(_ count: Int, turnsEach: Int) -> [OutcomeRow] {
        let length = Nanoseconds(seconds: intervalSeconds)
        let kinds: [Outcome] = [.done, .timeout, .httpError, .rateLimited, .connectionLost]
        return (0..<count).flatMap { index in
            kinds.map { outcome in
                OutcomeRow(
                    scenario: "chat", phase: .main, turn: .first,
                    start: Nanoseconds(Int64(index) * length.count), length: length,
                    outcome: outcome, detail: "", count: UInt64(turnsEach) / 5)
            }
        }
    }

    static func document(_ count: Int) -> RunDocument {
        SyntheticRun.document(
            intervalSeconds: intervalSeconds, lengthSeconds: Double(count) * intervalSeconds)
    }
}
