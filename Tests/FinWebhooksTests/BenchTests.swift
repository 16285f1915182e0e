import FinMeasure
import Synchronization
import Testing

@testable import FinWebhooks

/// Keeps what it is given; read after the measurement.
private final class Keeper: Sendable {
    let snapshots = Mutex<[IntervalSnapshot]>([])
    let totals = Mutex<RunDocument.Totals?>(nil)
}

private final class KeepingSink: RunSink {
    private let keeper: Keeper
    private let visit: () -> Void

    init(_ keeper: Keeper, visit: @escaping () -> Void = {}) {
        self.keeper = keeper
        self.visit = visit
    }

    func interval(_ snapshot: IntervalSnapshot) {
        keeper.snapshots.withLock { $0.append(snapshot) }
        visit()
    }

    func finish(_ totals: RunDocument.Totals) { keeper.totals.withLock { $0 = totals } }
}

@Suite("Timing of signature checks")
struct BenchTests {
    private static func corpus() -> DeliveryCorpus {
        DeliveryCorpus(bodyBytes: 64, minimumBytes: 6400, mix: .usual, seed: 3)
    }

    private static func userHashes() -> DeliveryCorpus {
        .userHashes(minimumBytes: 6400, seed: 3)
    }

    private static let zero = Instant(nanoseconds: 0)

    @Test("every round has every row, and each row at least one value", arguments: [[1], [2, 1]])
    func rounds(threads: [Int]) async throws {
        let schedule = VerifySchedule(
            corpora: [Self.corpus(), Self.userHashes()], threads: threads,
            duration: .milliseconds(20))
        let keeper = Keeper()
        let end = try await VerifyBench(schedule).run(zero: Self.zero) { [KeepingSink(keeper)] }
        let snapshots = keeper.snapshots.withLock { $0 }
        #expect(schedule.rounds == 5 && snapshots.count == 5 && end.wholeRounds == 5)
        for snapshot in snapshots {
            #expect(snapshot.series.map(\.key.scenario) == schedule.scenarios.map(\.name))
            #expect(snapshot.series.allSatisfy { $0.key.metric == .webhookVerify })
            for (key, values) in snapshot.series {
                let threads = try #require(VerifyScenario(name: key.scenario)).threads
                #expect(values.n >= UInt64(threads), "\(key.scenario)")
            }
            #expect(snapshot.health.map(\.thread) == schedule.scenarios.map(\.name))
        }
        #expect(end.wrongVerdicts.isEmpty && !end.wasStopped)
        #expect(keeper.totals.withLock { $0?.stopReason } == "")
    }

    @Test(
        "one delivery of which the wrong is expected is found",
        arguments: [VerifyScenario.Work.mix, .valid, .wrong, .malformed, .userHash])
    func wrongVerdict(work: VerifyScenario.Work) async throws {
        var corpus = work == .userHash ? Self.userHashes() : Self.corpus()
        // Early in the order, so that the first batches meet it.
        corpus.turnExpectation(work, at: 1)
        let schedule = VerifySchedule(
            corpora: [corpus], threads: [1], duration: .milliseconds(10))
        let end = try await VerifyBench(schedule).run(zero: Self.zero) { [] }
        #expect(end.wrongVerdicts.map(\.scenario.work) == [work])
        #expect(end.wrongVerdicts.allSatisfy { $0.count > 0 })
    }

    @Test("once stopped it keeps what it has, and says so")
    func stopped() async throws {
        let schedule = VerifySchedule(
            corpora: [Self.corpus()], threads: [1, 2], duration: .milliseconds(100))
        let keeper = Keeper()
        let bench = VerifyBench(schedule)
        let end = try await bench.run(zero: Self.zero) {
            [KeepingSink(keeper) { bench.stop() }]
        }
        #expect(end.wasStopped && end.wholeRounds == 1)
        #expect(keeper.snapshots.withLock { $0.count } == 1)
        #expect(keeper.totals.withLock { $0?.stopReason } == "interrupted")
    }

    @Test("a batch is long enough for its clock, and no longer than it must be")
    func batches() {
        let clock = Nanoseconds(50)
        for check in [0.5, 3, 20, 231, 400, 5000, 40_000] {
            let batch = VerifySchedule.batchSize(check: check, clockReads: clock)
            if batch < 1 << 14 { #expect(50 / (Double(batch) * check) < 0.01) }
            if batch > 1 { #expect(50 / (Double(batch - 1) * check) > 0.004) }
        }
        #expect(VerifySchedule.batchSize(check: 40_000, clockReads: clock) == 1)
    }

    @Test("rounds are an odd number from 5 to 25")
    func roundCounts() {
        for cells in [1, 6, 36, 72, 1000] {
            for milliseconds in [10, 100, 5000, 60_000] as [Int64] {
                let count = VerifySchedule.roundCount(
                    cells: cells, duration: .milliseconds(milliseconds))
                #expect((5...25).contains(count) && count % 2 == 1)
            }
        }
    }
}
