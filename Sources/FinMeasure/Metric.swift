/// What a latency is counted from.
public enum Anchor: String, Sendable, Codable, CaseIterable {
    /// From the instant the schedule asked for: response time, what a user feels. Gate on this.
    case planned
    /// From the instant the request was handed to libcurl: service time, what the server did.
    case sent
    /// The metric has no anchor (it is a span between two events).
    case none = ""
}

/// What one value of a metric belongs to.
public enum MetricScope: Sendable {
    /// One value per turn at most: measured + censored + absent + cut = planned turns.
    case turn
    /// One value per event or pair of events, or per read.
    case event
    /// A property of the generator process.
    case process
    /// One value per call that was seen beside the load thread.
    case outside
}

/// The closed catalogue of what is measured.
///
/// Every value is a span of time in nanoseconds. The raw value is the name in every CSV, tag and SLO.
public enum Metric: String, Sendable, Codable, CaseIterable {
    /// From the anchor to the first `fin_reply_chunk`.
    case ttft
    /// From the anchor to the first `fin_replied`.
    case firstReply = "first_reply"
    /// From the anchor to the done signal.
    case turnTime = "turn_time"

    // These five add up to `ttft` from `planned`, turn by turn.
    /// From `planned` to `sent`: how late the generator was.
    case scheduleLag = "schedule_lag"
    /// From `sent` to the end of the POST's response.
    case post
    /// From the end of the POST's response to the SSE GET: the client's own time.
    case subscribeGap = "subscribe_gap"
    /// From the SSE GET to its response's headers.
    case streamConnect = "stream_connect"
    /// From the SSE response's headers to the first chunk.
    case firstWait = "first_wait"

    /// From `sent` to the POST's response headers.
    case accept
    /// Resolving the API host's name; new connections only.
    case postDNS = "post_dns"
    /// The TCP handshake with the API host; new connections only.
    case postTCP = "post_tcp"
    /// The TLS handshake with the API host; new connections only.
    case postTLS = "post_tls"
    /// Resolving the stream host's name; new connections only.
    case streamDNS = "stream_dns"
    /// The TCP handshake with the stream host; new connections only.
    case streamTCP = "stream_tcp"
    /// The TLS handshake with the stream host; new connections only.
    case streamTLS = "stream_tls"
    /// From the response's `created_at_ms` to the first chunk's: the server's clock alone.
    case serverTTFT = "server_ttft"

    /// Between consecutive chunks, by arrival.
    case chunkGap = "chunk_gap"
    /// Between consecutive chunks, by `created_at_ms`.
    case serverChunkGap = "server_chunk_gap"
    /// From the last chunk of a part to its `fin_replied`.
    case swapDelay = "swap_delay"
    /// From the last `fin_replied` to the done signal.
    case tail
    /// Arrival minus `created_at_ms`, less the smallest of the same 60 s; never a delay.
    case deliveryExcess = "delivery_excess"
    /// The same for webhooks, less the smallest of both ways.
    case webhookExcess = "webhook_excess"
    /// From an event's arrival on the stream to its webhook, where the webhook came second.
    ///
    /// A webhook that never came counts as slower than all.
    case webhookAfterSSE = "webhook_after_sse"
    /// From an event's webhook to its arrival on the stream, where the stream came second.
    case sseAfterWebhook = "sse_after_webhook"
    /// From the sent turn to the receipt of the notification that it waits for a human.
    case hitlNotification = "hitl_notification"
    /// From the instant a human's answer was due to the end of the response to it.
    case hitlCallback = "hitl_callback"
    /// From the receipt of the notification to the first event after the answer.
    case pauseToResume = "pause_to_resume"
    /// From the kernel's receive stamp to the callback: the generator's own lag.
    case harnessLag = "harness_lag"

    /// The time between two polls of the loop.
    case loopGap = "loop_gap"

    /// From the anchor to the end of an operation's response; a scenario's operations only.
    case opLatency = "op_latency"

    /// From a synchronisation's first call to the end of its last, all retries included.
    case syncDuration = "sync_duration"

    /// One signature check: a value per timed batch (its mean), n = batches.
    case webhookVerify = "webhook_verify"

    /// What the run's own endpoint took to answer a data connector, from the call's last byte.
    case connectorAnswer = "connector_answer"
    /// An execution's `execution_time_ms`, as the target reports it: whole milliseconds.
    case connectorExecution = "connector_execution"

