public import FinMeasure

/// Whether a plan has enough turns and time for a verdict on an SLO.
///
/// The figures hold for turns that do not cluster; a run whose slow turns come in bursts needs more.
public struct SLOForecast: Sendable, Equatable, Encodable {
    /// The SLO as the profile writes it.
    public var slo: String
    /// Whether the run can come to either verdict; nil where the number of values cannot be foreseen.
    public var canBeDecided: Bool?
    /// Turns it selects in the main phase, those that the drain cuts left out.
    public var turns: Int?
    /// The most slow turns with which they pass; nil when not even none would do.
    public var slowAllowed: UInt64?
    /// Turns that pass at the least when none is slow.
    public var turnsNeeded: UInt64?
    /// How many of these the plan lacks.
    public var turnsMissing: UInt64?
    /// Turns among them that a limit would block: they count as slow.
    public var turnsBlocked: Int?
    /// What stands in the way, a sentence each; empty when nothing does.
    public var obstacles: [String]
}

extension SLOForecast {
    init(_ slo: SLO, _ plan: RunPlan, _ rehearsal: Rehearsal) {
        self.slo = slo.text
        obstacles = []
        guard slo.countsTurns else {
            obstacles = ["its values are no turns: how many there will be cannot be foreseen"]
            return
        }
        let tally = rehearsal.tally(slo)
        let test = SLOTest(slo, confidence: plan.profile.confidence)
        turns = tally.turns
        turnsBlocked = tally.blocked
        let pauses = PauseGuard(
            pauseSeconds: plan.profile.allowedPause.seconds,
            runSeconds: Overdispersion.seconds(
                tally.intervals, intervalSeconds: plan.recordInterval.seconds))
        slowAllowed = test.allowed(n: Double(tally.turns), pauses)
        turnsNeeded = test.turnsNeeded(slow: 0)
        turnsMissing = turnsNeeded.map { $0 - min($0, UInt64(tally.turns)) }
        obstacles = [
            tooFew(tally), tooShort(tally, plan), missesPauses(test, pauses),
            tooManyCut(tally, share: test.share),
            tooManyBlocked,
        ].compactMap { $0 }
        canBeDecided = obstacles.isEmpty
    }

    private func tooFew(_ tally: Rehearsal.Tally) -> String? {
        guard let missing = turnsMissing, missing > 0, let needed = turnsNeeded else { return nil }
        return "\(tally.turns) turns in the main phase; a pass needs \(needed) when none is slow: "
            + "\(missing) more"
    }

    /// Rule 6 of the design: how slow turns cluster must be seen over 20 blocks of 3 s.
    private func tooShort(_ tally: Rehearsal.Tally, _ plan: RunPlan) -> String? {
        let interval = plan.recordInterval.seconds
        if Overdispersion.estimate(tally.intervals, intervalSeconds: interval) != nil { return nil }
        let least = Overdispersion.leastBlockSeconds * Double(Overdispersion.leastBlocks)
        let main = (plan.length - plan.warmup).seconds
        let blocks =
            "\(Overdispersion.leastBlocks) blocks of \(Int(Overdispersion.leastBlockSeconds)) s"
        if main >= least {
            return "turns begin in too few seconds of the main phase: a verdict needs \(blocks) "
                + "that hold some"
        }
        return "\(Figure.seconds(main)) of main phase; a verdict needs \(blocks): let the load "
            + "last \(Figure.seconds(plan.warmup.seconds + least)) or longer, warm-up included"
    }

    /// A pass leaves room for pauses that the run does not meet.
    private func missesPauses(_ test: SLOTest, _ pauses: PauseGuard) -> String? {
        let scale = test.lengthNeeded(slow: 0, of: 1, atRate: false, pauses)
        if pauses.runSeconds == 0 || scale == 1 { return nil }
        let pause = Figure.seconds(pauses.pauseSeconds)
        guard let scale else { return "no length is enough to meet pauses of \(pause)" }
        return "pauses of \(pause) (longest_pause) may be missed: let the main phase last "
            + "\(Figure.seconds((pauses.runSeconds * scale).rounded(.up))) or longer"
    }

    private func tooManyCut(_ tally: Rehearsal.Tally, share: Double) -> String? {
        let isTooMany = Double(tally.cut) > share * Double(tally.turns + tally.cut)
        guard isTooMany || slowAllowed.map({ UInt64(tally.cut) > $0 }) == true else { return nil }
        return "\(tally.cut) of \(tally.turns + tally.cut) turns would be cut, more than may be "
            + "slow: raise load.drain"
    }

    private var tooManyBlocked: String? {
        guard let turnsBlocked, isBrokenByBlocks else { return nil }
        let subject = turnsBlocked == 1 ? "start alone breaks" : "starts alone break"
        return "about \(turnsBlocked) blocked \(subject) it: \(slowAllowed ?? 0) slow may be; see "
            + "in flight and users"
    }

    /// Whether the starts that a limit would block are more than may be slow.
    var isBrokenByBlocks: Bool {
        guard let turnsBlocked, let slowAllowed else { return false }
        return UInt64(turnsBlocked) > slowAllowed
    }
}

extension SLO {
    /// Whether turns of that series have values that count.
    ///
    /// Which operations are answered on a stream, only the driver knows: they count for a metric of
    /// answers where the objective names them.
    func countsTurns(of series: String) -> Bool {
        guard selects(series: series) else { return false }
        guard case .percentile(let metric, _, _, _) = subject else { return true }
        let isOperation = ScenarioName(series).operation != nil
        return metric == .opLatency ? isOperation : !isOperation || operation != nil
    }

    /// Whether each turn has one value, or none.
    fileprivate var countsTurns: Bool {
        switch subject {
        case .errorRate: true
        case .percentile(let metric, _, _, _): metric.scope == .turn
        }
    }
}

extension SLOTest {
    /// The test of an SLO: a share of its turns may be slow.
    ///
    /// A limit of 0 % or 100 % is a user's wish, not our bug: it is as good as decided.
    public init(_ slo: SLO, confidence: Double) {
        let share =
            switch slo.subject {
            case .percentile(_, _, let percentile, _): (100 - percentile) / 100
            case .errorRate(let limit): limit
            }
        self.init(
            share: min(max(share, 1e-9), 1 - 1e-9),
            confidence: min(max(confidence, 0.501), 1 - 1e-9))
    }
}

extension RunPlan {
    /// The length of one interval of the record: five seconds for runs above ten minutes.
    public var recordInterval: Nanoseconds {
        length > .seconds(600) ? .seconds(5) : .seconds(1)
    }
}
