import Foundation

/// What was measured of one path: medians over the rounds.
struct Figures {
    let path: Path
    /// Nanoseconds an item.
    let nanoseconds: Double
    /// The fastest round's: what the machine does when nothing else runs on it.
    let bestNanoseconds: Double
    /// 10^9 bytes a second.
    let gigabytesPerSecond: Double
    /// The floor's time over this path's, round by round; `nil` without a floor.
    var fraction: Double?
    /// A peer's time over that of finbench's path, round by round.
    var timesFinbench: Double?

    /// Items a second.
    var itemsPerSecond: Double { 1e9 / nanoseconds }
}

/// The times of every path, taken in rounds: in each round every path has one pass, so that whatever
/// slows the machine for a while slows a path and its floor alike.
struct Rounds {
    private let paths: [Path]
    /// Nanoseconds an item, by path and round.
    private var times: [Path.ID: [Double]] = [:]
    private var byteRates: [Path.ID: [Double]] = [:]

    /// Takes `count` rounds after one to warm up.
    ///
    /// - Throws: `WrongResult` when a pass found something else than its input holds.
    init(_ paths: [Path], count: Int) throws(WrongResult) {
        self.paths = paths
        for round in 0...count {
            for path in paths { try take(path, round, isKept: round > 0) }
        }
    }

    private mutating func take(_ path: Path, _ round: Int, isKept: Bool) throws(WrongResult) {
        let work = path.works[round % path.works.count]
        var isRight = false
        let seconds = ContinuousClock().measure { isRight = work.run() }.seconds
        guard isRight else { throw WrongResult(path: "\(path.name), \(path.input)") }
        guard isKept else { return }
        times[path.id, default: []].append(seconds * 1e9 / Double(work.items))
        byteRates[path.id, default: []].append(Double(work.byteCount) / seconds / 1e9)
    }

    /// The medians, path by path.
    func figures() -> [Figures] {
        paths.map { path in
            var figures = Figures(
                path: path, nanoseconds: median(times[path.id] ?? []),
                bestNanoseconds: times[path.id]?.min() ?? .nan,
                gigabytesPerSecond: median(byteRates[path.id] ?? []))
            if let floor = path.floor {
                figures.fraction = ratio(floor.path, path.id) * floor.count
            }
            if let rival = path.rival { figures.timesFinbench = ratio(path.id, rival) }
            return figures
        }
    }

    /// Whether a path reaches a goal.
    func meets(_ goal: Goal, _ figures: Figures) -> Bool {
        switch goal {
        case .fraction(let least): (figures.fraction ?? 0) >= least
        case .nanoseconds(let most): figures.nanoseconds <= most
        case .millionsPerSecond(let least): figures.itemsPerSecond >= least * 1e6
        case .times(let least, let peer): ratio(peer, figures.path.id) >= least
        }
    }

    /// The median over the rounds of one path's time an item over another's in the same round.
    private func ratio(_ upper: Path.ID, _ lower: Path.ID) -> Double {
        guard let upper = times[upper], let lower = times[lower] else { return .nan }
        return median(zip(upper, lower).map { $0 / $1 })
    }
}

/// A pass that found something else than its input holds: its time says nothing.
struct WrongResult: Error, CustomStringConvertible {
    let path: String
    var description: String { "\"\(path)\" did not find what its input holds" }
}

/// The middle value; not a number without values.
func median(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.sorted()[values.count / 2]
}

/// A number with so many decimals.
func decimals(_ value: Double, _ count: Int) -> String { String(format: "%.\(count)f", value) }

extension Duration {
    /// As a number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
