internal import FinMeasure
internal import Foundation

/// A run as a comparison sees it: its figures, not its turns.
struct ComparedRun {
    let record: RunRecord
    let rollup: Rollup
    let isValid: Bool

    init(directory: String) throws {
        record = try RecordReader.read(directory: directory)
        rollup = Rollup(record)
        guard record.isComplete, let verdict = record.document.verdict else {
            throw ReportError(
                .incomparable, path: directory,
                "is what a killed run left; expected a finished one: run it again")
        }
        isValid = verdict.valid
    }

    /// What was asked of both sides must be one thing: the resolved profile without what may differ
    /// between two runs of it.
    var fingerprint: JSONValue {
        guard case .object(var keys) = record.document.profile else {
            return record.document.profile
        }
        for name in ["description", "labels", "slo", "confidence", "longest_pause", "safety"] {
            keys[name] = nil
        }
        if case .object(var load)? = keys["load"] {
            load["seed"] = nil
            keys["load"] = .object(load)
        }
        if case .object(var target)? = keys["target"] {
            // Two builds of a gateway live at two addresses.
            for name in ["url", "api_key_env", "api_key_file"] { target[name] = nil }
            keys["target"] = .object(target)
        }
        return .object(keys)
    }

    /// The keys in which two profiles differ, as `load.rate`; empty when they are one.
    static func differences(_ one: JSONValue?, _ two: JSONValue?, path: String = "") -> [String] {
        if one == two { return [] }
        guard case .object(let left)? = one, case .object(let right)? = two else { return [path] }
        return Set(left.keys).union(right.keys).sorted().flatMap { key in
            differences(left[key], right[key], path: path.isEmpty ? key : "\(path).\(key)")
        }
    }

    /// The figure of a gate; nil where the run has none.
    func value(_ gate: ComparisonGate) -> (value: Double, isLowerBound: Bool)? {
        switch gate.subject {
        case .errorRate:
            let totals = OutcomeTotals(record.outcomes.filter { $0.phase == .main }) { _ in true }
            return totals.errorRate.map { ($0, false) }
        case .percentile(let metric, let anchor, let share):
            return rollup.main(metric, anchor)?.value(at: share)
                .map { (max(1, Double($0.nanoseconds)), $0.isLowerBound) }
        }
    }

    /// Variances of the logarithms of a metric's percentiles within this run.
    func variances(_ metric: Metric, _ anchor: Anchor, _ percentiles: [Double]) -> [Double]? {
        BlockBootstrap.variances(
            of: blocks(metric, anchor), at: percentiles, seed: record.document.seed)
    }

    /// The main phase in about twenty blocks of equal length, 3 s at the least.
    func blocks(_ metric: Metric, _ anchor: Anchor) -> [SeriesCounts] {
        let plan = record.document.plan
        let length = plan.lengthSeconds - plan.warmupSeconds
        let interval = record.document.intervalSeconds
        // Whole intervals, so that blocks are equal.
        let size = max(3, length / 20)
        let seconds = (size / interval).rounded(.up) * interval
        var blocks: [SeriesCounts] = []
        for entry in record.intervals {
            let series = entry.series
            let middle = entry.start.seconds + entry.length.seconds / 2
            guard series.metric == metric, series.anchor == anchor, series.phase == .main,
                // After the last arrival only slow turns are left to end.
                middle <= plan.lengthSeconds
            else { continue }
            let index = max(0, Int((middle - plan.warmupSeconds) / seconds))
            while blocks.count <= index { blocks.append(SeriesCounts(layout: entry.counts.layout)) }
            blocks[index].add(entry.counts)
        }
        return blocks
    }
}
