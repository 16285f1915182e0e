/// What a driver keeps of one event: facts without text.
///
/// Only members at the top of the event's object count, and `message.id`; their order does not
/// matter. Of a key that comes twice the last value counts. A `null` is an absent member.
public struct EventFields: Hashable, Sendable {
    /// `event_name`.
    public var name = Name.none
    /// `status`.
    public var status = Status.none
    /// `reason` of an escalation.
    public var reason = Reason.none
    /// How `chunk_text` follows from the text before it; `.none` unless this is a chunk.
    public var continuity = TextContinuity.none
    /// Whether the event came inside an envelope.
    public var isEnveloped = false
    /// How many known keys came again.
    public var duplicateKeys = 0
    /// How many known keys had a value of another type than documented; these count as absent.
    public var wrongTypes = 0
    /// `chunk_index`.
    public var chunkIndex: Int32?
    /// `created_at_ms` in Unix milliseconds; `nil` when absent or unreadable.
    public var createdAtMilliseconds: Int64?
    /// `conversation_id`.
    public var conversationID: TextDigest?
    /// `stream_id`.
    public var streamID: TextDigest?
    /// `message.id`.
    public var messageID: TextDigest?

    /// An event of which nothing is known.
    public init() {}

    /// What an event says it is.
    public enum Name: UInt8, Sendable {
        /// No `event_name`.
        case none
        /// An `event_name` that is not listed here.
        case unknown
        /// `fin_reply_chunk`
        case replyChunk
        /// `fin_replied`
        case replied
        /// `fin_status_updated`
        case statusUpdated
        /// `csat_requested`
        case csatRequested
    }

    /// What an event or a response says of its conversation.
    public enum Status: UInt8, Sendable {
        /// No `status`.
        case none
        /// A `status` that is not listed here.
        case unknown
        /// `thinking`
        case thinking
        /// `replying`
        case replying
        /// `awaiting_user_reply`
        case awaitingUserReply
        /// `escalated`
        case escalated
        /// `resolved`
        case resolved
        /// `complete`
        case complete
    }

    /// Why Fin escalated.
    public enum Reason: UInt8, Sendable {
        /// No `reason`.
        case none
        /// `Escalation requested by user`
        case requestedByUser
        /// `Escalation requested via API`
        case requestedByAPI
        /// `Escalation rule: ` and the rule's name.
        case rule
        /// `Escalation rule matched`
        case ruleMatched
        /// `Routed to team`
        case routedToTeam
        /// `Conversation finished without resolution`
        case finishedWithoutResolution
        /// Any other text.
        case other
    }
}

extension EventFields.Name {
    init(_ text: Span<UInt8>) {
        if ByteScan.equals(text, 0, text.count, "fin_reply_chunk") {
            self = .replyChunk
        } else if ByteScan.equals(text, 0, text.count, "fin_replied") {
            self = .replied
        } else if ByteScan.equals(text, 0, text.count, "fin_status_updated") {
            self = .statusUpdated
        } else if ByteScan.equals(text, 0, text.count, "csat_requested") {
            self = .csatRequested
        } else {
            self = .unknown
        }
    }
}

extension EventFields.Status {
    init(_ text: Span<UInt8>) {
        let count = text.count
        if ByteScan.equals(text, 0, count, "replying") {
            self = .replying
        } else if ByteScan.equals(text, 0, count, "awaiting_user_reply") {
            self = .awaitingUserReply
        } else if ByteScan.equals(text, 0, count, "thinking") {
            self = .thinking
        } else if ByteScan.equals(text, 0, count, "escalated") {
            self = .escalated
        } else if ByteScan.equals(text, 0, count, "resolved") {
            self = .resolved
        } else if ByteScan.equals(text, 0, count, "complete") {
            self = .complete
        } else {
            self = .unknown
        }
    }
}

extension EventFields.Reason {
    init(_ text: Span<UInt8>) {
        let count = text.count
        if ByteScan.equals(text, 0, count, "Escalation requested by user") {
            self = .requestedByUser
        } else if ByteScan.equals(text, 0, count, "Escalation requested via API") {
            self = .requestedByAPI
        } else if ByteScan.equals(text, 0, count, "Escalation rule matched") {
            self = .ruleMatched
        } else if ByteScan.begins(text, 0, count, "Escalation rule: ") {
            self = .rule
        } else if ByteScan.equals(text, 0, count, "Routed to team") {
            self = .routedToTeam
        } else if ByteScan.equals(text, 0, count, "Conversation finished without resolution") {
            self = .finishedWithoutResolution
        } else {
            self = .other
        }
    }
}
