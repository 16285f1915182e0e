internal import FinMeasure

/// The record's intervals added up: by series, with the sums over turns and over scenarios.
struct Rollup {
    /// The scenario that stands for all of them, where there are several.
    static let everyScenario = "all"

    /// Every series that received anything, turn 0 and scenario `all` included.
    private(set) var totals: [Series: SeriesCounts] = [:]
    /// The keys of `totals`, in the order in which files show them.
    let keys: [Series]

    init(_ record: RunRecord) {
        let hasSeveral = record.document.scenarios.count > 1
        for (series, counts) in Rollup.sums(record.intervals) {
            for key in Rollup.expand(series, hasSeveral: hasSeveral) {
                totals[key, default: SeriesCounts(layout: counts.layout)].add(counts)
            }
        }
        keys = Rollup.sorted(totals.keys, record.document.scenarios)
    }

    /// Each series' sum over the intervals, on all processors.
    private static func sums(
        _ intervals: [RunRecord.SeriesInterval]
    ) -> [(Series, SeriesCounts)] {
        var places: [Series: [Int]] = [:]
        for (place, interval) in intervals.enumerated() {
            places[interval.series, default: []].append(place)
        }
        return Parallel.map(Array(places)) { series, places in
            SeriesCounts.sum(places.map { intervals[$0].counts }).map { (series, $0) }
        }.compactMap(\.self)
    }

    /// Series in the order in which files show them.
    static func sorted(_ keys: some Sequence<Series>, _ scenarios: [String]) -> [Series] {
        keys.map { (key: $0, rank: rank($0, scenarios)) }
            .sorted { $0.rank.lexicographicallyPrecedes($1.rank) }.map(\.key)
    }

    /// The series that a series counts for: itself, turn 0, and both for scenario `all`.
    static func expand(_ series: Series, hasSeveral: Bool) -> [Series] {
        var keys = [series]
        if series.turn != .all {
            var all = series
            all.turn = .all
            keys.append(all)
        }
        // Checks of different bodies have no common distribution, nor have different operations.
        let isApart = [.webhookVerify, .opLatency].contains(series.metric)
        guard hasSeveral, !series.scenario.isEmpty, !isApart else {
            return keys
        }
        return keys
            + keys.map {
                var every = $0
                every.scenario = everyScenario
                return every
            }
    }

    /// Scenario, phase, turn, metric, anchor: each by its place in its own catalogue.
    private static func rank(_ series: Series, _ scenarios: [String]) -> [Int] {
        let place = scenarios.firstIndex(of: series.scenario) ?? scenarios.count
        return [
            series.scenario == everyScenario ? -1 : place,
            series.phase == .main ? 0 : 1,
            Int(series.turn.rawValue),
            Metric.allCases.firstIndex(of: series.metric) ?? 0,
            Anchor.allCases.firstIndex(of: series.anchor) ?? 0,
        ]
    }

    /// The operations that the main phase timed, each as `scenario.operation`.
    var operations: [String] {
        keys.filter { key in
            guard key.metric == .opLatency, key.anchor == .planned, key.phase == .main,
                key.turn == .all, let counts = totals[key]
            else { return false }
            return counts.n + counts.cut > 0
        }.map(\.scenario)
    }

    /// The sum of the main phase over all scenarios; nil where nothing was recorded.
    ///
    /// - Parameter isSelected: whether the series of that name count.
    func main(
        _ metric: Metric, _ anchor: Anchor, turn: TurnClass = .all,
        where isSelected: (String) -> Bool = { _ in true }
    ) -> SeriesCounts? {
        var sum: SeriesCounts?
        for (key, counts) in totals {
            guard key.metric == metric, key.anchor == anchor, key.phase == .main,
                key.turn == turn, key.scenario != Rollup.everyScenario, isSelected(key.scenario)
            else { continue }
            if sum == nil { sum = counts } else { sum?.add(counts) }
        }
        return sum
    }
}
