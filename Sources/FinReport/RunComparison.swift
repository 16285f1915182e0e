public import FinMeasure
internal import Foundation

/// Baseline against candidate: what `finbench compare` decides and shows.
public struct RunComparison: Sendable {
    /// What is compared although it should not be.
    public enum Allowance: String, Sendable, CaseIterable {
        /// Runs of different profiles.
        case profiles
        /// Simulated beside local or live ones.
        case targets
        /// Runs whose generator was late, or that did not come to their end.
        case invalid
    }

    /// What is asked of a comparison.
    public struct Request: Sendable {
        /// Directories of the baseline's runs.
        public var baseline: [String]
        /// Directories of the candidate's runs.
        public var candidate: [String]
        /// Earlier runs of the same profile, which show how much runs differ.
        public var history: [String] = []
        /// What is decided on.
        public var gates: [ComparisonGate] = Request.defaultGates
        /// The probability of a wrong "faster" or "slower" on any gate, above 0 and below 1.
        public var alpha = 0.05
        /// What is overlooked.
        public var allowances: Set<Allowance> = []

        /// The first words, typical and slow, and the failures.
        public static let defaultGates = [
            ComparisonGate(.percentile(.ttft, .planned, 0.5), threshold: 0.05),
            ComparisonGate(.percentile(.ttft, .planned, 0.95), threshold: 0.05),
            ComparisonGate(.percentile(.turnTime, .planned, 0.95), threshold: 0.05),
            ComparisonGate(.errorRate, threshold: 0.005),
        ]

        /// Two sides.
        public init(baseline: [String], candidate: [String]) {
            self.baseline = baseline
            self.candidate = candidate
        }
    }

    /// What a side is, for the head of every output.
    public struct Side: Sendable {
        /// How many runs.
        public var runs: Int
        /// Their ids.
        public var ids: [String]
        /// Labels that all of them have.
        public var labels: [String: String]
    }

    /// A gate for each verdict, in the order asked.
    public let gates: [GateComparison]
    /// The baseline.
    public let baseline: Side
    /// The candidate.
    public let candidate: Side
    /// Earlier runs taken in.
    public let historyCount: Int
    /// What was hit.
    public let target: TargetKind
    /// The profile's name.
    public let profileName: String
    /// The confidence of the intervals, all gates at once.
    public let confidence: Double
    /// What was overlooked, in words.
    public let notes: [String]

    /// Reads the runs and compares them.
    ///
    /// - Throws: `ReportError`, also for what must not be compared and is not allowed.
    /// - Complexity: one pass over each run's record; with fewer than five runs a side some 30 ms
    ///   a run and metric for the bootstrap.
    public init(_ request: Request) throws {
        let before = try request.baseline.map(ComparedRun.init)
        let after = try request.candidate.map(ComparedRun.init)
        let earlier = try request.history.map(ComparedRun.init)
        notes = try RunComparison.check(before, after, earlier, request.allowances)
        baseline = Side(before)
        candidate = Side(after)
        historyCount = earlier.count
        target = before.first?.record.document.target.kind ?? .live
        profileName = before.first?.record.document.profileName ?? ""
        confidence = 1 - request.alpha
        let needsSpread = min(before.count, after.count) < Comparison.leastRuns
        gates = Comparison(alpha: request.alpha).compare(
            request.gates.map { gate in
                (
                    gate: gate, baseline: ComparisonSide(before, gate, withSpread: needsSpread),
                    candidate: ComparisonSide(after, gate, withSpread: needsSpread),
                    history: ComparisonSide(earlier, gate, withSpread: false)
                )
            })
    }

    /// 1 where anything is slower, else 2 where anything is undecided, else 0.
    public var exitStatus: Int32 {
        if gates.contains(where: { $0.verdict == .slower }) { return 1 }
        return gates.contains { $0.verdict == .notEnoughData } ? 2 : 0
    }

    // MARK: - what may be compared

