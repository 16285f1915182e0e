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

    static func check(
        _ request: TurnRequest, version: APIVersion, isStart: Bool
    ) throws(APIError) -> TurnCall {
        let id = try filled(request.conversationID, "conversation_id is required")
        guard let message = request.message else { throw .invalid("message is required") }
        let checked = try check(message, version, "message")
        let userID = try filled(request.user?.id, "User ID is required")
        try check(request.attachments ?? [])
        let userNames = try limited(request.user?.attributes)
        var call = TurnCall(
            conversationID: id, userID: userID, author: checked.author, body: checked.body,
            timestamp: message.timestamp, userAttributeErrors: unknown(userNames))
        if isStart {
            try checkHistory(request.metadata?.history ?? [], version)
            let names = try limited(request.metadata?.attributes)
            call.conversationAttributeErrors = unknown(names)
        }
        return call
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