    /// The unit of the metric in every CSV, for ever.
    public var unit: String { "ms" }

    /// The anchors the metric is reported for.
    public var anchors: [Anchor] {
        switch self {
        case .ttft, .firstReply, .turnTime, .opLatency: [.planned, .sent]
        default: [.none]
        }
    }

    /// What one value belongs to.
    public var scope: MetricScope {
        switch self {
        case .chunkGap, .serverChunkGap, .swapDelay, .deliveryExcess, .webhookExcess,
            .webhookAfterSSE, .sseAfterWebhook, .hitlNotification, .hitlCallback, .pauseToResume,
            .harnessLag, .webhookVerify, .syncDuration:
            .event
        case .loopGap: .process
        case .connectorAnswer, .connectorExecution: .outside
        default: .turn
        }
    }

    /// The smallest span the histogram tells apart, in nanoseconds.
    public var lowestDiscernible: UInt64 {
        switch self {
        case .scheduleLag, .harnessLag, .loopGap, .webhookVerify: 1
        default: 1000
        }
    }

    /// The largest span the histogram holds, in nanoseconds: ten minutes.
    ///
    /// Larger ones are counted.
    public static let highestTrackable: UInt64 = 600_000_000_000

    /// The metrics whose turns rank slower than every measured value when they fail.
    public var isPrimary: Bool {
        switch self {
        case .ttft, .firstReply, .turnTime: true
        default: false
        }
    }
}

/// The part of the run a conversation was planned in.
public enum Phase: UInt8, Sendable, CaseIterable {
    /// The first seconds, kept apart.
    case warmup
    /// The rest: what verdicts speak of.
    case main

    /// The name in CSV and tags.
    public var name: String { self == .warmup ? "warmup" : "main" }

    /// The phase of that name.
    public init?(name: some StringProtocol) {
        switch name {
        case "warmup": self = .warmup
        case "main": self = .main
        default: return nil
        }
    }
}

/// Which turns of their conversations a row speaks of.
public enum TurnClass: UInt8, Sendable, CaseIterable {
    /// All turns, or (for what belongs to no turn) none in particular.
    case all
    /// The first turn of each conversation, `POST /fin/start`.
    case first
    /// Every later turn, `POST /fin/reply`.
    case later

    /// The name in CSV and tags: `0`, `1`, `2+`.
    public var name: String {
        switch self {
        case .all: "0"
        case .first: "1"
        case .later: "2+"
        }
    }

    /// The class of that name.
    public init?(name: some StringProtocol) {
        switch name {
        case "0": self = .all
        case "1": self = .first
        case "2+": self = .later
        default: return nil
        }
    }

    /// The class of a turn counted from 1.
    @inlinable public init(turn: Int) { self = turn <= 1 ? .first : .later }
}

/// The key of one histogram: what is measured, from when, where.
public struct Series: Hashable, Sendable {
    /// What is measured.
    public var metric: Metric
    /// From which instant.
    public var anchor: Anchor
    /// The scenario's name; empty for what belongs to the process.
    public var scenario: String
    /// Warm-up or main phase.
    public var phase: Phase
    /// Which turns.
    public var turn: TurnClass

    /// Joins the coordinates.
    public init(
        metric: Metric, anchor: Anchor, scenario: String, phase: Phase, turn: TurnClass
    ) {
        self.metric = metric
        self.anchor = anchor
        self.scenario = scenario
        self.phase = phase
        self.turn = turn
    }

    /// The tag in the interval log: five fields joined by colons, `-` for an empty one.
    public var tag: String {
        let fields = [metric.rawValue, anchor.rawValue, scenario, phase.name, turn.name]
        return fields.map { $0.isEmpty ? "-" : $0 }.joined(separator: ":")
    }

    /// Reads a tag back; nil when it is not one of ours.
    public init?(tag: some StringProtocol) {
        let fields = tag.split(separator: ":", omittingEmptySubsequences: false)
            .map { $0 == "-" ? "" : String($0) }
        guard fields.count == 5, let metric = Metric(rawValue: fields[0]),
            let anchor = Anchor(rawValue: fields[1]), let phase = Phase(name: fields[3]),
            let turn = TurnClass(name: fields[4])
        else { return nil }
        self.init(
            metric: metric, anchor: anchor, scenario: fields[2], phase: phase, turn: turn)
    }
}
