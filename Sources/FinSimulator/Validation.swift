/// A call that has everything a turn needs.
struct TurnCall: Equatable {
    var conversationID: String
    var userID: String
    var author: String
    var body: String
    var timestamp: String?
    var userAttributeErrors: [String] = []
    var conversationAttributeErrors: [String] = []
}

/// The rules that a body must keep, in the order in which a caller hears of them.
enum Validation {
    private static let authors: Set<String> = ["user", "agent", "fin"]
    private static let itemLimit = 10
    /// Characters of an escalation's message, and of its context.
    private static let textLimit = 10_000

    static func check(
        _ request: TurnRequest, version: APIVersion, operation: Operation
    ) throws(APIError) -> TurnCall {
        let id = try filled(
            request.conversationID,
            operation == .ask
                ? "External Conversation ID is required" : "conversation_id is required")
        let checked = try check(message: request.message, version, operation)
        let userID = try filled(request.user?.id, "User ID is required")
        try check(request.attachments ?? [])
        let userNames = try limited(request.user?.attributes)
        var call = TurnCall(
            conversationID: id, userID: userID, author: checked.author, body: checked.body,
            timestamp: request.message?.timestamp, userAttributeErrors: unknown(userNames))
        if operation.opensConversation {
            try checkHistory(request.metadata?.history ?? [], version)
            let names = try limited(request.metadata?.attributes)
            call.conversationAttributeErrors = unknown(names)
        }
        return call
    }

    /// A message may be left out where a procedure is run, and nowhere else.
    private static func check(
        message: TurnRequest.Message?, _ version: APIVersion, _ operation: Operation
    ) throws(APIError) -> (author: String, body: String) {
        guard let message else {
            if case .run = operation { return ("user", "") }
            throw .invalid("message is required")
        }
        return try check(message, version, "message")
    }

    /// Checks whose capabilities are asked for.
    static func check(user: TurnRequest.User?) throws(APIError) -> String {
        let id = try filled(user?.id, "User ID is required")
        _ = try limited(user?.attributes)
        return id
    }

    /// Checks that an escalation names either a conversation or a user.
    static func check(_ request: EscalationRequest) throws(APIError) {
        let hasConversation = request.conversationID?.isEmpty == false
        if hasConversation == (request.user != nil) {
            throw .invalid("Either conversation_id or user must be provided")
        }
        if let user = request.user { _ = try check(user: user) }
        for (name, text) in [("message", request.message), ("context", request.context)]
        where (text?.unicodeScalars.count ?? 0) > textLimit {
            throw .invalid("\(name) cannot be longer than \(textLimit) characters")
        }
    }

    private static func filled(_ text: String?, _ message: String) throws(APIError) -> String {
        guard let text, !text.isEmpty else { throw .invalid(message) }
        return text
    }

    private static func check(
        _ message: TurnRequest.Message, _ version: APIVersion, _ place: String
    ) throws(APIError) -> (author: String, body: String) {
        let body = try filled(message.body, "message is required")
        guard let author = message.author, authors.contains(author) else {
            throw .invalid("\(place).author must be one of user, agent, fin")
        }
        if version.needsTimestamp || message.timestamp != nil {
            guard let timestamp = message.timestamp, isTimestamp(timestamp) else {
                throw .invalid("\(place).timestamp must be an ISO 8601 date and time")
            }
        }
        return (author, body)
    }

    private static func checkHistory(
        _ history: [TurnRequest.Message], _ version: APIVersion
    ) throws(APIError) {
        if history.count > itemLimit {
            throw .invalid("Conversation history cannot contain more than 10 items")
        }
        for message in history {
            _ = try check(message, version, "conversation_metadata.history")
        }
    }

    private static func check(_ attachments: [TurnRequest.Attachment]) throws(APIError) {
        if attachments.count > itemLimit {
            throw .invalid("Cannot attach more than 10 attachments")
        }
        for attachment in attachments {
            switch attachment.type {
            case "url" where attachment.url != nil: break
            case "file"
            where attachment.name != nil && attachment.contentType != nil
                && attachment.data != nil:
                break
            default:
                throw .invalid(
                    "An attachment is a url with url, or a file with name, content_type and data")
            }
        }
    }

    private static func limited(_ names: TurnRequest.Names?) throws(APIError) -> [String] {
        let names = names?.names ?? []
        if names.count > itemLimit {
            throw .invalid("Cannot update more than 10 attributes at once.")
        }
        return names
    }

    /// Our rule for an attribute that the workspace does not have: its name begins with "unknown".
    private static func unknown(_ names: [String]) -> [String] {
        names.filter { $0.hasPrefix("unknown") }
    }

    /// Whether the text begins as `2026-02-03T09:15` does; what follows is the server's own affair.
    static func isTimestamp(_ text: String) -> Bool {
        let shape = "0000-00-00T00:00".utf8
        let bytes = text.utf8
        guard bytes.count >= shape.count else { return false }
        return zip(bytes, shape).allSatisfy { byte, mark in
            mark == UInt8(ascii: "0")
                ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == mark
        }
    }
}
