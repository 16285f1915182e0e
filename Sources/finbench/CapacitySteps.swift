import FinLoop
import FinMeasure
import FinProfile

/// The runs of a search for capacity: one profile at different rates.
struct CapacitySteps {
    private let profile: Profile
    private let seconds: Double
    private let warmup: Double

    /// Twenty blocks of three seconds are the least a verdict needs.
    private static let least =
        Double(Overdispersion.leastBlocks) * Overdispersion.leastBlockSeconds

    /// - Parameter seconds: a step's length without its warm-up; nil: what a verdict needs.
    /// - Throws: `Complaint` for a profile that says nothing of success, or a step that is too short.
    init(_ profile: Profile, seconds: Double?) throws {
        if profile.slo.isEmpty {
            throw Complaint(
                .usage,
                "the profile \"\(profile.name)\" has no slo: a capacity is the highest rate that "
                    + "meets one, such as slo: [ttft p95 < 2s]")
        }
        if let seconds, seconds < CapacitySteps.least {
            throw Complaint(
                .usage,
                "--step \"\(PlainNumber.text(seconds))\" is too short for a verdict: it needs "
                    + "\(Int(CapacitySteps.least)) s at the least")
        }
        self.profile = profile
        let least = max(CapacitySteps.least + 1, CapacitySteps.watch(profile))
        if let seconds, seconds < least - 1 {
            throw Complaint(
                .usage,
                "--step \"\(PlainNumber.text(seconds))\" is too short for a verdict: with a "
                    + "longest_pause of \(PlainNumber.text(profile.allowedPause.seconds)) s it needs "
                    + "\(Int(least.rounded(.up))) s")
        }
        self.seconds = seconds ?? least
        warmup = min(profile.load.warmup.seconds, 30)
    }

    /// How long a step must be watched, so that a pass leaves room for pauses that it did not meet; half
    /// as long again, for some turns are slow.
    private static func watch(_ profile: Profile) -> Double {
        let pauses = PauseGuard(pauseSeconds: profile.allowedPause.seconds, runSeconds: 1)
        guard pauses.pauseSeconds > 0 else { return 0 }
        let needed = profile.slo.compactMap {
            SLOTest($0, confidence: profile.confidence)
                .lengthNeeded(slow: 0, of: 1, atRate: true, pauses)
        }
        return 1.5 * (needed.max() ?? 0)
    }

    /// The profile's own highest rate, or as many a second as it has conversations at a time.
    var usualRate: Double {
        switch profile.load.model {
        case .open(.stages(let stages, _)):
            return max(0.1, stages.map { max($0.startRate, $0.endRate) }.max() ?? 1)
        case .open(.trace(let instants)):
            let span = Double(instants.last ?? 0) / 1e9
            return max(0.1, Double(instants.count) / max(span, 1))
        case .closed(let concurrency, _, _): return Double(concurrency)
        }
    }

    /// The search, none of whose steps may begin more than the profile allows.
    ///
    /// - Throws: `Complaint` where that leaves nothing to search.
    func search(from: Double?, upTo: Double?, resolution: Double) throws -> CapacitySearch {
        let most = [upTo, highestRate].compactMap(\.self).min()
        let start = from ?? min(usualRate, most ?? usualRate)
        if let highestRate, start > highestRate || highestRate <= 0 {
            let asked = from ?? min(usualRate, upTo ?? usualRate)
            let needed = allowance(rate: asked)
            throw Complaint(
                .usage,
                "a step at \(PlainNumber.text(asked))/s may begin up to \(needed) conversations, but "
                    + "safety.max_conversations is \(profile.conversationCap): "
                    + (highestRate > 0 ? "lower --from, or " : "no rate needs fewer: ")
                    + "set --max-conversations \(needed)")
        }
        let search = CapacitySearch(start: start, factor: 2, most: most, resolution: resolution)
        try checkAllowance(search)
        return search
    }

    /// What sets the highest rate, where one is set.
    func bound(upTo: Double?) -> String {
        guard let highestRate, highestRate < upTo ?? .infinity else { return "--up-to" }
        return "safety.max_conversations \(profile.conversationCap)"
    }

