/// Any JSON value: what `run.json` holds where the shape is another room's.
public enum JSONValue: Codable, Sendable, Equatable {
    /// No value.
    case null
    /// True or false.
    case bool(Bool)
    /// Any number; whole numbers are exact up to 2^53.
    case number(Double)
    /// Text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Values by key, in no order.
    case object([String: JSONValue])

    /// Decodes whatever stands there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Encodes the value; whole numbers without a fraction.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int64(exactly: value) {
                try container.encode(whole)
            } else {
                try container.encode(value)
            }
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

/// What kind of thing was hit; never left in doubt in any output.
public enum TargetKind: String, Codable, Sendable {
    /// The embedded simulator.
    case simulated
    /// A loopback address that is not our embedded simulator.
    case local
    /// Anything else.
    case live
}

/// `run.json`: who ran what against what, when, and what came of it.
///
/// Holds no secret and no message text. Keys are written in snake case.
public struct RunDocument: Codable, Sendable {
    /// The layout's number; a change of any column or key raises it.
    public static let currentSchema = 1

    /// The layout's number.
    public var schema = RunDocument.currentSchema
    /// The run's id; part of every conversation id.
    public var runID: String
    /// The profile's name.
    public var profileName: String
    /// Labels of the profile and of `--label`.
    public var labels: [String: String]
    /// The tool's version.
    public var toolVersion: String
    /// What was hit.
    public var target: Target
    /// Open or closed load, or `batches` for what sends nothing; named in every output.
    public var loadModel: String
    /// The profile as it was resolved, secrets and message text left out.
    public var profile: JSONValue
    /// The seed of every draw.
    public var seed: UInt64
    /// Which slice of the plan this is; of a merged run that lacks slices, the first one.
    public var shard: Shard
    /// The slices of a merged run, by index; nil for a run of one process.
    public var slices: [Slice]?
    /// How a process was lost before its end; nil where it was not.
    public var loss: String?
    /// What the machine said of its wall clock when the run began; nil where it did not say.
    public var clockState: ClockState?
    /// The machine.
    public var host: Host
    /// Names of the scenarios, by index; of a scenario of operations each `scenario.operation`.
    public var scenarios: [String]
    /// Those of `scenarios` whose turns are calls: answered by their response alone, so that they
    /// have no `ttft`, `first_reply` and `turn_time`; nil where there are none.
    public var calls: [String]?
    /// The zero of every `_ns` column.
    public var clock: ClockAnchor
    /// Length of one interval of the histogram log, in seconds.
    public var intervalSeconds: Double
    /// Phases' lengths and the plan's size.
    public var plan: Plan
    /// SLOs as written in the profile.
    public var slo: [String]
    /// Confidence asked of a verdict, 0 to 1.
    public var confidence: Double
    /// The longest pause of the target that a pass allows for, in seconds; nil in older runs: only
    /// pauses that the run met.
    public var longestPauseSeconds: Double?
    /// The share of a gated median that the generator's own lateness may reach, 0 to 1.
    public var maxShare: Double
    /// When the run began, UTC, ISO 8601 with milliseconds.
    public var startedAt: String
    /// When it ended; nil while it runs, or when it was killed.
    public var endedAt: String?
    /// What was counted by the end; nil while it runs.
    public var totals: Totals?
    /// What it came to; nil while it runs.
    public var verdict: Verdict?
    /// What to doubt.
    public var warnings: [Warning]

    /// The load model of a run that times work in this process and has no turns.
    public static let batches = "batches"

    /// Whether the run planned turns of conversations.
    public var hasTurns: Bool { loadModel != RunDocument.batches }

    /// What was hit.
    public struct Target: Codable, Sendable {
        /// Simulated, local or live.
        public var kind: TargetKind
        /// The base URL of the API, without credentials.
        public var url: String
        /// The `Intercom-Version` that was sent.
        public var version: String

        /// Joins the parts.
        public init(kind: TargetKind, url: String, version: String) {
            self.kind = kind
            self.url = url
            self.version = version
        }
    }

    /// Which slice of the plan a process ran.
    public struct Shard: Codable, Sendable {
        /// The slice, from 0.
        public var index: Int
        /// How many slices there are; 1 when the plan was not divided.
        public var count: Int

        /// Joins the parts.
        public init(index: Int, count: Int) {
            self.index = index
            self.count = count
        }
    }

    /// The machine the generator ran on.
    public struct Host: Codable, Sendable, Equatable {
        /// Its host name.
        public var name: String
        /// The operating system and its version.
        public var system: String
        /// Processors that were online.
        public var processors: Int
        /// Physical memory in bytes.
        public var memoryBytes: UInt64

        /// Joins the parts.
        public init(name: String, system: String, processors: Int, memoryBytes: UInt64) {
            self.name = name
            self.system = system
            self.processors = processors
            self.memoryBytes = memoryBytes
        }
    }

    /// One instant on both clocks.
    public struct ClockAnchor: Codable, Sendable, Equatable {
        /// `CLOCK_MONOTONIC` nanoseconds at the run's zero.
        public var monotonicNanoseconds: UInt64
        /// Unix nanoseconds at the run's zero.
        public var unixNanoseconds: UInt64

