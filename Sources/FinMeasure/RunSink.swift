/// Where a run's measurements go as they are made: the record on disk, a live view, a test.
///
/// Called from the recorder thread only, never from the loop; in the order `interval`* `finish`.
public protocol RunSink: AnyObject {
    /// Takes one interval's histograms, counts and finished turns; they must survive a crash once
    /// this returns.
    func interval(_ snapshot: IntervalSnapshot) throws

    /// Takes what the run came to; nothing follows.
    func finish(_ totals: RunDocument.Totals) throws
}

/// Everything measured in one interval of a run.
public struct IntervalSnapshot: Sendable {
    /// Start of the interval, since the run's zero.
    public var start: Nanoseconds
    /// Length of the interval.
    public var length: Nanoseconds
    /// The series that received anything in the interval; never `TurnClass.all` for a metric whose
    /// scope is `turn` or that belongs to a turn's stream: the sum over turns is derived.
    public var series: [(key: Series, values: SeriesHistogram)]
    /// Turns that ended in the interval, counted.
    public var outcomes: [OutcomeKey: UInt64]
    /// Gauges and counters of the generator.
    public var health: [HealthSample]
    /// Turns that ended in the interval, one by one; empty when turns are not written.
    public var turns: [TurnRecord]
    /// TTFT from `planned` of the first chunks that *arrived* in the interval: for the live view.
    public var liveTTFT: SeriesHistogram?
    /// What the run has asked of its target up to the interval's end; nil where nobody counts it.
    public var ledger: RunDocument.Ledger?

    /// Joins the parts.
    public init(
        start: Nanoseconds, length: Nanoseconds, series: [(key: Series, values: SeriesHistogram)],
        outcomes: [OutcomeKey: UInt64], health: [HealthSample], turns: [TurnRecord],
        liveTTFT: SeriesHistogram? = nil, ledger: RunDocument.Ledger? = nil
    ) {
        self.start = start
        self.length = length
        self.series = series
        self.outcomes = outcomes
        self.health = health
        self.turns = turns
        self.liveTTFT = liveTTFT
        self.ledger = ledger
    }
}

/// The key of a count of turns.
public struct OutcomeKey: Hashable, Sendable {
    /// The index of the scenario in the profile.
    public var scenario: UInt16
    /// The phase the conversation was planned in.
    public var phase: Phase
    /// First or later turn; never `all`.
    public var turn: TurnClass
    /// How the turns ended.
    public var outcome: Outcome
    /// Why, and what was found on the way.
    public var detail: OutcomeDetail

    /// Joins the coordinates.
    public init(
        scenario: UInt16, phase: Phase, turn: TurnClass, outcome: Outcome, detail: OutcomeDetail
    ) {
        self.scenario = scenario
        self.phase = phase
        self.turn = turn
        self.outcome = outcome
        self.detail = detail
    }
}

/// One reading of the generator's health, a row of `health.csv`.
public struct HealthSample: Sendable, Equatable {
    /// `load`, `recorder`, `process`, `simulator`.
    public var thread: String
    /// What was read.
    public var metric: HealthMetric
    /// The reading, in the metric's unit.
    public var value: Double

    /// Joins the parts.
    public init(thread: String, metric: HealthMetric, value: Double) {
        self.thread = thread
        self.metric = metric
        self.value = value
    }
}

/// What is known of the generator, interval by interval.
public enum HealthMetric: String, Sendable, CaseIterable {
    /// Share of one core used in the interval.
    case cpu
    /// The part of the load thread's `cpu` that it only waited, awake, for a start that was near.
    case spin
    /// Share of the interval that the load thread was ready to run and had no core.
    case cpuWait = "cpu_wait"
    /// Resident memory of the process, in bytes.
    case residentMemory = "resident_memory"
    /// Open descriptors of the process.
    case openFiles = "open_files"
    /// Conversations begun and not ended, at the end of the interval.
    case inFlight = "in_flight"
    /// The smallest number of open SSE responses within the interval.
    case openStreams = "open_streams"
    /// Conversations the plan asked to start in the interval.
    case offeredStarts = "offered_starts"
    /// Conversations begun in the interval.
    case starts
    /// Starts that `max_in_flight` or the circuit breaker held back.
    case blockedStarts = "blocked_starts"
    /// SSE events seen in the interval.
    case events
    /// Events of the interval whose instant is the kernel's receive stamp.
    case eventsKernelStamped = "events_kernel_stamped"
    /// Events of the interval that shared their read with another, or a part of one.
    case eventsCoalesced = "events_coalesced"
    /// Wake-ups of the interval in which the wall clock had been moved.
    case clockSteps = "clock_steps"
    /// Rows of `turns.csv` lost in the interval because the disk was slower than the run.
    case rowsDropped = "rows_dropped"
    /// Longest time between two polls in the interval.
    case longestLoopGap = "longest_loop_gap"
    /// Wall minus monotonic clock drift since the run's zero.
    case clockDrift = "clock_drift"
    /// What joining kernel stamps to the monotonic clock may be wrong by, at the most, in the interval.
    case clockOffsetError = "clock_offset_error"
    /// POST requests sent per second of the interval.
    case postRate = "post_rate"
    /// The newest `X-RateLimit-Remaining` a response named.
    case rateLimitRemaining = "rate_limit_remaining"

    /// The unit of the value.
    public var unit: String {
        switch self {
        case .cpu, .spin, .cpuWait: "cores"
        case .residentMemory: "bytes"
        case .longestLoopGap: "ms"
        case .clockDrift, .clockOffsetError: "us"
        case .postRate: "1/s"
        default: "1"
        }
    }
}

/// Turns a plan's indexes into the words that the record shows.
public protocol PlanNames: Sendable {
    /// The conversation's id on the wire.
    func conversationID(_ conversation: UInt64) -> String
    /// The user's id on the wire.
    func userID(_ user: UInt32) -> String
    /// The question's name, or a hash of its text; never the text.
    func question(_ question: UInt32) -> String
}
