/// The API versions the simulator speaks; each decides the shape of events.
enum APIVersion: String, Sendable, CaseIterable {
    case v214 = "2.14"
    case v215 = "2.15"
    case v216 = "2.16"
    case preview = "Preview"

    /// Reads the value of an `Intercom-Version` header; nil for one that is not served.
    init?(header: String) {
        if header == "Unstable" {  // the older name of Preview
            self = .preview
        } else {
            self.init(rawValue: header)
        }
    }

    /// Whether `replying` and the `awaiting_user_reply` event exist.
    var hasDoneEvent: Bool { self == .v216 || self == .preview }

    /// Whether a message must carry its timestamp.
    var needsTimestamp: Bool { self != .preview }

    /// The `status` of every `fin_replied`.
    var repliedStatus: FinStatus { hasDoneEvent ? .replying : .awaitingUserReply }

    /// What a response says for `status`: the older enum has no `replying`.
    func responseStatus(_ status: FinStatus) -> FinStatus {
        status == .replying && !hasDoneEvent ? .thinking : status
    }
}

/// Where a conversation stands.
enum FinStatus: String, Sendable {
    case thinking, replying, escalated, resolved, complete
    case awaitingUserReply = "awaiting_user_reply"
}
