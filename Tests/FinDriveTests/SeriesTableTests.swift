import FinMeasure
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// The load thread's histograms.
@Suite struct SeriesTableTests {
    private let classes: [(phase: Phase, turn: TurnClass)] = [
        (.warmup, .first), (.main, .first), (.main, .later),
    ]

    private func key(
        _ metric: Metric, _ anchor: Anchor, _ phase: Phase, _ turn: TurnClass
    ) -> Series {
        Series(metric: metric, anchor: anchor, scenario: "s", phase: phase, turn: turn)
    }

    @Test("a turn is recorded in every series of its class, and in no other")
    func turn() {
        var table = SeriesTable(scenario: "s", classes: classes)
        #expect(table.filled().isEmpty)
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.reply(40)
        walk.status(.awaitingUserReply, 41)
        walk.end(.complete, 42)
        table.record(walk.record, row: table.row(0, .main, .first))
        let filled = table.filled()
        #expect(filled.count == SeriesTable.turnSeries.count)
        for (key, values) in filled {
            #expect(key.phase == .main && key.turn == .first && key.scenario == "s")
            let observation = walk.record.observe(key.metric, from: key.anchor)
            let isMeasured: Bool =
                if case .measured = observation { true } else { false }
            #expect(values.measured == (isMeasured ? 1 : 0), "\(key.metric)")
            #expect(values.absent == (observation == .absent ? 1 : 0), "\(key.metric)")
        }
        #expect(Set(filled.map { $0.key }).count == filled.count)
    }

    @Test("an event's values go to their own metric, several at once too")
    func event() {
        var table = SeriesTable(scenario: "s", classes: classes)
        let row = table.row(0, .main, .later)
        let places: [(Int, Metric)] = [
            (SeriesTable.chunkGap, .chunkGap), (SeriesTable.serverChunkGap, .serverChunkGap),
            (SeriesTable.swapDelay, .swapDelay), (SeriesTable.deliveryExcess, .deliveryExcess),
            (SeriesTable.harnessLag, .harnessLag),
        ]
        for (index, place) in places.enumerated() {
            table.record(
                .milliseconds(1), count: UInt64(index + 1), place: place.0, row: row)
        }
        let filled = table.filled()
        #expect(filled.count == places.count)
        for (index, place) in places.enumerated() {
            let values = filled.first { $0.key == key(place.1, .none, .main, .later) }?.values
            #expect(values?.measured == UInt64(index + 1), "\(place.1)")
        }
    }

    @Test("a reset forgets every value")
    func reset() {
        var table = SeriesTable(scenario: "s", classes: classes)
        for row in classes.indices {
            table.record(.milliseconds(1), place: SeriesTable.chunkGap, row: row)
        }
        #expect(table.filled().count == 3)
        table.reset()
        #expect(table.filled().isEmpty)
    }
}

extension SeriesTable {
    /// The table of a plan with one conversation alone.
    init(scenario: String, classes: [(phase: Phase, turn: TurnClass)]) {
        self.init(
            classes: classes.map { SeriesClass(name: scenario, phase: $0.phase, turn: $0.turn) })
    }
}
