import FinMeasure

extension RunPlan {
    /// The plan of one slice: the same conversations, texts and instants, a part of them.
    ///
    /// What the profile allows for the whole run (`max_in_flight`, `max_cost`, `max_escalations`, a
    /// closed load's concurrency, the embedded simulator's rate limit) is divided so that the parts
    /// add up to it: no slice has to ask another.
    /// - Parameter hasCommonReceiver: whether the slices are processes of one run, which takes all their
    ///   webhooks and hands each to the slice whose conversation it is.
    /// - Throws: `ProfileError` when something cannot be divided among so many slices.
    /// - Complexity: O(conversations of the slice).
    public func slice(
        _ shard: PlanShard, hasCommonReceiver: Bool = false
    ) throws(ProfileError) -> RunPlan {
        precondition(self.shard == .whole, "a slice is not divided again")
        if shard == .whole { return self }
        try checkSlices(shard.count)
        try checkAddresses(shard.count, hasCommonReceiver)
        var profile = profile
        profile.load.maxInFlight = shard.share(of: profile.load.maxInFlight)
        if let most = profile.safety.maxEscalations {
            // A run stops at one more than the limit: the slices' "one more" are counted, too.
            profile.safety.maxEscalations = shard.share(of: most + 1) - 1
        }
        if let affordable {
            profile.safety.maxCost =
                Double(shard.share(of: affordable)) * profile.safety.pricePerOutcome
        }
        profile.simulator.rateLimit = profile.simulator.rateLimit.map { shard.share(of: $0) }
        if let first = arrivals.first, shard.index < arrivals.count {
            // A slice's own simulator counts from the slice's first request.
            profile.simulator.bringForward(by: Double(arrivals[shard.index] - first))
        }
        return RunPlan(sliceOf: self, shard: shard, profile: profile)
    }

    /// Conversations that `safety.max_cost` allows; nil where it limits nothing.
    private var affordable: Int? {
        guard profile.isMetered, let limit = profile.safety.maxCost,
            profile.safety.pricePerOutcome > 0
        else { return nil }
        let count = (limit / profile.safety.pricePerOutcome + 1e-6).rounded(.down)
        return Int(min(count, 1e9))
    }

    /// Whether each of so many slices has something to do, and every limit can be divided.
    private func checkSlices(_ count: Int) throws(ProfileError) {
        let limits: [(name: String, value: Int?)] = [
            ("conversations of the plan", foreseenConversations),
            ("load.concurrency", closed?.concurrency),
            ("load.max_in_flight", profile.load.maxInFlight),
            ("safety.max_escalations, plus one,", profile.safety.maxEscalations.map { $0 + 1 }),
            ("conversations that safety.max_cost allows", affordable),
            (
                "simulator.rate_limit",
                profile.target == nil ? profile.simulator.rateLimit : nil
            ),
        ]
        for (name, value) in limits {
            guard let value, value < count else { continue }
            throw sliceError(
                count, "\(name) \"\(value)\" is fewer: use at most \(max(1, value)) slices")
        }
        let size = profile.conversation.userPool.size
        if profile.perUserLimit != nil, size % count != 0 {
            throw sliceError(
                count,
                "with a limit per user (safety.max_per_user) each user must belong to one slice: "
                    + "make conversation.user_pool.size \"\(size)\" a multiple of \(count)")
        }
    }

    /// Whether what calls the run finds the slice that is meant.
    private func checkAddresses(
        _ count: Int, _ hasCommonReceiver: Bool
    ) throws(ProfileError) {
        if profile.hostedConnectors != nil {
            throw sliceError(
                count,
                "calls of data connectors (connectors) come to one address: run it as one process, "
                    + "--workers 1")
        }
        if profile.hasReceiver, !hasCommonReceiver {
            throw sliceError(
                count,
                "webhooks (delivery, hitl) come to one address: run it on one machine, divided with "
                    + "--workers \(count)")
        }
    }

    private func sliceError(_ count: Int, _ words: String) -> ProfileError {
        ProfileError(
            origin: .plan(profile.name), message: "cannot be divided into \(count) slices: \(words)"
        )
    }
}

extension SimulatorSettings {
    /// Lets what is said relative to the first request happen that much earlier.
    fileprivate mutating func bringForward(by nanoseconds: Double) {
        for index in freezes.indices { freezes[index].at -= nanoseconds }
        for index in faults.indices {
            guard case .share(let share, .some(var window)) = faults[index].scope else { continue }
            window.start -= nanoseconds
            if window.end < .greatestFiniteMagnitude { window.end -= nanoseconds }
            faults[index].scope = .share(share, window: window)
        }
    }
}

extension Profile {
    /// Whether processes of one machine can divide the run among them: calls of data connectors come to
    /// one process, webhooks are told apart by their conversation.
    public var isDivisible: Bool { hostedConnectors == nil }
}
