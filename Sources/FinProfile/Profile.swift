public import FinMeasure

/// A profile, resolved: every key has a value, every unit is gone, every reference was checked.
///
/// Spans are `Nanoseconds` (or nanoseconds in a `Distribution`), rates are per second.
/// Holds the *names* of secrets' environment variables or files, never a secret.
public struct Profile: Sendable, Equatable {
    /// Names the run's files; fit for a file name.
    public var name = "unnamed"
    /// What the profile asks, in a sentence.
    public var description = ""
    /// The user's own words, shown in every summary.
    public var labels: [String: String] = [:]
    /// What is hit; nil for the embedded simulator.
    public var target: Target?
    /// `Intercom-Version` sent with every call.
    public var version = "2.16"
    /// How Fin's events come; never empty.
    public var delivery: [Delivery] = [.sse]
    /// The run's receiver; without effect where no event comes by webhook.
    public var webhooks = Webhooks()
    /// Who answers procedures that ask a human; nil: nobody does.
    public var hitl: HITL?
    /// What one conversation is like.
    public var conversation = Conversation()
    /// A weighted mix in place of `conversation` alone; empty for that one.
    public var scenarios: [Scenario] = []
    /// The endpoint that data connectors call; nil: as `hostedConnectors` says.
    public var connectors: Connectors?
    /// How helpdesk operations talk to a helpdesk and to Fin.
    public var helpdesk = Helpdesk()
    /// When conversations begin.
    public var load = Load()
    /// What must hold for a pass; empty for a run without verdict.
    public var slo: [SLO] = []
    /// The confidence a verdict must have, 0 to 1.
    public var confidence = 0.99
    /// The longest pause of the target that a pass allows for; nil: as the target asks.
    public var longestPause: Nanoseconds?
    /// How requests travel.
    public var transport = Transport()
    /// What is asked of the generator itself.
    public var generator = Generator()
    /// What a run may not exceed.
    public var safety = Safety()
    /// What ends a run before its time; each is looked at over its own window.
    public var abortRules: [AbortRule] = []
    /// What a 429 does to its turn.
    public var onRateLimit = OnRateLimit.count
    /// The embedded simulator; without effect where a target is named.
    public var simulator = SimulatorSettings()

    /// Where requests go, and how.
    public struct Target: Sendable, Equatable {
        /// Scheme, host, port and path prefix, without a trailing slash.
        public var url: String
        /// Where the API key comes from; nil: none is sent to a live target,
        /// and a placeholder to one on this machine, since a simulator asks for some key.
        public var apiKey: SecretSource?
        /// Extra request headers, as they are.
        public var headers: [HeaderField] = []
        /// A PEM file of certificate authorities trusted besides none other.
        public var caFile: String?
        /// A proxy's URL; nil for none (the environment's proxy variables are not read).
        public var proxy: String?
        /// Whether conversations cost money here.
        public var isMetered = true

        /// An address with no key and no further headers.
        public init(url: String) { self.url = url }
    }

    /// Where a secret is read from, when the run begins.
    public enum SecretSource: Sendable, Equatable {
        /// The variable of that name.
        case environment(String)
        /// The content of the file at that path.
        case file(String)
    }

    /// A request header whose value is plain, or comes from an environment variable.
    public struct HeaderField: Sendable, Equatable {
        /// Where the value comes from.
        public enum Value: Sendable, Equatable {
            /// The text itself.
            case literal(String)
            /// The variable of that name.
            case environment(String)
        }
        /// The header's name, as written.
        public var name: String
        /// Its value.
        public var value: Value

