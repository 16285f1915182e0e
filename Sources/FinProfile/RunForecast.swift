public import FinMeasure

/// What a run will do, cost and be able to show, said before anything is sent.
///
/// What the plan draws (starts, turns, users, ids) is exact: the run does the same. What depends on
/// the answers (conversations at a time, calls in ten seconds, turns that the drain cuts) comes from
/// a rehearsal of the drawn plan with assumed answer times; `inFlight.assumption` names them.
/// Encodes as the JSON of `finbench plan --json`; each key names its unit.
public struct RunForecast: Sendable, Equatable, Encodable {
    /// The layout's number; a change of any key raises it.
    public var schema = 2
    /// The profile's name.
    public var profile: String
    /// What the profile asks.
    public var question: String
    /// What will be hit.
    public var target: Target
    /// How conversations come.
    public var load: Load
    /// Conversations begun: one number for an open load, bounds for a closed one.
    public var conversations: Conversations
    /// Turns of these conversations.
    public var turns: Turns
    /// The mix that conversations are drawn from; nil for a profile without `scenarios`.
    public var scenarios: [Scenario]?
    /// What verdicts will speak of.
    public var mainPhase: MainPhase
    /// Conversations begun in each second of the load; for a closed load, rehearsed.
    public var startsPerSecond: [Int]
    /// Conversations begun and not ended at the end of each second of the load, rehearsed.
    public var inFlightPerSecond: [Int]
    /// Conversations at a time.
    public var inFlight: InFlight
    /// API calls beside the rate limit.
    public var calls: Calls
    /// The conversations' ids.
    public var ids: Identifiers
    /// The users that will talk.
    public var users: Users
    /// The worst-case bill; nil where nobody bills.
    public var bill: Bill?
    /// The cap on conversations that the plan keeps to.
    public var maxConversations: Int
    /// What ends or holds the run before its time, a sentence each.
    public var stopRules: [String]
    /// How long it takes.
    public var schedule: Schedule
    /// What each SLO can come to.
    public var slos: [SLOForecast]

    /// Plays a plan through; nothing is sent.
    ///
    /// - Parameters:
    ///   - plan: any plan; its run id stands in the ids shown.
    ///   - rowLimit: conversations at a time that the process's open files allow; nil: not looked at.
    /// - Complexity: O(turns), about 2 us each, and O(log n) for n conversations at a time.
    public init(plan: RunPlan, rowLimit: Int? = nil) {
        let profile = plan.profile
        let rehearsal = Rehearsal(plan: plan, rowLimit: rowLimit)
        self.profile = profile.name
        question = profile.description
        target = Target(profile)
        load = Load(plan)
        conversations = Conversations(plan, rehearsal)
        turns = rehearsal.turns
        scenarios = profile.scenarios.isEmpty ? nil : Scenario.all(plan, rehearsal)
        mainPhase = MainPhase(plan, rehearsal)
        startsPerSecond = rehearsal.starts
        inFlightPerSecond = rehearsal.openAtEnds
        inFlight = InFlight(plan, rehearsal, rowLimit: rowLimit)
        calls = Calls(plan, rehearsal)
        ids = Identifiers(plan, count: conversations.atMost)
        users = Users(plan, rehearsal)
        bill = Bill(plan)
        maxConversations = profile.conversationCap
        stopRules = profile.stopRuleWords
        schedule = Schedule(plan)
        slos = profile.slo.map { SLOForecast($0, plan, rehearsal) }
    }
}

extension RunForecast {
    /// What will be hit.
    public struct Target: Sendable, Equatable, Encodable {
        /// Simulated, local or live.
        public var kind: TargetKind
        /// The base URL; nil for the embedded simulator.
        public var url: String?
        /// `Intercom-Version` of every call.
        public var version: String
        /// Whether conversations cost money there.
        public var isMetered: Bool
    }

    /// How conversations come.
    public struct Load: Sendable, Equatable, Encodable {
        /// `open` or `closed`.
        public var model: String
        /// `poisson`, `constant` or `trace`; nil for a closed load.
        public var arrivals: String?
        /// Conversations at a time of a closed load; nil for an open one.
        public var concurrency: Int?
        /// The seed of every draw; text, since a number of JSON has no room for 64 bits.
        public var seed: String
    }

    /// Conversations begun.
    public struct Conversations: Sendable, Equatable, Encodable {
        /// So many in any case, unless a rule stops the run.
        public var atLeast: Int
        /// Not one more.
        public var atMost: Int
        /// So many in the rehearsal.
        public var expected: Int
    }

