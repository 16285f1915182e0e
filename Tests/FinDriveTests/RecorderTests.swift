import FinLoop
import FinMeasure
import Testing

@testable import FinDrive

/// What the recorder gives its sinks.
@Suite struct RecorderTests {
    private final class Sink: RunSink {
        var snapshots: [IntervalSnapshot] = []
        func interval(_ snapshot: IntervalSnapshot) { snapshots.append(snapshot) }
        func finish(_ totals: RunDocument.Totals) {}
    }

    @Test("each interval carries the ledger as it stood at its end")
    func ledger() {
        let handOver = HandOver<IntervalBuffer>(spares: [])
        var ledger = Ledger(profile: LedgerTests.profile())
        for isLast in [false, true] {
            let buffer = IntervalBuffer(
                series: SeriesTable(scenario: "s", classes: [(.main, .first)]), turnLimit: 0)
            ledger.begin()
            buffer.ledger = ledger.counts
            if isLast {
                buffer.totals = RunSums().totals(
                    ledger: ledger.counts, turnsPlanned: 2, stopReason: "")
            }
            handOver.hand(buffer)
        }
        let sink = Sink()
        let recorder = Recorder(handOver: handOver, sinks: [sink], zero: at(0))
        #expect(recorder.run { _ in } == nil)
        #expect(sink.snapshots.map(\.ledger?.billable) == [1, 2])
    }

    @Test("a buffer that is used again holds no ledger of the interval before")
    func reset() {
        let buffer = IntervalBuffer(
            series: SeriesTable(scenario: "s", classes: [(.main, .first)]), turnLimit: 0)
        buffer.ledger = Ledger(profile: LedgerTests.profile()).counts
        buffer.reset()
        #expect(buffer.ledger == nil)
    }
}
