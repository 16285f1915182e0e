import Benchmark
import HotPathKit

/// The three hot paths as suites of ordo-one/benchmark, for its baselines and thresholds.
///
/// Ratios to the floor of the same run are `hotpaths`' to tell. Each iteration is one pass over a
/// half megabyte, checked. No malloc metric: without its interposer the plugin's count is always 0.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput, .peakMemoryResident], warmupIterations: 3,
        maxDuration: .seconds(2))

    let corpus = EventCorpus.replies(seed: 7, byteCount: 512 * 1024)
    Benchmark("SSE parser: 512 KB of replies, 16 KB reads") { benchmark in
        for _ in benchmark.scaledIterations {
            precondition(corpus.parses(readSize: 16 * 1024, laps: 1), "not every event was found")
        }
    }
    Benchmark("Field scan: its events") { benchmark in
        let count = corpus.expected.count
        for _ in benchmark.scaledIterations {
            precondition(corpus.scans(eventCount: count, laps: 1), "a field was read wrong")
        }
    }

    let signatures = SignatureCorpus(seed: 7, bodySize: 600, count: 436)
    Benchmark("Signatures: 436 bodies of 600 B") { benchmark in
        for _ in benchmark.scaledIterations {
            precondition(signatures.verifies(laps: 1), "a verdict was wrong")
        }
    }
}
