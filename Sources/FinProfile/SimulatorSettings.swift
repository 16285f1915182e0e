public import FinMeasure

/// What the embedded simulator is told: the `simulator:` section of a profile.
///
/// Codable, so that the door can hand it to the simulator's process as one line of JSON.
/// Spans are in nanoseconds.
public struct SimulatorSettings: Codable, Sendable, Equatable {
    /// Seed of every draw: latencies, texts, outcomes, faults.
    public var seed: UInt64 = 1
    /// From the request's receipt to the first chunk (or first event), nanoseconds.
    public var think: Distribution = .lognormal(median: 400e6, p95: 1.2e9)
    /// Questions that take longer than the others.
    public var slow: [SlowQuestion] = []
    /// How many chunks a streamed part has.
    public var chunkCount: Distribution = .uniform(low: 20, high: 60)
    /// Between two chunks, nanoseconds.
    public var chunkInterval: Distribution = .fixed(30e6)
    /// Bytes that the text grows by from chunk to chunk.
    public var chunkGrowth: Distribution = .fixed(12)
    /// From the last chunk to its `fin_replied`, nanoseconds.
    public var replyDelay: Distribution = .fixed(10e6)
    /// From the last `fin_replied` to the done signal, nanoseconds.
    public var doneDelay: Distribution = .fixed(5e6)
    /// Parts of an answer; all but the first are unstreamed when `streaming` is `first`.
    public var parts: Distribution = .fixed(1)
    /// Which parts are streamed.
    public var streaming: Streaming = .first
    /// Shares of the turns that end in something else than `awaiting_user_reply`, 0 to 1.
    public var outcomes = OutcomeShares()
    /// The share of the turns that end in `complete` and are followed by a survey, 0 to 1.
    public var csat = 0.0
    /// How an event is framed on the wire.
    public var framing: Framing = .plain
    /// Sends `awaiting_user_reply` as an event in 2.14 and 2.15 as well.
    public var doneEventBefore216 = false
    /// Whether the SSE connection is closed after its last byte, or kept for the next request.
    public var closesStreams = false
    /// Comments sent into quiet streams, every so many nanoseconds; 0 for none.
    public var keepAliveInterval: Double = 15e9
    /// Calls per 10 s window and token; nil for no limit.
    public var rateLimit: Int?
    /// Whether `sse_subscription_url` is left out (webhook-only workspaces).
    public var omitsStreamURL = false
    /// What goes wrong on purpose, and in which turns; one of it a turn at the most.
    public var faults: [FaultRule] = []
    /// Freezes of the whole server.
    public var freezes: [Freeze] = []
    /// Where events go beside the streams; nil: nowhere.
    public var webhooks: Webhooks?
    /// The data connector that turns execute; nil: none.
    public var connectors: Connectors?
    /// Whether each answer names its request in `X-Request-Id`: nobody documents that header.
    public var namesRequests = true
    /// Where notifications of topics go; nil: nowhere.
    public var topicWebhooks: TopicWebhooks?
    /// Which turns wait for a human; nil: none.
    public var hitl: HITL?
    /// The customer's helpdesk, as Fin sees it.
    public var helpdesk = Helpdesk()

    /// Which parts of an answer come in chunks.
    public enum Streaming: String, Codable, Sendable, CaseIterable {
        case all, first, none
    }

    /// How an event is framed on the wire.
    public enum Framing: String, Codable, Sendable, CaseIterable {
        /// `data:` lines only.
        case plain
        /// `id:`, `event: message` and the bare JSON.
        case named
        /// `id:`, `event: message` and an envelope that holds the JSON as a string.
        case enveloped
    }

    /// Shares of turns that end in something else than `awaiting_user_reply`.
    public struct OutcomeShares: Codable, Sendable, Equatable {
        /// The share of `resolved`, 0 to 1.
        public var resolved = 0.0
        /// The share of `escalated`, 0 to 1.
        public var escalated = 0.0
        /// The share of `complete`, 0 to 1.
        public var complete = 0.0

        /// Joins the three.
        public init(resolved: Double = 0, escalated: Double = 0, complete: Double = 0) {
            self.resolved = resolved
            self.escalated = escalated
            self.complete = complete
        }
    }

    /// The whole server does nothing for a while: no accept, no read, no write, no timer.
    public struct Freeze: Codable, Sendable, Equatable {
        /// Since the first request, nanoseconds.
        public var at: Double
        /// For so long, nanoseconds.
        public var length: Double

        /// Joins the two.
        public init(at: Double, length: Double) {
            self.at = at
            self.length = length
        }
    }

    /// The defaults.
    public init() {}
}
