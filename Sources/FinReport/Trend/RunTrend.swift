public import FinMeasure
private import Foundation

/// Figures over many runs, oldest first, each beside what the runs before it make usual.
///
/// Runs of different profiles or kinds of target are different lines: they are never joined.
public struct RunTrend: Sendable {
    /// A run's figure.
    public struct Point: Sendable {
        /// Nanoseconds, or a share.
        public var value: Double
        /// Whether it falls among failed turns: the truth is this or more.
        public var isLowerBound: Bool
        /// Where 95 % of such runs lie, by the runs before it; nil with too few of them.
        public var usual: ClosedRange<Double>?

        /// Whether the value lies outside of what is usual; nil where that is not known.
        public var isUnusual: Bool? { usual.map { !$0.contains(value) } }
    }

    /// One run.
    struct Run: Sendable {
        var document: RunDocument
        var isValid: Bool
        /// A figure for each gate; nil where the run has none.
        var points: [Point?]
    }

    /// Runs of one profile against one kind of target.
    struct Line: Sendable {
        var profile: String
        var target: TargetKind
        var runs: [Run]

        var name: String { "\(profile) (\(target.rawValue))" }
    }

    /// Runs before one that must be there for a band.
    static let leastBefore = 5
    /// Runs before one that its band looks at.
    static let mostBefore = 20
    /// What a band holds.
    static let confidence = 0.95

    let gates: [ComparisonGate]
    let lines: [Line]
    let toolVersion: String

    /// Reads the runs.
    ///
    /// - Parameters:
    ///   - directories: of finished runs, at least one, in any order.
    ///   - parseSLO: the profile's parser; what an SLO is about is a figure of the trend.
    /// - Throws: `ReportError` when a record cannot be read, or is not finished.
    /// - Complexity: one pass over each run's record, its turns left out.
    public init(directories: [String], parseSLO: (String) -> ComparisonGate?) throws {
        precondition(!directories.isEmpty, "a trend shows at least one run")
        let runs = try directories.map(ComparedRun.init)
            .sorted { $0.record.document.startedAt < $1.record.document.startedAt }
        gates = RunTrend.gates(runs, parseSLO)
        toolVersion = runs.last?.record.document.toolVersion ?? ""
        var made: [Line] = []
        for run in runs {
            let document = run.record.document
            let place = made.firstIndex {
                $0.profile == document.profileName && $0.target == document.target.kind
            }
            if place == nil {
                made.append(
                    Line(profile: document.profileName, target: document.target.kind, runs: []))
            }
            let points = gates.map { gate in
                run.value(gate).map { Point(value: $0.value, isLowerBound: $0.isLowerBound) }
            }
            made[place ?? made.count - 1].runs.append(
                Run(document: document, isValid: run.isValid, points: points))
        }
        lines = made.map(RunTrend.banded)
    }

    /// TTFT, the error rate, and what the runs' own SLOs are about.
    private static func gates(
        _ runs: [ComparedRun], _ parse: (String) -> ComparisonGate?
    ) -> [ComparisonGate] {
        var gates = [0.5, 0.95, 0.99].map {
            ComparisonGate(.percentile(.ttft, .planned, $0), threshold: 0)
        }
        for text in runs.flatMap(\.record.document.slo) {
            if let gate = parse(text), !gates.contains(where: { $0.subject == gate.subject }) {
                gates.append(gate)
            }
        }
        let rate = ComparisonGate(.errorRate, threshold: 0)
        return gates.filter { $0.subject != .errorRate } + [rate]
    }

    private static func banded(_ line: Line) -> Line {
        var line = line
        for index in line.runs.indices {
            for gate in line.runs[index].points.indices {
                let before = line.runs[..<index].filter(\.isValid).compactMap { $0.points[gate] }
                line.runs[index].points[gate]?.usual = usual(before.map(\.value))
            }
        }
        return line
    }

    /// Where the next value lies with 95 %, by Student's t of the logarithms; nil with too few
    /// values, or where they have no logarithm.
    static func usual(_ before: [Double]) -> ClosedRange<Double>? {
        let values = before.suffix(mostBefore)
        guard values.count >= leastBefore, values.allSatisfy({ $0 > 0 }) else { return nil }
        let logarithms = values.map { log($0) }
        let n = Double(logarithms.count)
        let mean = logarithms.reduce(0, +) / n
        let variance = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        let spread =
            StudentT.quantile(twoSidedTail: 1 - confidence, freedom: n - 1)
            * (variance * (1 + 1 / n)).squareRoot()
        // Histograms keep three digits: equal runs may differ by so much.
        let reach = max(0.002, spread)
        return exp(mean - reach)...exp(mean + reach)
    }

    /// Whether the newest valid run of a line lies outside of what is usual, in words; empty for no.
    public var findings: [String] {
        lines.flatMap { line -> [String] in
            guard let last = line.runs.last(where: \.isValid) else { return [] }
            return zip(gates, last.points).compactMap { gate, point in
                guard let point, let usual = point.usual, point.isUnusual == true else {
                    return nil
                }
                let side = point.value > usual.upperBound ? "above" : "below"
                return "\(line.name): \(gate.name) of \(last.document.runID) is "
                    + "\(TrendText.value(point, gate)), \(side) the usual "
                    + TrendText.range(usual, gate)
            }
        }
    }
}
