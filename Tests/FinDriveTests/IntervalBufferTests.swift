import FinMeasure
import Testing

@testable import FinDrive

/// What is measured in one interval, and what does not fit.
@Suite struct IntervalBufferTests {
    private func buffer(turnLimit: Int) -> IntervalBuffer {
        IntervalBuffer(
            series: SeriesTable(scenario: "s", classes: [(.main, .first), (.main, .later)]),
            turnLimit: turnLimit)
    }

    private func turn(_ number: UInt32, _ outcome: Outcome) -> TurnRecord {
        var turn = TurnRecord()
        turn.turn = number
        turn.outcome = outcome
        return turn
    }

    @Test("every turn is counted by its outcome; rows beyond the limit are dropped and counted")
    func limit() {
        let buffer = buffer(turnLimit: 2)
        buffer.record(turn(1, .timeout))
        buffer.record(turn(2, .cut))
        buffer.record(turn(3, .cut))
        #expect(buffer.turns.map { $0.turn } == [1, 2])
        #expect(buffer.counts.rowsDropped == 1)
        let counts = buffer.outcomes.map { ($0.key.turn, $0.key.outcome, $0.value) }
        #expect(counts.contains { $0 == (.first, .timeout, 1) })
        #expect(counts.contains { $0 == (.later, .cut, 2) })
        #expect(counts.count == 2)
    }

    @Test("rows that are not wanted are not dropped ones")
    func unwanted() {
        let buffer = buffer(turnLimit: 0)
        buffer.record(turn(1, .timeout))
        #expect(buffer.turns.isEmpty)
        #expect(buffer.counts.rowsDropped == 0)
        #expect(buffer.outcomes.values.reduce(0, +) == 1)
    }

    @Test("a reset forgets everything")
    func reset() {
        let buffer = buffer(turnLimit: 1)
        for _ in 0..<3 { buffer.record(turn(1, .timeout)) }
        buffer.counts.posts = 3
        buffer.reset()
        #expect(buffer.turns.isEmpty && buffer.outcomes.isEmpty)
        #expect(buffer.counts.posts == 0 && buffer.counts.rowsDropped == 0)
        #expect(buffer.series.filled().isEmpty)
    }

    @Test("a run's sums are those of its intervals; clock steps are counted by the loop already")
    func sums() {
        var sums = RunSums()
        for steps in [1, 3] {
            var counts = IntervalBuffer.Counts()
            counts.events = 10
            counts.eventsKernelStamped = 8
            counts.eventsCoalesced = 2
            counts.rowsDropped = 1
            counts.clockSteps = steps
            sums.add(counts)
        }
        sums.posts = 5
        let totals = sums.totals(ledger: nil, turnsPlanned: 6, stopReason: "x")
        #expect(totals.events == 20 && totals.eventsKernelStamped == 16)
        #expect(totals.eventsCoalesced == 4 && totals.rowsDropped == 2)
        #expect(totals.clockSteps == 3 && totals.postsSent == 5)
    }
}
