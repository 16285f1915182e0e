internal import FinMeasure

/// The load thread's histograms: one for each series that its plan can fill, made before the run.
struct SeriesTable {
    /// What every turn says of itself, and from when; in this order within a row of the table.
    static let turnSeries: [(metric: Metric, anchor: Anchor)] = Metric.allCases
        .filter { $0.scope == .turn }
        .flatMap { metric in metric.anchors.map { (metric: metric, anchor: $0) } }
    static let eventMetrics = Metric.allCases.filter { $0.scope == .event }
    private static let eventStart = turnSeries.count
    private static let width = turnSeries.count + eventMetrics.count
    private static let eventPlaces = [Metric: Int](
        uniqueKeysWithValues: eventMetrics.enumerated().map { ($1, eventStart + $0) })
    static let chunkGap = place(.chunkGap)
    static let serverChunkGap = place(.serverChunkGap)
    static let swapDelay = place(.swapDelay)
    static let deliveryExcess = place(.deliveryExcess)
    static let harnessLag = place(.harnessLag)

    private static func place(_ metric: Metric) -> Int { eventPlaces[metric] ?? eventStart }

    private let scenario: String
    private let classes: [(phase: Phase, turn: TurnClass)]
    private var histograms: [SeriesHistogram]

    /// - Parameters:
    ///   - scenario: the scenario's name.
    ///   - classes: the phases and turn classes that the plan can have.
    init(scenario: String, classes: [(phase: Phase, turn: TurnClass)]) {
        self.scenario = scenario
        self.classes = classes
        let row =
            SeriesTable.turnSeries.map { SeriesHistogram(metric: $0.metric) }
            + SeriesTable.eventMetrics.map { SeriesHistogram(metric: $0) }
        histograms = classes.flatMap { _ in row }
    }

    /// The row of a phase and turn class; row 0 for one the plan said it cannot have.
    func row(_ phase: Phase, _ turn: TurnClass) -> Int {
        classes.firstIndex { $0.phase == phase && $0.turn == turn } ?? 0
    }

    /// Records a finished turn in every per-turn series.
    mutating func record(_ turn: TurnRecord, row: Int) {
        let start = row * SeriesTable.width
        for (place, series) in SeriesTable.turnSeries.enumerated() {
            histograms[start + place].record(turn.observe(series.metric, from: series.anchor))
        }
    }

    /// Records one value of an event's metric.
    mutating func record(_ span: Nanoseconds, count: UInt64 = 1, place: Int, row: Int) {
        let index = row * SeriesTable.width + place
        if count == 1 {
            histograms[index].record(span)
        } else {
            histograms[index].record(span, count: count)
        }
    }

    /// The series that received anything.
    func filled() -> [(key: Series, values: SeriesHistogram)] {
        histograms.indices.filter { !histograms[$0].isEmpty }
            .map { (key: key($0), values: histograms[$0]) }
    }

    /// Forgets every value; keeps the memory.
    mutating func reset() {
        for index in histograms.indices where !histograms[index].isEmpty {
            histograms[index].reset()
        }
    }

    private func key(_ index: Int) -> Series {
        let place = index % SeriesTable.width
        let (phase, turn) = classes[index / SeriesTable.width]
        let (metric, anchor) =
            place < SeriesTable.eventStart
            ? SeriesTable.turnSeries[place]
            : (SeriesTable.eventMetrics[place - SeriesTable.eventStart], .none)
        return Series(
            metric: metric, anchor: anchor, scenario: scenario, phase: phase, turn: turn)
    }
}
