internal import FinMeasure
internal import FinProfile

/// An SLO while the run lasts: what counts so far, and what a verdict still needs.
///
/// Turns are taken for independent here: where slow ones cluster, the end needs more.
struct LiveObjective: Sendable {
    private let slo: SLO
    private let test: SLOTest
    private let scenarios: [String]
    private let verdictSeconds: Double
    private let lengthSeconds: Double
    private var elapsed = 0.0
    private var n: UInt64 = 0
    private var slow: UInt64 = 0

    init(_ slo: SLO, _ document: RunDocument) {
        self.slo = slo
        test = SLOTest(slo, confidence: document.confidence)
        scenarios = document.scenarios
        let plan = document.plan
        lengthSeconds = plan.lengthSeconds
        verdictSeconds =
            plan.warmupSeconds
            + max(
                Double(Overdispersion.leastBlocks) * Overdispersion.leastBlockSeconds,
                LiveObjective.guardSeconds(test, document))
    }

    /// How long turns must be watched to leave room for pauses that were not met.
    private static func guardSeconds(_ test: SLOTest, _ document: RunDocument) -> Double {
        let pauses = PauseGuard(
            pauseSeconds: document.longestPauseSeconds ?? 0, runSeconds: 1)
        return test.lengthNeeded(slow: 0, of: 1, atRate: false, pauses) ?? 0
    }

    /// Takes the outcomes of an interval, and its end.
    mutating func update(_ snapshot: IntervalSnapshot) {
        elapsed = (snapshot.start + snapshot.length).seconds
        guard case .errorRate = slo.subject else { return }
        for (key, count) in snapshot.outcomes
        where key.outcome != .cut && selects(key.phase, key.turn, name(key.scenario)) {
            n += count
            if key.outcome.isFailure { slow += count }
        }
    }

    /// Whether the values of a series count.
    func wants(_ key: Series) -> Bool {
        guard case .percentile(let metric, let anchor, _, _) = slo.subject else { return false }
        return key.metric == metric && key.anchor == anchor
            && selects(key.phase, key.turn, key.scenario)
    }

    /// Takes one interval's values of a series that it wants.
    mutating func add(_ counts: SeriesCounts) {
        guard case .percentile(_, _, _, let limit) = slo.subject else { return }
        n += counts.n
        slow += counts.slow(limit: limit)
    }

    private func selects(_ phase: Phase, _ turn: TurnClass, _ scenario: String) -> Bool {
        phase == .main && (slo.turn == .all || slo.turn == turn)
            && slo.selects(series: scenario)
    }

    private func name(_ scenario: UInt16) -> String {
        Int(scenario) < scenarios.count ? scenarios[Int(scenario)] : ""
    }

    /// The SLO, its figures, what is still needed.
    var fields: [String] {
        ["slo       \(slo.text)", "n \(n)", "slow \(slow)", standing]
    }

    /// Whether the whole run is shorter than a verdict needs.
    private var isShort: Bool { lengthSeconds < verdictSeconds }

    private var standing: String {
        switch test.verdict(n: Double(n), slow: Double(slow)) {
        case .fail: return isShort ? "missed so far, too short for a verdict" : "missed so far"
        case .pass:
            if isShort { return "met so far, too short for a verdict" }
            let seconds = max(0, verdictSeconds - elapsed).rounded(.up)
            return seconds > 0
                ? "met so far, \(Decimals.number(seconds, places: 0)) s to a verdict"
                : "met so far"
        case .notEnoughData:
            guard let all = test.turnsNeeded(slow: Double(slow)) else { return "open" }
            return "needs \(all - min(all, n)) more"
        }
    }
}
