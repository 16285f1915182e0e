import CScale
import FinMeasure
import FinReport
import Foundation

/// What a record that was made holds.
struct RecordFigures: Codable {
    var histograms = 0
    var bytes = 0
}

/// The record of a run that never was: its turns are drawn into histograms, interval by interval.
struct RecordJob {
    private struct Names: PlanNames {
        func conversationID(_ conversation: UInt64) -> String { "c-\(conversation)" }
        func userID(_ user: UInt32) -> String { "u-\(user)" }
        func question(_ question: UInt32) -> String { "q-\(question)" }
    }

    private static let turnsEach = 5000
    private static let length = Nanoseconds.seconds(5)
    private static let outcomes: [Outcome] = [
        .done, .timeout, .httpError, .rateLimited, .connectionLost,
    ]
    private static let gauges: [(HealthMetric, Double)] = [
        (.cpu, 0.7), (.spin, 0.1), (.offeredStarts, 5000), (.starts, 4990),
        (.longestLoopGap, 3), (.inFlight, 900),
    ]
    private let directory: String
    private let intervalCount: Int
    private let seed: UInt64

    /// - Throws: `UsageError` naming the argument.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var (directory, turns, seed) = ("", RecordJob.turnsEach, UInt64(7))
        var rest = arguments
        while let name = rest.popFirst() {
            let text = try Options.value(of: name, &rest) { $0 }
            switch name {
            case "--to": directory = text
            case "--turns": turns = Int(text) ?? turns
            case "--seed": seed = UInt64(text) ?? seed
            default: throw UsageError(text: "\"\(name)\" is not known")
            }
        }
        self.directory = directory
        intervalCount = max(1, turns / RecordJob.turnsEach)
        self.seed = seed
    }

    /// Writes the record and prints its figures as one line of JSON.
    func perform() throws {
        let writer = try RecordWriter(
            directory: directory, document: document, names: Names(), writesTurns: false)
        var random = SeededGenerator(seed: seed, stream: .test)
        var figures = RecordFigures()
        for index in 0..<intervalCount {
            let series = draw(&random)
            figures.histograms += series.count
            try writer.interval(snapshot(index, series))
        }
        let turns = intervalCount * RecordJob.turnsEach
        try writer.finish(
            RunDocument.Totals(
                conversationsBegun: turns / 2, turnsPlanned: turns, postsSent: turns,
                streamsOpened: turns, rowsDropped: 0, events: turns * 10,
                eventsKernelStamped: turns * 10, eventsCoalesced: 0, clockSteps: 0, stopReason: ""))
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let path = "\(directory)/\(name)"
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size]
            figures.bytes += (size as? Int) ?? 0
        }
        print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }

    private var document: RunDocument {
        RunDocument(
            runID: "long", profileName: "long", labels: [:], toolVersion: "0",
            target: .init(kind: .simulated, url: "http://127.0.0.1:1", version: "2.16"),
            loadModel: "open", profile: .object(["max_in_flight": .number(1000)]), seed: seed,
            shard: .init(index: 0, count: 1),
            host: .init(name: "h", system: "Linux", processors: 2, memoryBytes: 1 << 34),
            scenarios: ["chat"], clock: .init(monotonicNanoseconds: 0, unixNanoseconds: 0),
            intervalSeconds: RecordJob.length.seconds,
            plan: .init(
                conversations: intervalCount * RecordJob.turnsEach / 2, warmupSeconds: 0,
                lengthSeconds: RecordJob.length.seconds * Double(intervalCount), drainSeconds: 2),
            slo: [], confidence: 0.99, maxShare: 0.01, startedAt: "1970-01-01T00:00:00.000Z")
    }

    /// Every series that a run can have, filled with log-normal values.
    private func draw(
        _ random: inout SeededGenerator
    ) -> [(key: Series, values: SeriesHistogram)] {
        var filled: [(key: Series, values: SeriesHistogram)] = []
        for metric in Metric.allCases where metric != .scheduleLag && metric != .harnessLag {
            for anchor in metric.anchors {
                for turn in [TurnClass.first, .later] {
                    let key = Series(
                        metric: metric, anchor: anchor, scenario: "chat", phase: .main, turn: turn)
                    filled.append((key, histogram(metric, &random)))
                }
            }
        }
        return filled
    }

    private func histogram(
        _ metric: Metric, _ random: inout SeededGenerator
    ) -> SeriesHistogram {
        var values = SeriesHistogram(metric: metric)
        // A draw stands for several turns: what matters is how many slots hold something.
        let draws = 400
        for _ in 0..<draws {
            let sum = (0..<6).reduce(0.0) { total, _ in total + random.unit() }
            let nanoseconds = Int64(600e6 * exp((sum - 3) * 0.9))
            values.record(
                Nanoseconds(nanoseconds), count: UInt64(RecordJob.turnsEach / 2 / draws))
        }
        values.censored = random.next() % 20
        values.longestWait = .seconds(30)
        return values
    }

    private func snapshot(
        _ index: Int, _ series: [(key: Series, values: SeriesHistogram)]
    ) -> IntervalSnapshot {
        let share = UInt64(RecordJob.turnsEach / RecordJob.outcomes.count)
        let outcomes = RecordJob.outcomes.map { outcome in
            let key = OutcomeKey(
                scenario: 0, phase: .main, turn: .first, outcome: outcome, detail: OutcomeDetail())
            return (key, share)
        }
        return IntervalSnapshot(
            start: Nanoseconds(Int64(index) * RecordJob.length.count), length: RecordJob.length,
            series: series, outcomes: Dictionary(uniqueKeysWithValues: outcomes),
            health: RecordJob.gauges.map {
                HealthSample(thread: "load", metric: $0.0, value: $0.1)
            }, turns: [])
    }
}
