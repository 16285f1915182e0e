import FinMeasure
import Foundation

/// The seed of random tests: `FINBENCH_SEED`, or one of the day's.
enum TestSeed {
    static let value: UInt64 =
        ProcessInfo.processInfo.environment["FINBENCH_SEED"].flatMap(UInt64.init)
        ?? UInt64.random(in: 0...UInt64.max)

    /// What a failure says, so that it can be repeated.
    static var comment: String { "FINBENCH_SEED=\(value)" }

    static func generator(_ index: UInt64) -> SeededGenerator {
        SeededGenerator(seed: value, stream: .test, index: index)
    }
}
