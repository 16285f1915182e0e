internal import FinLoop
public import FinMeasure

/// What is timed, how long, and in batches of which size; calibrated on this machine.
public struct VerifySchedule: Sendable {
    /// The rows, in the order of the table.
    public var scenarios: [VerifyScenario] { cells.map(\.scenario) }
    /// Rounds; each does every row once.
    public let rounds: Int
    /// Time of one row in one round.
    public let slice: Nanoseconds
    /// What two clock reads take.
    public let clockReads: Nanoseconds
    var cells: [VerifyCell]

    /// Blocks of the limit's message, 1 MiB.
    private static let blockBytes = 1 << 20
    /// Two clock reads must cost less than 1 % of a batch; twice that, as a try on a busy machine
    /// may be slower than the measurement.
    private static let batchPerClock: Int64 = 200
    private static let largestBatch = 1 << 14

    /// Decides, and tries each row for a moment to size its batches.
    ///
    /// - Parameters:
    ///   - corpora: the deliveries.
    ///   - threads: thread counts, each at least 1.
    ///   - duration: of all rounds together.
    public init(corpora: [DeliveryCorpus], threads: [Int], duration: Nanoseconds) {
        let blocks = (0..<VerifySchedule.blockBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var cells: [VerifyCell] = []
        for corpus in corpora {
            for count in threads {
                for work in [.mix, .valid, .wrong, .malformed, .userHash, .oneShot, .limit]
                    as [VerifyScenario.Work]
                where work == .limit || corpus.count(work) > 0 {
                    let scenario = VerifyScenario(
                        bodyBytes: corpus.bodyBytes, work: work, threads: count)
                    cells.append(VerifyCell(scenario: scenario, corpus: corpus, blocks: blocks))
                }
            }
        }
        clockReads = VerifySchedule.timeClock()
        rounds = VerifySchedule.roundCount(cells: cells.count, duration: duration)
        slice = Nanoseconds(duration.count / Int64(rounds * max(1, cells.count)))
        self.cells = cells
        calibrate()
    }

    /// An odd number, so that a round is the median: 25 at the most, 5 at the least, and in between
    /// so many that a row gets 10 ms in each.
    static func roundCount(cells: Int, duration: Nanoseconds) -> Int {
        let fitting = Int(duration.count / (Int64(max(1, cells)) * 10_000_000))
        return min(25, max(5, fitting - 1 + fitting % 2))
    }

    /// How many checks make a batch that is long enough.
    static func batchSize(check: Double, clockReads: Nanoseconds) -> Int {
        let wanted = Double(clockReads.count * batchPerClock)
        return min(largestBatch, max(1, Int((wanted / max(check, 0.1)).rounded(.up))))
    }

    /// One batch for a corpus and a work, whatever the number of threads.
    private mutating func calibrate() {
        var known: [VerifyScenario: Int] = [:]
        for index in cells.indices where cells[index].scenario.work != .limit {
            var alone = cells[index].scenario
            alone.threads = 1
            let batch =
                known[alone]
                ?? VerifySchedule.batchSize(
                    check: VerifySchedule.time(cells[index]), clockReads: clockReads)
            known[alone] = batch
            cells[index].batch = batch
        }
    }

    /// Nanoseconds of one check: the fastest of some short tries, so that no batch is too short.
    private static func time(_ cell: VerifyCell) -> Double {
        var walk = VerifyWalk(cell, thread: 0)
        var fastest = Double.infinity
        let limit = Clock.now() + .milliseconds(3)
        repeat {
            let begin = Clock.now()
            _ = walk.perform(16)
            fastest = min(fastest, Double((Clock.now() - begin).count) / 16)
        } while Clock.now() < limit
        return fastest
    }

    private static func timeClock() -> Nanoseconds {
        var spans: [Int64] = []
        for _ in 0..<9 {
            let begin = Clock.now()
            var last = begin
            for _ in 0..<1000 { last = Clock.now() }
            spans.append((last - begin).count)
        }
        return Nanoseconds(max(1, spans.sorted()[4] * 2 / 1000))
    }

    /// Checks in a batch, by the scenario's name.
    public var batches: [String: Int] {
        Dictionary(uniqueKeysWithValues: cells.map { ($0.scenario.name, $0.batch) })
    }

    /// The library beside us, by its own words.
    public static var libcrypto: String { Libcrypto.version }
}
