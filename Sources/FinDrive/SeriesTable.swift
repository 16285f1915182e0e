internal import FinMeasure

/// Turns that are measured together: of one scenario or operation, phase and place.
struct SeriesClass {
    /// The index of the series' name in the record.
    var scenario: UInt16 = 0
    var name: String
    var kind = TurnKind.message
    var phase: Phase
    var turn: TurnClass
}

/// The load thread's histograms: one for each series that its plan can fill, made before the run.
///
/// A row holds, in this order: what every turn says of itself, what its events say, and for an
/// operation its latency. A call has no events, and of the turn's metrics its own only.
struct SeriesTable {
    typealias Place = (metric: Metric, anchor: Anchor)

    /// What every message says of itself, and from when.
    static let turnSeries = places(
        of: Metric.allCases.filter { $0.scope == .turn && TurnKind.message.has($0) })
    /// What single events say; three of them only where some come by webhook, the last three only
    /// where procedures ask humans.
    static let eventMetrics: [Metric] = [
        .chunkGap, .serverChunkGap, .swapDelay, .deliveryExcess, .harnessLag,
        .webhookExcess, .webhookAfterSSE, .sseAfterWebhook,
        .hitlNotification, .hitlCallback, .pauseToResume,
    ]
    private static let streamMetricCount = 5
    private static let webhookMetricCount = 8
    private static let callSeries = places(
        of: Metric.allCases.filter { $0.scope == .turn && TurnKind.call.has($0) }
            + [.syncDuration])
    private static let latency = places(of: [.opLatency])
    private static let eventStart = turnSeries.count
    private static let eventPlaces = [Metric: Int](
        uniqueKeysWithValues: eventMetrics.enumerated().map { ($1, eventStart + $0) })
    static let chunkGap = place(.chunkGap)
    static let serverChunkGap = place(.serverChunkGap)
    static let swapDelay = place(.swapDelay)
    static let deliveryExcess = place(.deliveryExcess)
    static let harnessLag = place(.harnessLag)
    static let webhookExcess = place(.webhookExcess)
    static let webhookAfterSSE = place(.webhookAfterSSE)
    static let sseAfterWebhook = place(.sseAfterWebhook)
    static let hitlNotification = place(.hitlNotification)
    static let hitlCallback = place(.hitlCallback)
    static let pauseToResume = place(.pauseToResume)

    private static func places(of metrics: [Metric]) -> [Place] {
        metrics.flatMap { metric in metric.anchors.map { (metric: metric, anchor: $0) } }
    }

    private static func place(_ metric: Metric) -> Int { eventPlaces[metric] ?? eventStart }

    /// The series of a row.
    private static func row(_ kind: TurnKind, _ events: [Place]) -> [Place] {
        switch kind {
        case .message: turnSeries + events
        case .call: callSeries
        case .answeredCall: turnSeries + events + latency
        }
    }

    private let classes: [SeriesClass]
    /// Where each class's row begins among the histograms, and the end of the last one.
    private var starts: [Int] = []
    private var series: [Place] = []
    private var histograms: [SeriesHistogram]

    /// - Parameters:
    ///   - classes: what the plan can have.
    ///   - hasWebhooks: whether events may come by webhook.
    ///   - hasHITL: whether procedures may ask humans.
    init(classes: [SeriesClass], hasWebhooks: Bool = false, hasHITL: Bool = false) {
        self.classes = classes
        let count =
            hasWebhooks ? SeriesTable.webhookMetricCount : SeriesTable.streamMetricCount
        let events = SeriesTable.places(
            of: Array(
                SeriesTable.eventMetrics.prefix(hasHITL ? SeriesTable.eventMetrics.count : count)))
        for row in classes {
            starts.append(series.count)
            series += SeriesTable.row(row.kind, events)
        }
        starts.append(series.count)
        histograms = series.map { SeriesHistogram(metric: $0.metric) }
    }

    /// The row of a scenario, phase and turn class; row 0 for one the plan said it cannot have.
    func row(_ scenario: UInt16, _ phase: Phase, _ turn: TurnClass) -> Int {
        classes.firstIndex { $0.phase == phase && $0.turn == turn && $0.scenario == scenario } ?? 0
    }

    /// Records a finished turn in every per-turn series.
    mutating func record(_ turn: TurnRecord, row: Int) {
        for index in starts[row]..<starts[row + 1] where series[index].metric.scope == .turn {
            histograms[index].record(
                turn.observe(series[index].metric, from: series[index].anchor))
        }
    }

    /// Records what one end says of a metric that is no turn's.
    mutating func record(_ observation: Observation, of metric: Metric, row: Int) {
        for index in starts[row]..<starts[row + 1] where series[index].metric == metric {
            histograms[index].record(observation)
        }
    }

    /// Records one value of an event's metric.
    mutating func record(_ span: Nanoseconds, count: UInt64 = 1, place: Int, row: Int) {
        let index = starts[row] + place
        precondition(index < starts[row + 1], "a call has no events")
        if count == 1 {
            histograms[index].record(span)
        } else {
            histograms[index].record(span, count: count)
        }
    }

    /// Records what became of an event that may never have come.
    mutating func record(_ observation: Observation, place: Int, row: Int) {
        let index = starts[row] + place
        precondition(index < starts[row + 1], "a call has no events")
        histograms[index].record(observation)
    }

    /// The series that received anything.
    func filled() -> [(key: Series, values: SeriesHistogram)] {
        classes.indices.flatMap { row in
            (starts[row]..<starts[row + 1]).filter { !histograms[$0].isEmpty }
                .map { (key: key($0, classes[row]), values: histograms[$0]) }
        }
    }

    /// Forgets every value; keeps the memory.
    mutating func reset() {
        for index in histograms.indices where !histograms[index].isEmpty {
            histograms[index].reset()
        }
    }

    private func key(_ index: Int, _ row: SeriesClass) -> Series {
        Series(
            metric: series[index].metric, anchor: series[index].anchor, scenario: row.name,
            phase: row.phase, turn: row.turn)
    }
}
