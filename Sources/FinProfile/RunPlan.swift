public import FinMeasure

/// What a run will do, decided before anything is sent: every draw of it follows from the seed.
///
/// A draw depends on the seed and the conversation's number only, so each shard of a run can make
/// the same plan and take its slice.
public struct RunPlan: PlanNames, Sendable {
    /// The profile that the plan is made of.
    public let profile: Profile
    /// The run's id; part of every conversation id.
    public let runID: String
    /// Open model: start of conversation n's first turn since the run's zero, nanoseconds.
    ///
    /// Ascending; empty in the closed model.
    public let arrivals: [Int64]
    /// Closed model; nil for the open one.
    public let closed: ClosedLoad?
    /// How long conversations are begun, warm-up included.
    public let length: Nanoseconds
    /// The first part of `length`, kept apart.
    public let warmup: Nanoseconds
    /// How long the run waits for what is open after `length`.
    public let drain: Nanoseconds
    /// Conversations that may be begun at the most; in the open model exactly the planned ones.
    public let conversationLimit: Int
    let mix: ScenarioMix
    /// Which of the run's conversations are this plan's; what is counted above is theirs.
    public let shard: PlanShard
    /// The profile of the whole run; `profile` has this slice's part of its limits.
    public let wholeProfile: Profile
    private let template: IDTemplate
    private let questionNames: [String]
    /// Where users have a limit; nil where they are drawn independently.
    private let userOrder: UserOrder?

    /// So many conversations at any time, reached evenly over `ramp`, for `duration`.
    public struct ClosedLoad: Sendable, Equatable {
        /// Conversations open at any time after the ramp.
        public var concurrency: Int
        /// The time over which the first ones are begun, evenly.
        public var ramp: Nanoseconds
        /// How long new ones are begun, ramp included.
        public var duration: Nanoseconds
    }

    /// Draws the arrivals.
    ///
    /// - Parameters:
    ///   - profile: a valid profile.
    ///   - runID: from `RunID.make`, or any text fit for a conversation id.
    /// - Throws: `ProfileError` when the plan has no conversation, has more than the safety limit
    ///   allows, or ends within its warm-up; it is never cut in silence.
    /// - Complexity: O(arrivals).
    public init(profile: Profile, runID: String) throws(ProfileError) {
        guard let template = IDTemplate(profile.conversation.id) else {
            throw RunPlan.error(profile, "conversation.id is not a template")
        }
        try RunPlan.checkSize(profile)
        let plan = RunPlan.arrivals(profile)
        self.profile = profile
        wholeProfile = profile
        shard = .whole
        self.runID = runID
        self.template = template
        arrivals = plan?.offsets ?? []
        length = plan?.length ?? profile.load.length
        closed = RunPlan.closed(profile.load)
        warmup = profile.load.warmup
        drain = profile.load.drain ?? profile.conversation.timeouts.turn
        conversationLimit =
            plan?.offsets.count ?? profile.load.conversations ?? profile.conversationCap
        mix = ScenarioMix(profile)
        questionNames = mix.messages.map(\.shownName)
        foreseenConversations =
            closed.map { profile.load.conversations ?? $0.concurrency } ?? conversationLimit
        userOrder = profile.perUserLimit.map { _ in
            UserOrder(size: profile.conversation.userPool.size, seed: profile.load.seed)
        }
        try checkArrivals()
    }

    /// Takes a slice of a plan that was not divided.
    init(sliceOf whole: RunPlan, shard: PlanShard, profile: Profile) {
        self.profile = profile
        wholeProfile = whole.profile
        self.shard = shard
        runID = whole.runID
        arrivals = stride(from: shard.index, to: whole.arrivals.count, by: shard.count)
            .map { whole.arrivals[$0] }
        closed = whole.closed.map { closed in
            var part = closed
            part.concurrency = shard.share(of: closed.concurrency)
            return part
        }
        length = whole.length
        warmup = whole.warmup
        drain = whole.drain
        conversationLimit = shard.share(of: whole.conversationLimit)
        foreseenConversations = shard.share(of: whole.foreseenConversations)
        template = whole.template
        mix = whole.mix
        questionNames = whole.questionNames
        userOrder = whole.userOrder
    }

