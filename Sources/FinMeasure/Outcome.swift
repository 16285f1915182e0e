/// How a turn ended.
///
/// The raw value is the name in CSV.
public enum Outcome: String, Sendable, CaseIterable, Codable {
    // The turn reached its end.
    case done
    case escalated
    case resolved
    case complete

    // The other side, or the way to it, failed: the turn ranks slower than every measured value.
    case rateLimited = "rate_limited"
    case httpError = "http_error"
    case connectFailed = "connect_failed"
    case connectionLost = "connection_lost"
    case tlsFailed = "tls_failed"
    case timeout
    case closedBeforeDone = "closed_before_done"
    case tokenExpired = "token_expired"
    case noStream = "no_stream"
    case refusedURL = "refused_url"
    case protocolError = "protocol_error"
    /// The turn was said to be done, but the webhook of its reply never came.
    case webhookMissing = "webhook_missing"
    case blocked

    // We cut it ourselves: outside n.
    case cut

    /// Whether the turn reached its end.
    public var isSuccess: Bool {
        switch self {
        case .done, .escalated, .resolved, .complete: true
        default: false
        }
    }

    /// Whether the turn failed: neither reached its end nor was cut by us.
    public var isFailure: Bool { !isSuccess && self != .cut }
}

/// Why a turn ended as it did, one word more than `Outcome`.
///
/// The raw value is the name in CSV.
public enum OutcomeCause: String, Sendable, CaseIterable {
    case none = ""

    // Which request failed.
    case post
    case stream

    // Which timeout of the profile ran out.
    case connectTimeout = "connect"
    case responseTimeout = "response"
    case firstChunkTimeout = "first_chunk"
    case idleTimeout = "idle"
    case turnTimeout = "turn"
    /// Webhooks alone: none of the answer came in time.
    case webhookTimeout = "webhook"

    // Why a procedure had no answer from its human: refused, too late, lost, not sent at all.
    case hitl
    case hitlExpired = "hitl_expired"
    case hitlLost = "hitl_lost"
    case hitlRefusedURL = "hitl_refused_url"

    // What held a start back.
    case maxInFlight = "max_in_flight"
    case circuitBreaker = "circuit_breaker"
    case userLimit = "user_limit"
    case rateLimitFloor = "rate_limit_floor"

    // The process that held the turn, or was to begin it, is gone.
    case workerDied = "worker_died"

    // Why we cut.
    case drain
    case interrupted
    case aborted

    // What was wrong on the wire.
    case malformedResponse = "malformed_response"
    case oversizedResponse = "oversized_response"
    case notEventStream = "not_event_stream"
    case oversizedEvent = "oversized_event"
    case errorEvent = "error_event"

    // Why Fin escalated.
    case requestedByUser = "requested_by_user"
    case requestedByAPI = "requested_by_api"
    case rule
    case ruleMatched = "rule_matched"
    case routedToTeam = "routed_to_team"
    case finishedWithoutResolution = "finished_without_resolution"
    case otherReason = "other_reason"
}

/// What was found wrong with, or is worth knowing of, a turn: a set, one bit a class.
public struct TurnFlags: OptionSet, Hashable, Sendable {
    /// The bits, in the order of `names`.
    public let rawValue: UInt32

