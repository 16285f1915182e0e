/// Everything known of one turn: a row of `turns.csv`, and the source of every per-turn metric.
///
/// Fixed size, no references: it is built in its conversation's row and copied once, into the ring.
public struct TurnRecord: Sendable {
    /// The conversation's number in the plan, from 0, the same in every shard.
    public var conversation: UInt64 = 0
    /// The turn's number in its conversation, from 1.
    public var turn: UInt32 = 1
    /// The index of the scenario in the profile.
    public var scenario: UInt16 = 0
    /// A message of a conversation, or an operation.
    public var kind = TurnKind.message
    /// The phase the conversation was planned in.
    public var phase: Phase = .main
    /// The index of the user in the pool.
    public var user: UInt32 = 0
    /// The index of the question among the profile's messages.
    public var question: UInt32 = 0

    /// How the turn ended.
    public var outcome: Outcome = .cut
    /// Why, and what was found on the way.
    public var detail = OutcomeDetail()

    /// When the schedule said that this turn must start.
    public var planned = Instant(nanoseconds: 0)
    /// Just before the POST was handed to libcurl; nil when it never was.
    public var sent: Instant?
    /// The POST's response headers were complete.
    public var responseHeaders: Instant?
    /// The POST's response body was complete.
    public var response: Instant?
    /// The SSE GET was handed to libcurl.
    public var streamDial: Instant?
    /// The SSE response's headers were complete.
    public var streamOpen: Instant?
    /// The first `fin_reply_chunk`.
    public var firstChunk: Instant?
    /// The last `fin_reply_chunk`.
    public var lastChunk: Instant?
    /// The first `fin_replied`.
    public var firstReplied: Instant?
    /// The last `fin_replied`.
    public var lastReplied: Instant?
    /// The done signal.
    public var done: Instant?
    /// The end of the SSE response.
    public var closed: Instant?
    /// The webhook of the first `fin_replied` whose webhook came.
    public var webhookReplied: Instant?
    /// When the turn's outcome was known; how long a failed turn was waited for.
    public var ended = Instant(nanoseconds: 0)

    /// Unix milliseconds of the POST response's `created_at_ms`; nil when absent.
    public var serverResponse: Int64?
    /// Unix milliseconds of the first chunk's `created_at_ms`; nil when absent.
    public var serverFirstChunk: Int64?
    /// How many chunks came.
    public var chunks: UInt32 = 0
    /// The first chunk's `chunk_index`; nil without chunks.
    public var firstChunkIndex: Int32?
    /// How many chunks were replayed, by `rewind` or to a stream that was resumed.
    public var replayedChunks: UInt32 = 0
    /// How many chunks shared their read with another event, or a part of one.
    public var coalescedChunks: UInt32 = 0
    /// Body bytes of both responses.
    public var bytes: UInt64 = 0
    /// Whether every network instant is a kernel receive stamp.
    public var isKernelStamped = true
    /// Whether webhooks alone told of the turn: by right it has no chunks.
    public var isWebhookOnly = false
    /// Whether the POST went over a connection that already stood.
    public var isPostReused = false
    /// Whether the SSE GET went over a connection that already stood.
    public var isStreamReused = false
    /// The POST's HTTP status; 0 before any.
    public var httpStatus: UInt16 = 0
    /// The server's request id: at most 48 bytes of it.
    public var requestID = ShortText()

    // Set-up times of new connections, by libcurl; nil when the connection was reused.

    /// Resolving the API host's name for the POST.
    public var postDNS: Nanoseconds?
    /// The TCP handshake of the POST's connection.
    public var postTCP: Nanoseconds?
    /// The TLS handshake of the POST's connection; nil without TLS.
    public var postTLS: Nanoseconds?
    /// Resolving the stream host's name for the SSE GET.
    public var streamDNS: Nanoseconds?
    /// The TCP handshake of the stream's connection.
    public var streamTCP: Nanoseconds?
    /// The TLS handshake of the stream's connection; nil without TLS.
    public var streamTLS: Nanoseconds?

    /// An empty record.
    public init() {}
}

/// Text of at most 48 bytes held in place, so that a record needs no allocation.
public struct ShortText: Sendable, Hashable {
    // Invariant: bytes beyond `count` are zero, so that equality is bytewise.
    private var bytes: InlineArray<48, UInt8> = .init(repeating: 0)
    /// How many bytes are held, 0 to 48.
    public private(set) var count: UInt8 = 0

