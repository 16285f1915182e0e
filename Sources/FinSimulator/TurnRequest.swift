#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The body of a call that begins a turn, or asks what Fin can do; every field optional, so that we say what is missing.
struct TurnRequest: Decodable {
    var conversationID: String?
    var message: Message?
    var user: User?
    var attachments: [Attachment]?
    var metadata: Metadata?

    enum CodingKeys: String, CodingKey {
        case conversationID = "conversation_id"
        case message, user, attachments
        case metadata = "conversation_metadata"
    }

    struct Message: Decodable {
        var author: String?
        var body: String?
        var timestamp: String?
    }

    struct User: Decodable {
        var id: String?
        var attributes: Names?
    }

    struct Attachment: Decodable {
        var type: String?
        var url: String?
        var name: String?
        var contentType: String?
        var data: String?

        enum CodingKeys: String, CodingKey {
            case type, url, name, data
            case contentType = "content_type"
        }
    }

    struct Metadata: Decodable {
        var history: [Message]?
        var attributes: Names?
    }

    /// The names of an object's members; their values may be anything.
    struct Names: Decodable {
        var names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyName.self)
            names = container.allKeys.map(\.stringValue).sorted()
        }
    }

    private struct AnyName: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads a body.
    ///
    /// - Throws: 400 for what is not JSON, and for a member of a wrong type by its path.
    static func parse(_ body: Data) throws(APIError) -> TurnRequest {
        try parse(TurnRequest.self, body)
    }

    /// The same for the body of another call.
    static func parse<Body: Decodable>(
        _ type: Body.Type, _ body: Data
    ) throws(APIError) -> Body {
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw refusal(error)
        }
    }

    /// What a body that cannot be decoded is refused with.
    static func refusal(_ error: any Error) -> APIError {
        switch error {
        case DecodingError.typeMismatch(_, let context):
            .invalid(place(context) + " has the wrong type")
        case DecodingError.valueNotFound(_, let context):
            .invalid(place(context) + " must not be null")
        default: .notJSON
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "Request body" : path
    }
}

/// The body of `/fin/escalate`.
struct EscalationRequest: Decodable {
    var conversationID: String?
    var user: TurnRequest.User?
    var message: String?
    var context: String?

    enum CodingKeys: String, CodingKey {
        case conversationID = "conversation_id"
        case user, message, context
    }
}

/// The body of `/fin/csat`.
struct RatingRequest: Decodable {
    var conversationID: String?
    var rating: String?
    var remark: String?

    enum CodingKeys: String, CodingKey {
        case conversationID = "conversation_id"
        case rating, remark
    }
}
