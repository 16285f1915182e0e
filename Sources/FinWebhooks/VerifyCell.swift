internal import FinLoop
internal import FinMeasure
internal import FinWire
internal import Synchronization

/// One row of the measurement: a scenario, its deliveries, its batch.
struct VerifyCell: Sendable {
    let scenario: VerifyScenario
    let corpus: DeliveryCorpus
    /// What the limit hashes: whole blocks, 1 MiB.
    let blocks: [UInt8]
    /// Checks in a batch; for the limit one pass over the blocks.
    var batch = 1

    /// What one thread did in one slice.
    struct Tally: Sendable {
        var values = SeriesHistogram(metric: .webhookVerify)
        /// Verdicts that were not what they must be.
        var wrongVerdicts = 0
        /// Processor time over wall time, of all threads together.
        var cores = 0.0

        /// Adds another thread's.
        mutating func add(_ other: Tally) {
            values.add(other.values)
            wrongVerdicts += other.wrongVerdicts
            cores += other.cores
        }
    }

    /// Times batch after batch until the slice is over or `stop` is set, at least one of them.
    ///
    /// The fraction of a nanosecond that a batch's mean loses is carried to the next batch: the mean
    /// of many is exact.
    func run(
        thread: Int, slice: Nanoseconds, stop: borrowing Atomic<Bool>, ready: () -> Void
    ) -> Tally {
        var tally = Tally()
        var walk = VerifyWalk(self, thread: thread)
        // Untimed: brings code and keys where a busy receiver has them.
        tally.wrongVerdicts += walk.perform(batch)
        ready()
        let (scale, divisor) = arithmetic
        var carry: Int64 = 0
        let used = Clock.threadCPUNanoseconds()
        let start = Clock.now()
        var now: Instant
        repeat {
            let begin = Clock.now()
            let wrong = walk.perform(batch)
            now = Clock.now()
            tally.wrongVerdicts += wrong
            let total = (now - begin).count * scale + carry
            tally.values.record(Nanoseconds(total / divisor))
            carry = total % divisor
        } while now < start + slice && !stop.load(ordering: .relaxed)
        let wall = Double(max(1, (now - start).count))
        tally.cores = Double(Clock.threadCPUNanoseconds() - used) / wall
        return tally
    }

    /// A batch's time times `scale`, divided by `divisor`, is one value.
    private var arithmetic: (scale: Int64, divisor: Int64) {
        guard scenario.work == .limit else { return (1, Int64(batch)) }
        // Sixteenths keep the average number of compressions of recorded bodies.
        return (
            Int64((corpus.compressions * 16).rounded()), Int64(blocks.count / 64 * batch * 16)
        )
    }
}

/// Where a thread stands in a cell's deliveries.
struct VerifyWalk {
    private let cell: VerifyCell
    private let deliveries: [Delivery]
    private var position: Int
    private var state: UInt32 = 0

    /// Starts as far into the deliveries as there are threads before this one.
    init(_ cell: VerifyCell, thread: Int) {
        self.cell = cell
        deliveries = cell.corpus.sequences[cell.scenario.work] ?? []
        position = deliveries.count * thread / cell.scenario.threads
    }

    /// Does so much work; answers how many verdicts were not what they must be.
    mutating func perform(_ count: Int) -> Int {
        switch cell.scenario.work {
        case .limit: return compress(count)
        case .oneShot:
            let wrong = compare(count)
            advance(count)
            return wrong
        case .mix, .valid, .wrong, .malformed, .userHash:
            let wrong = verify(count)
            advance(count)
            return wrong
        }
    }

    private mutating func advance(_ count: Int) {
        position = (position + count) % deliveries.count
    }

    private func verify(_ count: Int) -> Int {
        let list = deliveries.span
        let bytes = cell.corpus.bytes.span
        let keys = cell.corpus.keys.span
        var place = position
        var wrong = 0
        for _ in 0..<count {
            let isAccepted = keys[list[place].secret].verify(
                bytes.extracting(list[place].header), of: bytes.extracting(list[place].body))
            if isAccepted != list[place].isValid { wrong += 1 }
            place += 1
            if place == list.count { place = 0 }
        }
        return wrong
    }

    private func compare(_ count: Int) -> Int {
        let list = deliveries.span
        let bytes = cell.corpus.bytes.span
        let secrets = cell.corpus.secrets.span
        var place = position
        var wrong = 0
        for _ in 0..<count {
            let code = Libcrypto.code(
                key: secrets[list[place].secret].span, message: bytes.extracting(list[place].body))
            if code != list[place].code { wrong += 1 }
            place += 1
            if place == list.count { place = 0 }
        }
        return wrong
    }

    private mutating func compress(_ count: Int) -> Int {
        for _ in 0..<count {
            let now = Libcrypto.compress(cell.blocks.span)
            // The same blocks give the same state; another one is a wrong verdict as well.
            if state != 0, state != now { return 1 }
            state = now
        }
        return 0
    }
}
