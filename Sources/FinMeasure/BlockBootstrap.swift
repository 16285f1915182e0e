private import Glibc

/// How much a run's percentiles would vary if the run were repeated with the same server.
///
/// Turns inside a run are correlated: a slow minute slows all of its turns. So whole blocks of time
/// are drawn with replacement, never single turns.
public enum BlockBootstrap {
    /// Fewer blocks say nothing of how blocks differ.
    public static let leastBlocks = 8
    /// Draws of one run.
    static let replicates = 200

    /// Variances of the natural logarithms of some percentiles.
    ///
    /// A percentile that falls among censored turns counts as the longest that was waited for.
    /// - Parameters:
    ///   - blocks: one run's values, block by block of equal length in time.
    ///   - percentiles: shares, 0 to 1.
    ///   - seed: the same seed gives the same answer.
    /// - Returns: one variance a percentile; nil with fewer than `leastBlocks` blocks that hold values.
    /// - Complexity: O(replicates * blocks * slots), about 20 ms for 20 blocks of 1,000 slots.
    public static func variances(
        of blocks: [SeriesCounts], at percentiles: [Double], seed: UInt64
    ) -> [Double]? {
        let held = blocks.filter { $0.n > 0 }
        guard held.count >= leastBlocks else { return nil }
        let table = BlockTable(held)
        var generator = SeededGenerator(seed: seed, stream: .comparison)
        var samples = percentiles.map { _ in [Double]() }
        for _ in 0..<replicates {
            var weights = [Double](repeating: 0, count: held.count)
            for _ in held.indices {
                weights[Int(generator.next() % UInt64(held.count))] += 1
            }
            for (index, value) in table.values(at: percentiles, weights: weights).enumerated() {
                samples[index].append(log(value))
            }
        }
        return samples.map(Sample.variance)
    }
}

/// Blocks as a matrix over the slots that any of them holds, so that a weighted sum is a walk.
private struct BlockTable {
    private let values: [Double]
    private let counts: [[Double]]
    private let totals: [Double]

    init(_ blocks: [SeriesCounts]) {
        let indexes = Set(blocks.flatMap { $0.slots.map(\.index) }).sorted()
        let places = Dictionary(
            uniqueKeysWithValues: indexes.enumerated().map { ($0.element, $0.offset) })
        let layout = blocks[0].layout
        let longest = blocks.compactMap { $0.maximum?.nanoseconds }.max() ?? 1
        values =
            indexes.map { max(1, Double(layout.end(of: $0) - 1)) } + [max(1, Double(longest))]
        counts = blocks.map { block in
            var row = [Double](repeating: 0, count: indexes.count)
            for slot in block.slots { row[places[slot.index] ?? 0] += Double(slot.count) }
            return row
        }
        totals = blocks.map { Double($0.n) }
    }

    func values(at percentiles: [Double], weights: [Double]) -> [Double] {
        let n = zip(weights, totals).reduce(0) { $0 + $1.0 * $1.1 }
        var cumulative = [Double](repeating: 0, count: values.count - 1)
        for (block, weight) in weights.enumerated() where weight > 0 {
            for index in cumulative.indices { cumulative[index] += weight * counts[block][index] }
        }
        var passed = 0.0
        for index in cumulative.indices {
            passed += cumulative[index]
            cumulative[index] = passed
        }
        return percentiles.map { percentile in
            let rank = max(1, (percentile * n - 1e-6).rounded(.up))
            return values[cumulative.firstIndex { $0 >= rank } ?? cumulative.count]
        }
    }
}

/// Plain statistics of a few numbers.
enum Sample {
    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// The unbiased one; 0 for fewer than two values.
    static func variance(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let mean = mean(values)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
}