    /// One scenario of the mix.
    public struct Scenario: Sendable, Equatable, Encodable {
        /// Its name.
        public var name: String
        /// Its operations, in order; nil for a conversation.
        public var operations: [String]?
        /// Its weight over the sum of all weights.
        public var share: Double
        /// So many in the rehearsal.
        public var conversations: Int
    }

    /// Turns of the expected conversations.
    public struct Turns: Sendable, Equatable, Encodable {
        /// As the plan draws them: what the run does when every turn ends well and in time.
        public var drawn = 0
        /// So many begin in the rehearsal.
        public var expected = 0
        /// So many are still open there when the drain ends: they are cut.
        public var cut = 0
        /// So many would begin after the drain only: they are never planned.
        public var beyondEnd = 0
        /// So many fall away there since their conversation is resolved, escalated or complete.
        public var spared = 0
        /// So many fall away there since their conversation's start is blocked.
        public var lost = 0
    }

    /// What verdicts will speak of: what begins after the warm-up.
    public struct MainPhase: Sendable, Equatable, Encodable {
        /// Conversations.
        public var conversations: Int
        /// Turns, as the plan draws them.
        public var turns: Int
        /// From the end of the warm-up to that of the load.
        public var seconds: Double
    }

    /// Conversations begun and not ended; all of it rehearsed.
    public struct InFlight: Sendable, Equatable, Encodable {
        /// How long answers were assumed to take, in words.
        public var assumption: String
        /// The mean length of a conversation, think times included.
        public var conversationSeconds: Double
        /// The mean over the load: starts per second times that length, not above the peak.
        public var expected: Double
        /// The most at a time.
        public var peak: Int
        /// When, since the run's zero.
        public var peakAtSeconds: Double
        /// What may be at a time.
        public var limit: Int
        /// Whether the open-file limit sets that, not `load.max_in_flight`.
        public var isLimitedByFiles: Bool
        /// Starts that the limit would block.
        public var blocked: Int
    }

    /// API calls, a POST for each turn; the limit does not count event streams.
    public struct Calls: Sendable, Equatable, Encodable {
        /// The most within any ten seconds, rehearsed, to a tenth of a second.
        public var peakInTenSeconds: Int
        /// Intercom's default limit for an app in a window of ten seconds.
        public var intercomLimitInTenSeconds: Int
        /// The peak's share of it.
        public var share: Double
        /// The embedded simulator's own limit; nil for none, or for another target.
        public var simulatorLimitInTenSeconds: Int?
    }

    /// The conversations' ids on the wire.
    public struct Identifiers: Sendable, Equatable, Encodable {
        /// Of conversation 0.
        public var first: String
        /// Of the last one that may begin.
        public var last: String
    }

    /// The users that will talk.
    public struct Users: Sendable, Equatable, Encodable {
        /// How many the profile's pool has.
        public var poolSize: Int
        /// How many of them the expected conversations draw.
        public var distinct: Int
        /// The one with the smallest number.
        public var first: String
        /// The one with the largest number.
        public var last: String
        /// The most conversations that one of them has.
        public var mostConversations: Int
        /// The most that one has at a time, rehearsed.
        public var mostAtOnce: Int
        /// What may be at a time; nil for no limit.
        public var limitAtOnce: Int?
        /// Starts that this limit would block, rehearsed.
        public var blocked: Int
        /// Whether an e-mail is sent with each; the address itself stands in no output.
        public var hasEmail: Bool
    }

    /// The worst-case bill: every conversation ends in an outcome that is billed.
    public struct Bill: Sendable, Equatable, Encodable {
        /// Conversations that may begin.
        public var conversations: Int
        /// Of one outcome.
        public var priceUSD: Double
        /// Their product.
        public var worstCaseUSD: Double
        /// `safety.max_cost`; nil for none.
        public var maxCostUSD: Double?
        /// Whether `run` refuses the plan for it; a closed load may also be stopped on its way.
        public var isRefused: Bool
    }

    /// How long the run takes.
    public struct Schedule: Sendable, Equatable, Encodable {
        /// The part of the load that is kept apart.
        public var warmupSeconds: Double
        /// How long conversations begin, warm-up included.
        public var loadSeconds: Double
        /// The longest wait for what is open then.
        public var drainSeconds: Double
        /// Their sum: no run lasts longer.
        public var latestEndSeconds: Double
    }
}
