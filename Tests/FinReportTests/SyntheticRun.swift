import FinMeasure
import FinProfile
import Foundation

@testable import FinReport

/// A small run made by arithmetic: 3 s, two turns a conversation, one failure, one cut.
enum SyntheticRun {
    struct Names: PlanNames {
        func conversationID(_ conversation: UInt64) -> String { "fb-test-\(conversation)" }
        func userID(_ user: UInt32) -> String { "load-u-\(user)" }
        func question(_ question: UInt32) -> String { question == 0 ? "plan" : "refund, \"now\"" }
    }

    static let zero: UInt64 = 5_000_000_000_000

    static func document(
        scenarios: [String] = ["chat"], intervalSeconds: Double = 1, lengthSeconds: Double = 3
    ) -> RunDocument {
        RunDocument(
            runID: "r1", profileName: "golden", labels: ["team": "support", "commit": "abc"],
            toolVersion: "0.1.0",
            target: .init(kind: .simulated, url: "http://127.0.0.1:1", version: "2.16"),
            loadModel: "open", profile: .object(["max_in_flight": .number(10)]), seed: 7,
            shard: .init(index: 0, count: 1),
            host: .init(name: "h", system: "Linux", processors: 2, memoryBytes: 1 << 34),
            scenarios: scenarios,
            clock: .init(
                monotonicNanoseconds: zero, unixNanoseconds: 1_770_110_107_123_456_789),
            intervalSeconds: intervalSeconds,
            plan: .init(
                conversations: 6, warmupSeconds: 0, lengthSeconds: lengthSeconds,
                drainSeconds: 2),
            slo: ["ttft p50 < 1s", "error_rate < 5%"], confidence: 0.99, maxShare: 0.01,
            startedAt: "2026-02-03T09:15:07.123Z")
    }

    static func totals(conversations: Int = 6) -> RunDocument.Totals {
        RunDocument.Totals(
            conversationsBegun: conversations, turnsPlanned: 12, postsSent: 12, streamsOpened: 11,
            rowsDropped: 0, events: 1000, eventsKernelStamped: 1000, eventsCoalesced: 5,
            clockSteps: 0, stopReason: "")
    }

    /// Turn `turn` of conversation `number`, with milliseconds that follow from both.
    static func turn(_ number: UInt64, _ turn: UInt32) -> TurnRecord {
        var record = TurnRecord()
        let start = zero + number * 400_000_000 + UInt64(turn - 1) * 200_000_000
        func at(_ microseconds: UInt64) -> Instant {
            Instant(nanoseconds: start + microseconds * 1000)
        }
        let slow = 100_000 + number * 10_000
        record.conversation = number
        record.turn = turn
        record.question = UInt32(turn - 1)
        record.outcome = .done
        record.planned = at(0)
        record.sent = at(50)
        record.responseHeaders = at(2000)
        record.response = at(2100)
        record.streamDial = at(2150)
        record.streamOpen = at(4000)
        record.firstChunk = at(4000 + slow)
        record.lastChunk = at(8000 + slow)
        record.firstReplied = at(9000 + slow)
        record.lastReplied = at(9000 + slow)
        record.done = at(9500 + slow)
        record.closed = at(9600 + slow)
        record.ended = at(9500 + slow)
        record.chunks = 3
        record.firstChunkIndex = 0
        record.bytes = 900
        record.httpStatus = 200
        record.requestID = ShortText([UInt8]("req-\(number)".utf8).span)
        record.isPostReused = turn > 1
        return record
    }

    static func turns() -> [TurnRecord] {
        var list = (0..<6).flatMap { number in [turn(number, 1), turn(number, 2)] }
        list[3].outcome = .timeout
        list[3].detail = OutcomeDetail(cause: .firstChunkTimeout, flags: [.lateSubscription])
        list[3].firstChunk = nil
        list[3].firstReplied = nil
        list[3].done = nil
        list[3].ended = list[3].planned + .seconds(1)
        list[11].outcome = .cut
        list[11].detail = OutcomeDetail(cause: .drain)
        list[11].done = nil
        return list
    }

    static let perTurn: [Metric] = Metric.allCases.filter { $0.scope == .turn }

    static func snapshots(
        _ turns: [TurnRecord], document: RunDocument, metrics: [Metric]
    ) -> [IntervalSnapshot] {
        let length = Nanoseconds(seconds: document.intervalSeconds)
        let groups = Dictionary(grouping: turns) { turn in
            (turn.ended - Instant(nanoseconds: zero)).count / length.count
        }
        return groups.sorted { $0.key < $1.key }.map { index, turns in
            snapshot(
                turns, index: index, length: length, document: document, metrics: metrics)
        }
    }

    private static func snapshot(
        _ turns: [TurnRecord], index: Int64, length: Nanoseconds, document: RunDocument,
        metrics: [Metric]
    ) -> IntervalSnapshot {
        var series: [Series: SeriesHistogram] = [:]
        var outcomes: [OutcomeKey: UInt64] = [:]
        for turn in turns {
            let place = TurnClass(turn: Int(turn.turn))
            for metric in metrics {
                for anchor in metric.anchors {
                    let key = Series(
                        metric: metric, anchor: anchor,
                        scenario: document.scenarios[Int(turn.scenario)], phase: turn.phase,
                        turn: place)
                    series[key, default: SeriesHistogram(metric: metric)]
                        .record(turn.observe(metric, from: anchor))
                }
            }
            let key = OutcomeKey(
                scenario: turn.scenario, phase: turn.phase, turn: place, outcome: turn.outcome,
                detail: turn.detail)
            outcomes[key, default: 0] += 1
        }
        var gap = SeriesHistogram(metric: .loopGap)
        gap.record(.milliseconds(3))
        let process = Series(
            metric: .loopGap, anchor: .none, scenario: "", phase: .main, turn: .all)
        let sorted = series.sorted { $0.key.tag < $1.key.tag }.map { (key: $0, values: $1) }
        return IntervalSnapshot(
            start: Nanoseconds(index * length.count), length: length,
            series: sorted + [(key: process, values: gap)], outcomes: outcomes,
            health: [
                HealthSample(thread: "load", metric: .cpu, value: 0.25),
                HealthSample(thread: "load", metric: .offeredStarts, value: 2),
                HealthSample(thread: "load", metric: .inFlight, value: 3),
            ], turns: turns)
    }

    static func write(
        to directory: String, turns: [TurnRecord] = turns(), document: RunDocument = document(),
        writesTurns: Bool = true, finishes: Bool = true, metrics: [Metric] = perTurn
    ) throws {
        let writer = try RecordWriter(
            directory: directory, document: document, names: Names(), writesTurns: writesTurns)
        for snapshot in snapshots(turns, document: document, metrics: metrics) {
            try writer.interval(snapshot)
        }
        if finishes { try writer.finish(totals()) }
    }

    static let slos = [
        SLO(
            text: "ttft p50 < 1s",
            subject: .percentile(.ttft, .planned, percentile: 50, below: .seconds(1))),
        SLO(text: "error_rate < 5%", subject: .errorRate(below: 0.05)),
    ]
}

/// A directory of its own, gone when the test is over.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "finreport-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func text(_ name: String) throws -> String {
        String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self)
    }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}