    /// Makes a set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A `chunk_index` was skipped within a `stream_id`.
    public static let indexGap = TurnFlags(rawValue: 1 << 0)
    /// A chunk's text was shorter than the one before it.
    public static let textShrank = TurnFlags(rawValue: 1 << 1)
    /// A chunk's text did not begin with the one before it.
    public static let textDiverged = TurnFlags(rawValue: 1 << 2)
    /// A `fin_replied` named a `stream_id` of which no chunk was seen.
    public static let orphanStream = TurnFlags(rawValue: 1 << 3)
    /// A chunk came after the `fin_replied` of its stream; it never counts for `ttft`.
    public static let lateChunk = TurnFlags(rawValue: 1 << 4)
    /// An event named another conversation; it was not counted.
    public static let foreignEvent = TurnFlags(rawValue: 1 << 5)
    /// A `fin_replied` came twice with one `message.id`.
    public static let duplicateReply = TurnFlags(rawValue: 1 << 6)
    /// An event's data was not valid JSON of the expected shape; it was skipped.
    public static let malformedEvent = TurnFlags(rawValue: 1 << 7)
    /// An event's JSON object held one key twice.
    public static let duplicateKey = TurnFlags(rawValue: 1 << 8)
    /// The first chunk seen on a reply turn had an index above 0: earlier ones were missed.
    public static let lateSubscription = TurnFlags(rawValue: 1 << 9)
    /// The first chunk was replayed on connect: `ttft` is bound by the subscription.
    public static let subscriptionBound = TurnFlags(rawValue: 1 << 10)
    /// The stream broke and was resumed once with the last event id.
    public static let resumed = TurnFlags(rawValue: 1 << 11)
    /// The reply's status was outside what its version documents.
    public static let unknownStatus = TurnFlags(rawValue: 1 << 12)
    /// The end was inferred from stream close or quiet, not from a done signal (2.14, 2.15).
    public static let inferredDone = TurnFlags(rawValue: 1 << 13)
    /// A chunk repeated an index already seen in its stream.
    public static let duplicateChunk = TurnFlags(rawValue: 1 << 14)

    /// A POST was answered 429, waited for the limit's reset and was sent again (`on_429: wait`).
    public static let waited429 = TurnFlags(rawValue: 1 << 15)

    /// An event of the stream whose webhook did not come within its grace.
    public static let lostWebhook = TurnFlags(rawValue: 1 << 16)
    /// The turn waited for a human.
    public static let waitedHuman = TurnFlags(rawValue: 1 << 17)
    /// A helpdesk made an object for an id that had made one already, or lists one twice.
    public static let duplicateObject = TurnFlags(rawValue: 1 << 18)
    /// A message that a helpdesk has taken is not among those it lists.
    public static let lostMessage = TurnFlags(rawValue: 1 << 19)

    /// The names in CSV, in bit order.
    public static let names = [
        "index_gap", "text_shrank", "text_diverged", "orphan_stream", "late_chunk",
        "foreign_event", "duplicate_reply", "malformed_event", "duplicate_key",
        "late_subscription", "subscription_bound", "resumed", "unknown_status", "inferred_done",
        "duplicate_chunk", "waited_429", "lost_webhook", "waited_human", "duplicate_object",
        "lost_message",
    ]

    /// The names of the bits set, in bit order.
    public var setNames: [String] {
        TurnFlags.names.indices.filter { rawValue & (1 << UInt32($0)) != 0 }
            .map { TurnFlags.names[$0] }
    }
}

/// The `detail` of a turn, as CSV shows it: cause, HTTP status and flags joined by `+`.
public struct OutcomeDetail: Hashable, Sendable {
    /// Why, one word.
    public var cause: OutcomeCause
    /// The HTTP status of a refused request; 0 when that is not the reason.
    public var httpStatus: UInt16
    /// What else was found.
    public var flags: TurnFlags
    /// The code of a refused operation's error; `none` for turns of conversations.
    public var code = APIErrorCode.none

    /// Joins the three.
    public init(cause: OutcomeCause = .none, httpStatus: UInt16 = 0, flags: TurnFlags = []) {
        self.cause = cause
        self.httpStatus = httpStatus
        self.flags = flags
    }

    /// For instance `post_500`, `post_404_not_found`, `first_chunk`, `index_gap+late_chunk`; empty when nothing to say.
    public var name: String {
        var words: [String] = []
        if httpStatus != 0 {
            words.append(cause == .none ? "\(httpStatus)" : "\(cause.rawValue)_\(httpStatus)")
        } else if cause != .none {
            words.append(cause.rawValue)
        }
        if code != .none, let last = words.popLast() { words.append("\(last)_\(code.rawValue)") }
        return (words + flags.setNames).joined(separator: "+")
    }
}
