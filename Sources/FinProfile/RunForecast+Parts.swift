import FinMeasure

// How each part of a forecast follows from the plan and its rehearsal.

extension RunForecast.Target {
    init(_ profile: Profile) {
        kind = profile.targetKind
        url = profile.target?.url
        version = profile.version
        isMetered = profile.isMetered
    }
}

extension RunForecast.Load {
    init(_ plan: RunPlan) {
        seed = String(plan.profile.load.seed)
        switch plan.profile.load.model {
        case .closed(let concurrency, _, _):
            model = "closed"
            self.concurrency = concurrency
        case .open(.trace):
            model = "open"
            arrivals = "trace"
        case .open(.stages(_, let isPoisson)):
            model = "open"
            arrivals = isPoisson ? "poisson" : "constant"
        }
    }
}

extension RunForecast.Conversations {
    init(_ plan: RunPlan, _ rehearsal: Rehearsal) {
        atMost = plan.conversationLimit
        atLeast = plan.closed.map { min($0.concurrency, plan.conversationLimit) } ?? atMost
        expected = rehearsal.conversations
    }
}

extension RunForecast.Scenario {
    static func all(_ plan: RunPlan, _ rehearsal: Rehearsal) -> [Self] {
        let sum = plan.scenarios.map(\.weight).reduce(0, +)
        return zip(plan.scenarios, rehearsal.scenarios).map { scenario, conversations in
            var operations: [String]?
            if case .operations(let steps) = scenario.kind { operations = steps.map(\.name) }
            return Self(
                name: scenario.name, operations: operations,
                share: Double(scenario.weight) / Double(sum), conversations: conversations)
        }
    }
}

extension RunForecast.MainPhase {
    init(_ plan: RunPlan, _ rehearsal: Rehearsal) {
        conversations = rehearsal.mainConversations
        turns = rehearsal.mainTurns
        seconds = (plan.length - plan.warmup).seconds
    }
}

extension RunForecast.InFlight {
    init(_ plan: RunPlan, _ rehearsal: Rehearsal, rowLimit: Int?) {
        assumption = rehearsal.words
        let held = rehearsal.conversations - rehearsal.blocked - rehearsal.blockedUsers
        conversationSeconds = held > 0 ? rehearsal.lengthSum / Double(held) : 0
        peak = rehearsal.peak
        // Little's law; what lasts into the drain must not lift the mean above the peak.
        expected = min(rehearsal.lengthSum / max(plan.length.seconds, 1e-9), Double(peak))
        peakAtSeconds = Double(rehearsal.peakAt) / 1e9
        let asked = plan.profile.load.maxInFlight
        isLimitedByFiles = rowLimit.map { $0 < min(asked, plan.conversationLimit) } ?? false
        limit = isLimitedByFiles ? rehearsal.limit : asked
        blocked = rehearsal.blocked
    }
}

extension RunForecast.Calls {
    /// 10,000 calls a minute and app, in windows of ten seconds.
    ///
    /// - Source: Intercom's "Rate limiting" page; a workspace's own limit stands in its headers.
    static let intercomLimit = 1667

    init(_ plan: RunPlan, _ rehearsal: Rehearsal) {
        peakInTenSeconds = rehearsal.callPeak
        intercomLimitInTenSeconds = Self.intercomLimit
        share = Double(peakInTenSeconds) / Double(intercomLimitInTenSeconds)
        simulatorLimitInTenSeconds =
            plan.profile.target == nil ? plan.profile.simulator.rateLimit : nil
    }
}

extension RunForecast.Identifiers {
    init(_ plan: RunPlan, count: Int) {
        first = plan.conversationID(0)
        last = plan.conversationID(UInt64(max(1, count) - 1))
    }
}

extension RunForecast.Users {
    init(_ plan: RunPlan, _ rehearsal: Rehearsal) {
        let drawn = rehearsal.users
        let (low, high) = (drawn.keys.min() ?? 0, drawn.keys.max() ?? 0)
        poolSize = plan.profile.conversation.userPool.size
        distinct = drawn.count
        first = plan.userID(low)
        last = plan.userID(high)
        mostConversations = drawn.values.map(\.conversations).max() ?? 0
        mostAtOnce = drawn.values.map(\.mostAtOnce).max() ?? 0
        limitAtOnce = rehearsal.userLimit
        blocked = rehearsal.blockedUsers
        hasEmail = plan.profile.conversation.userPool.email != nil
    }
}

extension RunForecast.Bill {
    /// Nil where the target bills nobody.
    init?(_ plan: RunPlan) {
        let profile = plan.profile
        guard let worst = profile.worstCaseBill(conversations: plan.conversationLimit),
            let foreseen = profile.worstCaseBill(conversations: plan.foreseenConversations)
        else { return nil }
        conversations = plan.conversationLimit
        priceUSD = profile.safety.pricePerOutcome
        worstCaseUSD = worst
        isRefused = profile.safety.isExceeded(by: foreseen)
        maxCostUSD = profile.safety.maxCost
    }
}

extension RunForecast.Schedule {
    init(_ plan: RunPlan) {
        warmupSeconds = plan.warmup.seconds
        loadSeconds = plan.length.seconds
        drainSeconds = plan.drain.seconds
        latestEndSeconds = (plan.length + plan.drain).seconds
    }
}

extension Profile {
    /// The rules that end or hold a run before its time, a sentence each.
    var stopRuleWords: [String] {
        var words = abortRules.map { "stops when \($0.text)" }
        if let most = safety.maxCost, isMetered {
            words.append("stops before more than \(Money.words(most)) may be billed")
        }
        if let most = safety.maxEscalations {
            words.append("stops new starts at escalation \(most + 1): \(most) may be")
        }
        if let floor = safety.rateLimitFloor {
            words.append(
                "pauses starts while less than \(Figure.percent(floor)) of the rate limit is left")
        }
        switch onRateLimit {
        case .count: words.append("a 429 ends its turn: rate_limited")
        case .wait: words.append("a 429 waits for the next window; its turn keeps its anchor")
        }
        return words
    }
}