    /// The number of the conversation that is begun after `position` others of this plan.
    public func number(at position: Int) -> UInt64 { shard.number(at: position) }

    /// When a closed load's conversation is begun during the ramp, since the run's zero.
    ///
    /// - Parameter position: from 0, below the concurrency.
    public func rampOffset(at position: Int) -> Nanoseconds {
        guard let closed, case .closed(let concurrency, _, _) = wholeProfile.load.model else {
            return .zero
        }
        let number = Int64(clamping: number(at: position))
        return Nanoseconds(closed.ramp.count * number / Int64(max(1, concurrency)))
    }

    /// The phase of a conversation whose first turn is planned there.
    public func phase(plannedOffset: Nanoseconds) -> Phase {
        plannedOffset < warmup ? .warmup : .main
    }

    /// Conversations that are known to begin: all of an open load; of a closed one
    /// `load.conversations`, or else its first ones.
    ///
    /// What they may cost is looked at before the run; what a closed load adds, on its way.
    public let foreseenConversations: Int

    /// Turns that the plan is expected to have; for a closed load at least so many.
    public var expectedTurns: Double {
        Double(foreseenConversations) * turnMean
    }

    /// Turns of a conversation, on average.
    public var turnMean: Double {
        let weights = Double(mix.scenarios.map(\.weight).reduce(0, +))
        return mix.scenarios.reduce(0) { sum, scenario in
            let turns = min(max(scenario.turns.mean, 1), Double(Profile.Conversation.turnLimit))
            return sum + turns * Double(scenario.weight) / weights
        }
    }
}

extension RunPlan {
    /// What of a conversation is drawn before it begins.
    public struct ConversationDraft: Sendable, Equatable {
        /// Index among the plan's scenarios.
        public var scenario = 0
        /// Turns, 1 at least.
        public var turnCount: Int
        /// Index in the user pool.
        public var user: UInt32
        /// Index among the messages of all scenarios.
        public var question: UInt32
    }

    /// The draws of a conversation.
    ///
    /// Questions are drawn evenly and independently. So are users, unless there is a limit per user:
    /// two conversations at a time may have one user, as people with two windows do. With a limit
    /// each user of the pool has a conversation before one of them has the next.
    /// - Complexity: O(1) expected.
    public func draft(_ conversation: UInt64) -> ConversationDraft {
        var turns = generator(.turnCount, conversation)
        var question = generator(.message, conversation)
        let scenario = scenario(conversation)
        let drawn = mix.turns(scenario).drawCount(using: &turns)
        return ConversationDraft(
            scenario: scenario, turnCount: min(max(drawn, 1), Profile.Conversation.turnLimit),
            user: user(conversation),
            question: mix.question(scenario, drawn: question.next()))
    }

    /// Which scenario a conversation is; nothing is drawn where there is one.
    private func scenario(_ conversation: UInt64) -> Int {
        if mix.scenarios.count == 1 { return 0 }
        var generator = generator(.scenario, conversation)
        return mix.scenario(&generator)
    }

    private func user(_ conversation: UInt64) -> UInt32 {
        if let userOrder { return userOrder.user(of: conversation) }
        var generator = generator(.user, conversation)
        return UInt32(generator.next() % UInt64(profile.conversation.userPool.size))
    }

    /// The user's time between a turn's end and the next turn.
    ///
    /// - Parameters:
    ///   - conversation: the conversation's number in the plan.
    ///   - turn: the turn that ended, from 1.
    public func thinkTime(conversation: UInt64, afterTurn turn: Int) -> Nanoseconds {
        var generator = generator(.thinkTime, conversation, UInt64(turn))
        let drawn = mix.thinkTime(scenario(conversation), afterTurn: turn)
            .draw(using: &generator)
        // A day: the far tail of a log-normal must not overflow, and no run lasts longer.
        return Nanoseconds(Int64(min(max(drawn, 0), 86_400e9).rounded()))
    }

    /// The text of a turn.
    ///
    /// - Parameters:
    ///   - question: index among the messages of all scenarios.
    ///   - turn: from 1; the last text is repeated beyond the question's end.
    public func messageText(question: UInt32, turn: Int) -> String {
        let turns = mix.messages[Int(question)].turns
        return turns[min(max(turn, 1), turns.count) - 1]
    }