    /// The highest rate whose step stays within a `safety.max_conversations` that is set; nil for any.
    ///
    /// Where conversations cost money the sum of all steps is held against it, which is stricter.
    private var highestRate: Double? {
        guard !profile.isMetered, let cap = profile.safety.maxConversations else { return nil }
        // `allowance` solved for the rate: r seconds + r warmup, or turnsNeeded + r warmup.
        let margin = CapacitySteps.deviations
        let root = (margin * margin + 4 * Double(cap - 1)).squareRoot() - margin
        let expected = root * root / 4
        let spare = warmup > 0 ? (expected - turnsNeeded) / warmup : .infinity
        return expected < turnsNeeded ? 0 : min(expected / (seconds + warmup), spare)
    }

    /// Conversations that a step at that rate may begin.
    ///
    /// Poisson arrivals are not exactly as many as the rate says: six deviations are never met.
    private func allowance(rate: Double) -> Int {
        let expected = rate * (length(rate: rate) + warmup)
        return Int((expected + CapacitySteps.deviations * expected.squareRoot() + 1).rounded(.up))
    }

    private static let deviations = 6.0

    /// The plan of one step.
    ///
    /// - Throws: `Complaint` where the step could give no verdict, `ProfileError` where it may not be.
    func plan(rate: Double, number: Int) throws -> RunPlan {
        var step = profile
        var isPoisson = true
        if case .open(.stages(_, let poisson)) = profile.load.model { isPoisson = poisson }
        let length = Nanoseconds(seconds: length(rate: rate) + warmup)
        step.load.model = .open(
            .stages(
                [.init(startRate: rate, endRate: rate, length: length)], poisson: isPoisson))
        step.load.conversations = nil
        step.load.warmup = Nanoseconds(seconds: warmup)
        if !profile.isMetered, profile.safety.maxConversations == nil {
            // The default is there for a rate that was mistyped; here the search asks for it.
            step.safety.maxConversations = max(profile.conversationCap, allowance(rate: rate))
        }
        step.load.seed = profile.load.seed &+ UInt64(number)
        step.simulator.seed = profile.simulator.seed &+ UInt64(number)
        let entropy = UInt64.random(in: .min ... .max)
        let runID = RunID.make(unixNanoseconds: Clock.unixNanoseconds(), entropy: entropy)
        return try RunPlan(profile: step, runID: runID)
    }

    /// At a low rate a percentile far out needs longer.
    private func length(rate: Double) -> Double { max(seconds, turnsNeeded / rate) }

    /// Twice the turns that pass when none is slow: some may be.
    private var turnsNeeded: Double {
        let needed = profile.slo.compactMap {
            SLOTest($0, confidence: profile.confidence).turnsNeeded(slow: 0)
        }
        return 2 * Double(needed.max() ?? 0)
    }

    /// Conversations that the whole search may begin; nil without a highest rate.
    func conversations(_ search: CapacitySearch) -> Int? {
        // Poisson arrivals are not exactly as many as the rate says: three deviations and one.
        search.worstCase.map { steps, rates in
            let expected = rates * (seconds + warmup) + Double(steps) * turnsNeeded
            return Int((expected + 3 * expected.squareRoot() + 1).rounded(.up))
        }
    }

    /// Whether what the search may begin is within what the profile allows.
    ///
    /// - Throws: `Complaint` with the figures.
    func checkAllowance(_ search: CapacitySearch) throws {
        guard profile.isMetered else { return }
        guard let most = conversations(search) else {
            throw Complaint(
                .usage,
                "conversations of \"\(profile.name)\" cost money and the search has no end: add "
                    + "--up-to RATE, and a cap that covers it (--max-conversations)")
        }
        let cap = profile.conversationCap
        if most > cap {
            throw Complaint(
                .usage,
                "the search may begin up to \(most) conversations, but safety.max_conversations is "
                    + "\(cap): lower --up-to or --step, or set --max-conversations \(most)")
        }
        let bill = profile.worstCaseBill(conversations: most) ?? 0
        if profile.safety.isExceeded(by: bill) {
            throw Complaint(
                .usage,
                "the search may cost \(Money.words(bill)), but safety.max_cost is "
                    + "\(Money.words(profile.safety.maxCost ?? 0)): lower --up-to, or raise it")
        }
    }
}
