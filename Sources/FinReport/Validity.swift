internal import FinMeasure
internal import FinProfile

/// Whether the generator's own lateness is small beside what it measured.
///
/// With s = p99 of `schedule_lag`, h = p99 of `harness_lag`, m = the smallest median of a gated
/// metric, share = `generator.max_share`: valid when s + h <= max(share m, 1 ms).
struct Validity {
    /// p99 of the lateness of starts, nanoseconds; 0 where none was measured.
    let scheduleLag: UInt64
    /// p99 of the time from a packet's receipt to its callback, nanoseconds.
    let harnessLag: UInt64
    /// The gated metric with the smallest median.
    let metric: Metric?
    /// Its median, nanoseconds; nil where none has a value.
    let median: UInt64?
    /// What the lateness may be at the most, nanoseconds.
    let allowed: UInt64
    private let share: Double

    private static let floor: UInt64 = 1_000_000

    init(_ record: RunRecord, _ rollup: Rollup, slos: [SLO]) {
        share = record.document.maxShare
        scheduleLag = Validity.p99(rollup.main(.scheduleLag, .none))
        harnessLag = Validity.p99(rollup.main(.harnessLag, .none))
        let medians = Validity.gated(slos, rollup)
        let smallest = medians.min { $0.1 < $1.1 }
        metric = smallest?.0
        median = smallest?.1
        allowed = max(Validity.floor, UInt64(share * Double(smallest?.1 ?? 0)))
    }

    /// Where nothing has a value there is nothing that the generator could have spoiled.
    var isValid: Bool { median == nil || scheduleLag + harnessLag <= allowed }

    /// The verdict in a sentence with its figures.
    var sentence: String {
        let late = scheduleLag + harnessLag
        let source =
            metric.map {
                "\(Decimals.number(share * 100, places: 3)) % of the median \($0.rawValue), at "
                    + "least 1 ms"
            } ?? "at least 1 ms"
        if isValid {
            return "the generator kept up: \(Human.span(late)) late at p99 of "
                + "\(Human.span(allowed)) allowed (\(source))"
        }
        // Exact: rounded, the two might look the same.
        return
            "the run measured its own generator: late by \(Decimals.milliseconds(late)) ms at p99, "
            + "allowed \(Decimals.milliseconds(allowed)) ms (\(source))"
    }

    private static func p99(_ counts: SeriesCounts?) -> UInt64 {
        counts?.value(at: 0.99)?.nanoseconds ?? 0
    }

    /// The medians that the SLOs gate, each over the turns it selects; without any that of `ttft`,
    /// else of `first_reply`, else of the operations.
    private static func gated(_ slos: [SLO], _ rollup: Rollup) -> [(Metric, UInt64)] {
        let named = slos.compactMap { slo -> (Metric, UInt64)? in
            guard case .percentile(let metric, let anchor, _, _) = slo.subject else { return nil }
            let counts = rollup.main(metric, anchor, turn: slo.turn, where: slo.selects)
            return counts?.value(at: 0.5).map { (metric, $0.nanoseconds) }
        }
        if !named.isEmpty { return named }
        let hasChunks = (rollup.main(.ttft, .planned)?.measured ?? 0) > 0
        let metric = hasChunks ? Metric.ttft : .firstReply
        let median = rollup.main(metric, .planned)?.value(at: 0.5)
        if let median { return [(metric, median.nanoseconds)] }
        // Operations alone: each is as good as gated.
        return rollup.operations.compactMap { name in
            rollup.main(.opLatency, .planned) { $0 == name }?.value(at: 0.5)
                .map { (.opLatency, $0.nanoseconds) }
        }
    }
}
