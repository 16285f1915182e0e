internal import FinMeasure
private import Foundation

/// What changed between two sides, in the words of somebody who waits for an answer.
///
/// Typical waits are geometric means of the turns that got their first words; failed turns are named
/// beside them. Nothing here decides: `RunComparison` does.
public struct ComparisonExplanation: Sendable {
    /// The paragraphs, ready to print.
    public let text: String

    /// Reads both sides' records and turns.
    ///
    /// - Throws: `ReportError`.
    /// - Complexity: one pass over each run's turns.
    public init(_ request: RunComparison.Request) throws {
        let before = try ExplainedSide(request.baseline)
        let after = try ExplainedSide(request.candidate)
        let groups = GroupChange.all(before, after)
        text =
            [
                ExplanationText.wait(before, after), ExplanationText.parts(before, after),
                ExplanationText.groups(groups),
                ExplanationText.since(before, after, within: GroupChange.named(groups)),
                ExplanationText.slowest(after),
            ]
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}

/// One side, added up over its runs.
struct ExplainedSide {
    /// Time blocks of a run, for "since when".
    static let blockCount = 20
    private static let slowestKept = 5

    /// Logarithms of TTFT of a group's turns, by block of the run's main phase.
    struct Group {
        var sums = [Double](repeating: 0, count: ExplainedSide.blockCount)
        var counts = [Double](repeating: 0, count: ExplainedSide.blockCount)

        var n: Double { counts.reduce(0, +) }
        /// The geometric mean, nanoseconds; nil without turns.
        var typical: Double? { n > 0 ? exp(sums.reduce(0, +) / n) : nil }
    }

    /// What a turn asked, and in which scenario.
    struct GroupKey: Hashable {
        var scenario: String
        var question: String
    }

    private(set) var ttft: SeriesCounts?
    private(set) var means: [Metric: Double] = [:]
    private(set) var groups: [GroupKey: Group] = [:]
    private(set) var slowest: [TurnRow] = []
    private(set) var mainSeconds = 0.0
    private(set) var hasTurns = false

    init(_ directories: [String]) throws {
        var sums: [Metric: (sum: Double, n: Double)] = [:]
        for directory in directories {
            let run = try ComparedRun(directory: directory)
            add(run, to: &sums)
            try addTurns(run.record)
        }
        means = sums.mapValues { $0.sum / $0.n }
    }

    private mutating func add(
        _ run: ComparedRun, to sums: inout [Metric: (sum: Double, n: Double)]
    ) {
        if let counts = run.rollup.main(.ttft, .planned) {
            if ttft == nil { ttft = counts } else { ttft?.add(counts) }
        }
        let parts: [Metric] = [
            .scheduleLag, .post, .subscribeGap, .streamConnect, .firstWait, .serverTTFT,
        ]
        for metric in parts {
            guard let counts = run.rollup.main(metric, metric.anchors[0]), let mean = counts.mean
            else { continue }
            let n = Double(counts.measured)
            sums[metric, default: (0, 0)].sum += mean * n
            sums[metric, default: (0, 0)].n += n
        }
    }

    private mutating func addTurns(_ record: RunRecord) throws {
        let plan = record.document.plan
        let seconds = plan.lengthSeconds - plan.warmupSeconds
        mainSeconds = max(mainSeconds, seconds)
        var found = self
        try record.forEachTurn { turn in
            found.hasTurns = true
            guard turn.phase == .main, let ttft = turn.ttft else { return }
            let key = GroupKey(scenario: turn.scenario, question: turn.question)
            let share = (Double(turn.planned) / 1e9 - plan.warmupSeconds) / max(seconds, 1e-9)
            let block = min(
                max(0, Int(share * Double(ExplainedSide.blockCount))),
                ExplainedSide.blockCount - 1)
            found.groups[key, default: Group()].sums[block] += log(Double(max(1, ttft)))
            found.groups[key, default: Group()].counts[block] += 1
            found.keep(turn, ttft)
        }
        self = found
    }

    private mutating func keep(_ turn: TurnRow, _ ttft: Int64) {
        if slowest.count == ExplainedSide.slowestKept, let last = slowest.last?.ttft, ttft <= last {
            return
        }
        let place = slowest.firstIndex { ($0.ttft ?? 0) < ttft } ?? slowest.count
        slowest.insert(turn, at: place)
        if slowest.count > ExplainedSide.slowestKept { slowest.removeLast() }
    }
}

/// How a group of turns changed from one side to the other.
struct GroupChange {
    var key: ExplainedSide.GroupKey
    var before: Double
    var after: Double
    var turns: Int

    var change: Double { after - before }

    /// Turns of each side below which a group says nothing.
    private static let leastTurns = 20.0

    /// Every group that both sides have enough turns of, the largest change first.
    static func all(_ before: ExplainedSide, _ after: ExplainedSide) -> [GroupChange] {
        before.groups.compactMap { key, group in
            guard let other = after.groups[key], min(group.n, other.n) >= leastTurns,
                let one = group.typical, let two = other.typical
            else { return nil }
            return GroupChange(key: key, before: one, after: two, turns: Int(other.n))
        }
        .sorted { ($0.change.magnitude, $1.key.question) > ($1.change.magnitude, $0.key.question) }
    }

    /// Whether every group changed in one direction, the least by a quarter of the most: then it is
    /// no question's own.
    static func isShared(_ groups: [GroupChange]) -> Bool {
        guard let largest = groups.first else { return false }
        return groups.allSatisfy {
            $0.change * largest.change.sign >= largest.change.magnitude / 4
        }
    }

    /// The groups that the change is about: each changed by at least half of what the most changed
    /// one did, in its direction.
    static func named(_ groups: [GroupChange]) -> [GroupChange] {
        guard let largest = groups.first else { return [] }
        return groups.filter { $0.change * largest.change.sign > largest.change.magnitude / 2 }
    }
}

extension Double {
    fileprivate var sign: Double { self < 0 ? -1 : 1 }
}