    /// No text.
    public init() {}

    /// Keeps the first 48 bytes of `text`; bytes that are not printable ASCII become `?`.
    public init(_ text: Span<UInt8>) {
        count = UInt8(min(text.count, 48))
        for index in 0..<Int(count) {
            bytes[index] = (0x21...0x7E).contains(text[index]) ? text[index] : 0x3F
        }
    }

    /// The text as a string.
    public var string: String {
        var units: [UInt8] = []
        units.reserveCapacity(Int(count))
        for index in 0..<Int(count) { units.append(bytes[index]) }
        return String(decoding: units, as: UTF8.self)
    }

    /// Whether both hold the same bytes.
    public static func == (left: ShortText, right: ShortText) -> Bool {
        left.string == right.string
    }

    /// Feeds the text to a hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(string) }
}

/// What one turn says of one metric.
public enum Observation: Sendable, Equatable {
    /// A value.
    case measured(Nanoseconds)
    /// It failed: slower than every measured value; waited for this long.
    case censored(waited: Nanoseconds)
    /// By right there is no value.
    case absent
    /// We cut the turn.
    case cut
}

extension TurnRecord {
    /// What this turn says of a per-turn metric.
    ///
    /// The primary metrics (`ttft`, `first_reply`, `turn_time`) follow the turn's outcome: a turn
    /// that failed is censored even where part of the answer was seen, a turn that we cut is
    /// outside. Every other metric is measured when both its instants exist; it is censored when
    /// the turn failed inside it, and absent when it never began.
    /// - Parameter metric: one whose scope is `turn`.
    public func observe(_ metric: Metric, from anchor: Anchor) -> Observation {
        guard kind.has(metric) else { return .absent }
        return switch metric {
        case .opLatency: call(anchor)
        case .ttft: isWebhookOnly ? never : primary(firstChunk, anchor)
        case .firstReply: primary(firstReplied, anchor)
        case .turnTime: primary(done, anchor)
        case .scheduleLag: part(planned, sent, begun: false)
        case .post: part(sent, response)
        case .accept: part(sent, responseHeaders)
        case .subscribeGap: part(response, streamDial, begun: false)
        case .streamConnect: part(streamDial, streamOpen)
        case .firstWait: part(streamOpen, firstChunk)
        case .tail: part(lastReplied, done)
        case .serverTTFT: serverSpan
        case .postDNS: setUp(postDNS)
        case .postTCP: setUp(postTCP)
        case .postTLS: setUp(postTLS)
        case .streamDNS: setUp(streamDNS)
        case .streamTCP: setUp(streamTCP)
        case .streamTLS: setUp(streamTLS)
        case .chunkGap, .serverChunkGap, .swapDelay, .deliveryExcess, .webhookExcess,
            .webhookAfterSSE, .sseAfterWebhook, .hitlNotification, .hitlCallback, .pauseToResume,
            .harnessLag, .loopGap, .webhookVerify, .connectorAnswer, .connectorExecution,
            .syncDuration:
            preconditionFailure("\(metric.rawValue) is not a metric of a turn")
        }
    }

    /// What no turn of its kind can have: failing takes nothing from it.
    private var never: Observation { outcome == .cut ? .cut : .absent }

    /// The primary metrics: the outcome comes before the instants.
    private func primary(_ end: Instant?, _ anchor: Anchor) -> Observation {
        if outcome == .cut { return .cut }
        // A turn that was never sent has waited nothing from `sent`.
        let start = anchor == .planned ? planned : (sent ?? ended)
        if outcome.isFailure { return .censored(waited: max(ended - start, .zero)) }
        guard let end else { return .absent }
        return .measured(end - start)
    }

    /// A span between two instants of the turn; `begun` says whether it is the other side's.
    private func part(_ start: Instant?, _ end: Instant?, begun: Bool = true) -> Observation {
        if let start, let end { return .measured(end - start) }
        if outcome == .cut { return .cut }
        if begun, let start, outcome.isFailure {
            return .censored(waited: max(ended - start, .zero))
        }
        return .absent
    }

    private var serverSpan: Observation {
        if let serverResponse, let serverFirstChunk, firstChunkIndex == 0 {
            return .measured(.milliseconds(serverFirstChunk - serverResponse))
        }
        return outcome == .cut ? .cut : .absent
    }

    private func setUp(_ span: Nanoseconds?) -> Observation {
        if let span { return .measured(span) }
        return outcome == .cut ? .cut : .absent
    }
}
