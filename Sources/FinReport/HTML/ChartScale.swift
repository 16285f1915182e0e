internal import Foundation

/// Where the values of one dimension of a chart lie, from 0 at its low end to 1 at its high end.
struct ChartScale: Sendable, Equatable {
    /// How values are spread.
    enum Kind: Sendable { case linear, logarithmic, tail }

    let kind: Kind
    let low: Double
    let high: Double

    /// Even steps; a span of nothing is widened so that it can be divided by.
    static func linear(_ low: Double, _ high: Double) -> ChartScale {
        ChartScale(kind: .linear, low: low, high: high > low ? high : low + 1)
    }

    /// Even steps of the logarithm; both ends above zero.
    static func logarithmic(_ low: Double, _ high: Double) -> ChartScale {
        let floor = max(low, .leastNormalMagnitude)
        return ChartScale(kind: .logarithmic, low: floor, high: high > floor ? high : floor * 10)
    }

    /// Shares of turns, 0 to below 1: each nine as wide as the one before, so that the tail shows.
    static func tail(to high: Double) -> ChartScale {
        ChartScale(kind: .tail, low: 0, high: min(max(high, 0.9), 1 - 1e-9))
    }

    /// The scale that shows these values best: logarithmic where they span more than a factor of
    /// 30, else from zero.
    static func latency(_ values: [Double]) -> ChartScale {
        let seen = values.filter { $0 > 0 }
        guard let least = seen.min(), let most = seen.max() else { return linear(0, 1e9) }
        if most / least <= 30 { return linear(0, most * 1.08) }
        return logarithmic(pow(10, (log10(least) * 2).rounded(.down) / 2), most * 1.3)
    }

    /// The place of a value, held between 0 and 1.
    func fraction(_ value: Double) -> Double {
        let place = (measure(value) - measure(low)) / (measure(high) - measure(low))
        return place.isFinite ? min(max(place, 0), 1) : 0
    }

    private func measure(_ value: Double) -> Double {
        switch kind {
        case .linear: value
        case .logarithmic: log10(max(value, low))
        case .tail: -log10(1 - min(value, high))
        }
    }

    /// Round values to mark, ascending, at most about `wanted` of them.
    func ticks(_ wanted: Int, steps: [Double] = ChartScale.decimalSteps) -> [Double] {
        switch kind {
        case .linear: linearTicks(wanted, steps)
        case .logarithmic: logarithmicTicks(wanted)
        case .tail: ChartScale.nines.filter { $0 <= high }
        }
    }

    static let decimalSteps = [1.0, 2, 5]
    /// Steps of time in seconds that people count in; beyond them days.
    static let timeSteps: [Double] = [
        0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200,
        86400, 172_800, 604_800,
    ]
    private static let nines = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999]

    private func linearTicks(_ wanted: Int, _ steps: [Double]) -> [Double] {
        let least = (high - low) / Double(max(1, wanted))
        let step =
            steps.count > 3
            ? steps.first { $0 >= least } ?? least
            : ChartScale.roundStep(least)
        let first = (low / step).rounded(.up)
        let last = (high / step + 1e-9).rounded(.down)
        guard last >= first, last - first < 100 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
    private static func roundStep(_ least: Double) -> Double {
        let power = pow(10, log10(least).rounded(.down))
        return (decimalSteps + [10]).map { $0 * power }.first { $0 >= least * 0.999 } ?? least
    }

    private func logarithmicTicks(_ wanted: Int) -> [Double] {
        let first = Int(log10(low).rounded(.down))
        let decades = first...max(first, Int(log10(high).rounded(.up)))
        func ticks(_ factors: [Double]) -> [Double] {
            decades.flatMap { decade in factors.map { $0 * pow(10, Double(decade)) } }
                .filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
        }
        for factors in [[1.0, 2, 5], [1, 3], [1]] {
            let found = ticks(factors)
            if found.count <= wanted { return found }
        }
        // Decades alone are still too many: every so many of them.
        let all = ticks([1])
        let every = (all.count + wanted - 1) / max(1, wanted)
        return all.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    }
}