    /// The conversation's id on the wire; never the same for two numbers.
    public func conversationID(_ conversation: UInt64) -> String {
        template.id(run: runID, number: conversation)
    }

    /// The user's id on the wire.
    public func userID(_ user: UInt32) -> String {
        profile.conversation.userPool.idPrefix + String(user)
    }

    /// The e-mail sent with the user; nil when none is sent.
    public func userEmail(_ user: UInt32) -> String? {
        profile.conversation.userPool.email.map { email in
            email.split(separator: "{n}", omittingEmptySubsequences: false)
                .joined(separator: String(user))
        }
    }

    /// The question's name, or 16 hexadecimal digits that stand for its first text.
    public func question(_ question: UInt32) -> String { questionNames[Int(question)] }

    private func generator(
        _ stream: SeededGenerator.Stream, _ conversation: UInt64, _ subindex: UInt64 = 0
    ) -> SeededGenerator {
        SeededGenerator(
            seed: profile.load.seed, stream: stream, index: conversation, subindex: subindex)
    }
}

extension Profile {
    /// Conversations that a run may begin: `safety.max_conversations`, or 100 where each one may
    /// cost money and 100,000 elsewhere.
    public var conversationCap: Int {
        safety.maxConversations ?? (isMetered ? 100 : 100_000)
    }
}

extension RunPlan {
    private static func error(_ profile: Profile, _ words: String) -> ProfileError {
        ProfileError(origin: .plan(profile.name), message: words)
    }

    private static func curve(_ stages: [Profile.Load.Stage]) -> RateCurve {
        RateCurve(
            stages.map {
                .init(startRate: $0.startRate, endRate: $0.endRate, length: $0.length)
            })
    }

    /// The drawn arrivals; nil for a closed load.
    private static func arrivals(_ profile: Profile) -> ArrivalPlan? {
        let load = profile.load
        switch load.model {
        case .closed: return nil
        case .open(.trace(let offsets)): return .trace(offsets, limit: load.conversations)
        case .open(.stages(let stages, let isPoisson)):
            let curve = curve(stages)
            return isPoisson
                ? .poisson(curve, seed: load.seed, limit: load.conversations)
                : .constant(curve, limit: load.conversations)
        }
    }

    private static func closed(_ load: Profile.Load) -> ClosedLoad? {
        guard case .closed(let concurrency, let ramp, let duration) = load.model else { return nil }
        return ClosedLoad(concurrency: concurrency, ramp: ramp, duration: duration)
    }

    /// Refuses by the expected size, before anything large is drawn.
    private static func checkSize(_ profile: Profile) throws(ProfileError) {
        let expected: Double
        switch profile.load.model {
        case .closed(let concurrency, _, _):
            expected = Double(max(concurrency, profile.load.conversations ?? 0))
        case .open(.trace(let offsets)):
            expected = min(Double(offsets.count), limit(profile))
        case .open(.stages(let stages, _)):
            expected = min(curve(stages).total, limit(profile))
        }
        try checkCap(profile, Int(expected.rounded()), "about ")
    }

    private static func limit(_ profile: Profile) -> Double {
        profile.load.conversations.map(Double.init) ?? .infinity
    }

    private static func checkCap(
        _ profile: Profile, _ count: Int, _ about: String = ""
    ) throws(ProfileError) {
        let cap = profile.conversationCap
        if count <= cap { return }
        let place =
            profile.isMetered ? "where conversations cost money" : "where they cost none"
        let reason = profile.safety.maxConversations == nil ? " (the default \(place))" : ""
        throw error(
            profile,
            "has \(about)\(count) conversations, but safety.max_conversations is \(cap)\(reason): "
                + "lower the load, or set safety.max_conversations to \(count) or more")
    }

    private func checkArrivals() throws(ProfileError) {
        if closed != nil { return }
        try RunPlan.checkCap(profile, arrivals.count)
        if arrivals.isEmpty {
            throw RunPlan.error(
                profile, "has no conversation: raise load.rate, load.duration or the stages")
        }
        if warmup >= length {
            throw RunPlan.error(
                profile,
                "ends after \(DurationText.words(length)), within its warm-up of "
                    + "\(DurationText.words(warmup)): raise load.conversations or lower load.warmup"
            )
        }
    }
}