        /// Joins the two.
        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// What one conversation is like.
    public struct Conversation: Sendable, Equatable {
        /// The scenario's name in every output.
        public var name = "conversation"
        /// The template of conversation ids; holds `{run}` and `{n}`.
        public var id = "fb-{run}-{n}"
        /// How many turns it has; each draw is 1 at least.
        public var turns: Distribution = .fixed(1)
        /// The user's time between two turns, nanoseconds.
        public var thinkTime: Distribution = .lognormal(median: 4e9, p95: 12e9)
        /// What users ask; never empty.
        public var messages: [Question] = Question.builtIn
        /// The users that talk.
        public var userPool = UserPool()
        /// Attributes of the user, sent with `/fin/start`.
        public var attributes: [String: String] = [:]
        /// How long each step may take.
        public var timeouts = Timeouts()

        /// The defaults.
        public init() {}
    }

    /// One line of a messages file: what a user asks first, then.
    public struct Question: Sendable, Equatable {
        /// A name for outputs; nil: a hash of the first text is shown.
        public var name: String?
        /// One text per turn; the last one is repeated where the conversation is longer.
        public var turns: [String]

        /// Joins the two; `turns` is not empty.
        public init(name: String?, turns: [String]) {
            self.name = name
            self.turns = turns
        }
    }

    /// The test users, numbered from 0.
    public struct UserPool: Sendable, Equatable {
        /// How many users.
        public var size = 1000
        /// What a user's number follows in its id.
        public var idPrefix = "load-u-"
        /// Template of the e-mail sent with a user, holds `{n}`; nil: none is sent.
        public var email: String?

        /// The defaults.
        public init() {}
    }

    /// How long each step of a turn may take.
    public struct Timeouts: Sendable, Equatable {
        /// Until a connection stands.
        public var connect = Nanoseconds.seconds(5)
        /// Until the response to a POST is complete.
        public var response = Nanoseconds.seconds(10)
        /// Until the first chunk or event of a turn.
        public var firstChunk = Nanoseconds.seconds(30)
        /// Between two events of a turn.
        public var idle = Nanoseconds.seconds(30)
        /// The whole turn; 180 s at the most, as tokens live no longer.
        public var turn = Nanoseconds.seconds(120)

        /// The defaults.
        public init() {}
    }

    /// When conversations begin.
    public struct Load: Sendable, Equatable {
        /// What decides that one begins.
        public enum Model: Sendable, Equatable {
            /// Arrivals come when the plan says, whatever the target does.
            case open(Arrivals)
            /// So many conversations at any time; a new one when one ends.
            case closed(concurrency: Int, ramp: Nanoseconds, duration: Nanoseconds)
        }

        /// The starts of an open load.
        public enum Arrivals: Sendable, Equatable {
            /// Poisson (exponential gaps) or constant (even spacing) over stages.
            case stages([Stage], poisson: Bool)
            /// Start instants since the run's zero, ascending, nanoseconds.
            case trace([Int64])
        }

        /// A stretch of time whose rate goes from one value to another in a straight line.
        public struct Stage: Sendable, Equatable {
            /// Starts per second at the beginning.
            public var startRate: Double
            /// Starts per second at the end.
            public var endRate: Double
            /// How long it lasts.
            public var length: Nanoseconds

            /// Joins the three.
            public init(startRate: Double, endRate: Double, length: Nanoseconds) {
                self.startRate = startRate
                self.endRate = endRate
                self.length = length
            }
        }

        /// Open or closed.
        public var model: Model = .open(
            .stages([Stage(startRate: 20, endRate: 20, length: .seconds(10))], poisson: true))
        /// Conversations at the most; nil for as many as the arrivals give.
        public var conversations: Int?
        /// The first part of the load, kept apart in every output.
        public var warmup = Nanoseconds.zero
        /// nil: the turn timeout.
        public var drain: Nanoseconds?
        /// Conversations begun and not ended, at the most.
        public var maxInFlight = 10_000
        /// The seed of every draw of the plan.
        public var seed: UInt64 = 1

        /// The defaults.
        public init() {}
    }

    /// How requests travel.
    public struct Transport: Sendable, Equatable {
        /// Whether connections speak HTTP/2 and are shared; else HTTP/1.1.
        public var isHTTP2 = false
        /// Requests that share an HTTP/2 connection, at the most.
        public var streamsPerConnection = 10