    private static func check(
        _ before: [ComparedRun], _ after: [ComparedRun], _ earlier: [ComparedRun],
        _ allowances: Set<Allowance>
    ) throws -> [String] {
        guard let first = before.first else { return [] }
        var notes: [String] = []
        var ids: Set<String> = []
        for run in before + after + earlier
        where !ids.insert(run.record.document.runID).inserted {
            throw ReportError(
                .incomparable, path: run.record.directory,
                "is named twice: a run counts once, on one side or in --noise")
        }
        func refuse(_ allowance: Allowance, _ run: ComparedRun, _ words: String) throws {
            guard allowances.contains(allowance) else {
                throw ReportError(
                    allowance == .invalid ? .invalidRun : .incomparable, path: run.record.directory,
                    "\(words); --allow \(allowance.rawValue) compares it all the same")
            }
            notes.append("\(run.record.directory): \(words)")
        }
        for run in before + after + earlier {
            if run.record.document.target.kind != first.record.document.target.kind {
                try refuse(
                    .targets, run,
                    "hit a \(run.record.document.target.kind.rawValue) target, the first run a "
                        + "\(first.record.document.target.kind.rawValue) one")
            }
            let differing = ComparedRun.differences(first.fingerprint, run.fingerprint)
            if !differing.isEmpty {
                try refuse(
                    .profiles, run,
                    "ran another profile than \(first.record.directory): they differ in "
                        + differing.prefix(6).joined(separator: ", ")
                        + (differing.count > 6 ? " and \(differing.count - 6) more" : ""))
            }
            if !run.isValid { try refuse(.invalid, run, "is invalid: its generator was late") }
            let stop = run.record.document.totals?.stopReason ?? ""
            if !stop.isEmpty { try refuse(.invalid, run, "did not come to its end: \(stop)") }
        }
        return notes
    }
}

extension RunComparison.Side {
    fileprivate init(_ runs: [ComparedRun]) {
        self.runs = runs.count
        ids = runs.map(\.record.document.runID)
        let all = runs.map(\.record.document.labels)
        labels = (all.first ?? [:]).filter { key, value in all.allSatisfy { $0[key] == value } }
    }
}

extension ComparisonSide {
    fileprivate init(_ runs: [ComparedRun], _ gate: ComparisonGate, withSpread: Bool) {
        let found = runs.compactMap { run in run.value(gate).map { (run: run, value: $0) } }
        // A run without the figure would leave the side without a word: then there is no side.
        guard found.count == runs.count else {
            self.init(values: [])
            return
        }
        var within: [Double?] = found.map { _ in nil }
        if withSpread {
            within = found.map { entry in
                switch gate.subject {
                case .percentile(let metric, let anchor, let share):
                    entry.run.variances(metric, anchor, [share])?.first
                case .errorRate: entry.run.errorRateVariance
                }
            }
        }
        self.init(
            values: found.map(\.value.value), within: within,
            hasLowerBound: found.contains { $0.value.isLowerBound })
    }
}

extension ComparedRun {
    /// The variance of the error rate from the spread of its blocks; nil with too few of them.
    fileprivate var errorRateVariance: Double? {
        let interval = max(3, record.document.intervalSeconds)
        var blocks: [Int: (n: Double, failed: Double)] = [:]
        for row in record.outcomes where row.phase == .main && row.outcome != .cut {
            let index = Int((row.start.seconds + row.length.seconds / 2) / interval)
            blocks[index, default: (0, 0)].n += Double(row.count)
            if row.outcome.isFailure { blocks[index, default: (0, 0)].failed += Double(row.count) }
        }
        guard blocks.count >= BlockBootstrap.leastBlocks else { return nil }
        let n = blocks.values.reduce(0) { $0 + $1.n }
        let rate = blocks.values.reduce(0) { $0 + $1.failed } / n
        // Of a ratio of sums over blocks: the squared residuals over n squared.
        let residuals = blocks.values.reduce(0) { sum, block in
            let residual = block.failed - rate * block.n
            return sum + residual * residual
        }
        let count = Double(blocks.count)
        return residuals / (n * n) * count / (count - 1)
    }
}