        /// Joins the two readings of one instant.
        public init(monotonicNanoseconds: UInt64, unixNanoseconds: UInt64) {
            self.monotonicNanoseconds = monotonicNanoseconds
            self.unixNanoseconds = unixNanoseconds
        }
    }

    /// How large and how long the load was planned to be.
    public struct Plan: Codable, Sendable {
        /// Conversations planned; for a closed load, the most that can be begun.
        public var conversations: Int
        /// Length of the warm-up at the start of the arrivals; 0 for none.
        public var warmupSeconds: Double
        /// Length of the arrivals, warm-up included.
        public var lengthSeconds: Double
        /// The longest wait for open turns after the last arrival.
        public var drainSeconds: Double

        /// Joins the parts.
        public init(
            conversations: Int, warmupSeconds: Double, lengthSeconds: Double, drainSeconds: Double
        ) {
            self.conversations = conversations
            self.warmupSeconds = warmupSeconds
            self.lengthSeconds = lengthSeconds
            self.drainSeconds = drainSeconds
        }
    }

    /// What was counted by the end of a run, over all phases.
    public struct Totals: Codable, Sendable {
        /// Conversations whose first turn was begun, not those that were blocked.
        public var conversationsBegun: Int
        /// Turns that were due before the end of the arrivals; the sum of all outcomes.
        public var turnsPlanned: Int
        /// POST requests handed to libcurl.
        public var postsSent: Int
        /// SSE responses whose headers came.
        public var streamsOpened: Int
        /// Rows of `turns.csv` lost because the disk was slower than the run.
        public var rowsDropped: Int
        /// SSE events seen.
        public var events: Int
        /// Events whose instant is the kernel's receive stamp, not the callback's clock.
        public var eventsKernelStamped: Int
        /// Events that shared their read with another, or a part of one: their instant is an upper
        /// bound.
        public var eventsCoalesced: Int
        /// Wake-ups in which the wall clock had been moved, so that kernel stamps were not used.
        public var clockSteps: Int
        /// Whether the run ended early, and why: `interrupted`, `aborted: …`, or empty.
        public var stopReason: String
        /// What the target was asked for; nil in a record that does not count it.
        public var ledger: Ledger?
        /// What came by webhook; nil for a run that asked for none.
        public var webhooks: Webhooks?
        /// What data connectors came to; nil for a run that hosts no endpoint for them.
        public var connectors: Connectors?
        /// What procedures asked humans; nil for a run that answers none.
        public var hitl: HITL?

        /// Joins the counts.
        public init(
            conversationsBegun: Int, turnsPlanned: Int, postsSent: Int, streamsOpened: Int,
            rowsDropped: Int, events: Int, eventsKernelStamped: Int, eventsCoalesced: Int,
            clockSteps: Int, stopReason: String, ledger: Ledger? = nil, webhooks: Webhooks? = nil,
            hitl: HITL? = nil
        ) {
            self.conversationsBegun = conversationsBegun
            self.turnsPlanned = turnsPlanned
            self.postsSent = postsSent
            self.streamsOpened = streamsOpened
            self.rowsDropped = rowsDropped
            self.events = events
            self.eventsKernelStamped = eventsKernelStamped
            self.eventsCoalesced = eventsCoalesced
            self.clockSteps = clockSteps
            self.stopReason = stopReason
            self.ledger = ledger
            self.webhooks = webhooks
            self.hitl = hitl
        }
    }

    /// What a run came to, as its exit status says it.
    public struct Verdict: Codable, Sendable {
        /// `pass`, `fail`, `not_enough_data`, `no_slo`, `invalid`.
        public var result: String
        /// Whether the generator was fast enough for the numbers to be the target's.
        public var valid: Bool
        /// One sentence each, the deciding one first.
        public var reasons: [String]

        /// Joins the parts.
        public init(result: String, valid: Bool, reasons: [String]) {
            self.result = result
            self.valid = valid
            self.reasons = reasons
        }
    }

    /// One reason to doubt the numbers of a run.
    public struct Warning: Codable, Sendable, Equatable {
        /// A word of a closed list, for machines.
        public var code: String
        /// What was seen, with figures.
        public var message: String
        /// What to do.
        public var advice: String

        /// Joins the parts.
        public init(code: String, message: String, advice: String) {
            self.code = code
            self.message = message
            self.advice = advice
        }
    }

    /// Makes the document of a run that begins.
    public init(
        runID: String, profileName: String, labels: [String: String], toolVersion: String,
        target: Target, loadModel: String, profile: JSONValue, seed: UInt64, shard: Shard,
        host: Host, scenarios: [String], clock: ClockAnchor, intervalSeconds: Double, plan: Plan,
        slo: [String], confidence: Double, maxShare: Double, startedAt: String
    ) {
        self.runID = runID
        self.profileName = profileName
        self.labels = labels
        self.toolVersion = toolVersion
        self.target = target
        self.loadModel = loadModel
        self.profile = profile
        self.seed = seed
        self.shard = shard
        self.host = host
        self.scenarios = scenarios
        self.clock = clock
        self.intervalSeconds = intervalSeconds
        self.plan = plan
        self.slo = slo
        self.confidence = confidence
        self.maxShare = maxShare
        self.startedAt = startedAt
        self.warnings = []
    }
}