        /// The defaults.
        public init() {}
    }

    /// What is asked of the generator itself.
    public struct Generator: Sendable, Equatable {
        /// The share of a gated median that the generator's own lateness may reach, 0 to 1.
        public var maxShare = 0.01
        /// How long before a start the load thread stops sleeping; nil: as the machine needs.
        public var spin: Nanoseconds?

        /// The defaults.
        public init() {}
    }

    /// What a 429 does to its turn.
    public enum OnRateLimit: String, Sendable, CaseIterable {
        /// It ends the turn: an outcome like any other failure.
        case count
        /// The POST waits for the window's reset plus jitter; the turn stays anchored at its plan.
        case wait
    }

    /// A state of the last seconds that ends the run, such as `error_rate > 20% over 30s`.
    public struct AbortRule: Sendable, Equatable {
        /// What is looked at, and from where on it is too much.
        public enum Subject: Sendable, Equatable {
            /// The share of the turns ended in the window that failed, 0 to 1.
            case errorRate(above: Double)
            /// A percentile of a metric over the window, in nanoseconds.
            case percentile(Metric, Anchor, percentile: Double, above: Nanoseconds)
        }
        /// The words of the profile, whole.
        public var text: String
        /// What is looked at.
        public var subject: Subject
        /// How far back it looks.
        public var window: Nanoseconds

        /// Joins the parts.
        public init(text: String, subject: Subject, window: Nanoseconds) {
            self.text = text
            self.subject = subject
            self.window = window
        }
    }

    /// What a run may not exceed.
    public struct Safety: Sendable, Equatable {
        /// A plan with more conversations is refused; nil: 100,000 on loopback, 100 elsewhere.
        public var maxConversations: Int?
        /// The worst-case bill of the whole plan, in US dollars, at the most; nil for no limit.
        public var maxCost: Double?
        /// What one outcome costs, in US dollars: the list price of 2026.
        public var pricePerOutcome = 0.99
        /// Escalations of the whole run: one more stops new starts; nil for no limit.
        public var maxEscalations: Int?
        /// The share of the rate limit that must stay free, 0 to 1: starts pause below; nil: none.
        public var rateLimitFloor: Double?
        /// Conversations of one test user at the same time; nil: 2 where metered, else no limit.
        public var maxPerUser: Int?

        /// The defaults.
        public init() {}
    }

    /// The defaults: `quickstart` without a name.
    public init() {}
}

/// A service level objective, as `slo:` of a profile writes it.
public struct SLO: Sendable, Equatable {
    /// What is limited.
    public enum Subject: Sendable, Equatable {
        /// A percentile of a metric from `planned` (or its only anchor), limit in nanoseconds.
        case percentile(Metric, Anchor, percentile: Double, below: Nanoseconds)
        /// The share of planned turns that ended badly, below a share of 0 to 1.
        case errorRate(below: Double)
    }

    /// The words of the profile, whole.
    public var text: String
    /// What is limited, and to what.
    public var subject: Subject
    /// Selected turns; `all` when not said.
    public var turn: TurnClass = .all
    /// Selected scenario; nil for each one together.
    public var scenario: String?
    /// Selected operation; nil for whatever the scenario has.
    public var operation: String?

    /// Joins the parts.
    public init(
        text: String, subject: Subject, turn: TurnClass = .all, scenario: String? = nil,
        operation: String? = nil
    ) {
        self.text = text
        self.subject = subject
        self.turn = turn
        self.scenario = scenario
        self.operation = operation
    }

    /// Whether it speaks of the series of that name, such as `chat` or `orders.list`.
    public func selects(series: String) -> Bool {
        if scenario == nil && operation == nil { return true }
        if series == scenario && operation == nil { return true }
        let name = ScenarioName(series)
        return (scenario ?? name.scenario) == name.scenario
            && (operation ?? name.operation) == name.operation
    }
}
