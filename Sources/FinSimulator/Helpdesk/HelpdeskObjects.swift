internal import FinMeasure

/// An end user of the helpdesk.
struct HelpdeskUser: Equatable {
    var id: String
    var name: String?
    var email: String?
    var photoURL: String?
    var attributes: [String: JSONValue] = [:]

    var json: JSONValue {
        .object([
            "id": .string(id), "user_type": .string("end_user"), "name": .nullable(name),
            "email": .nullable(email), "photo_url": .nullable(photoURL),
            "attributes": .object(attributes),
        ])
    }
}

/// Somebody who answers; the first one stands for Fin.
struct HelpdeskAgent: Equatable {
    let id: String
    let name: String
    let email: String

    /// All of the simulated helpdesk's.
    static let all = [
        HelpdeskAgent(id: "ag_fin", name: "Fin", email: "fin@example.test"),
        HelpdeskAgent(id: "ag_1", name: "Ada", email: "ada@example.test"),
        HelpdeskAgent(id: "ag_2", name: "Ben", email: "ben@example.test"),
    ]
    static let fin = all[0]

    static func find(_ id: String) -> HelpdeskAgent? { all.first { $0.id == id } }

    /// The alias has another name in each style.
    func json(_ style: HelpdeskStyle) -> JSONValue {
        .object([
            "id": .string(id), "user_type": .string("agent"), "name": .string(name),
            "email": .string(email), "photo_url": .null,
            style == .mixed ? "alias" : "alias_name": .string(name),
        ])
    }
}

/// Who wrote a message.
enum HelpdeskAuthor: Equatable {
    case user(index: Int)
    case agent(HelpdeskAgent)
}

/// A message of a conversation.
struct HelpdeskMessage: Equatable {
    var id = ""
    var body: String?
    var author: HelpdeskAuthor
    var visibility: String
    /// ISO 8601.
    var created: String
    var attachments: [JSONValue]
}

/// A conversation with its messages, oldest first.
struct HelpdeskConversation: Equatable {
    var id = ""
    /// Index among the users.
    var user: Int
    var status = "open"
    var title: String?
    var tags: [String] = []
    var attributes: [String: JSONValue] = [:]
    /// nil: a human must take it.
    var assignee: HelpdeskAgent? = .fin
    var created: String
    var updated: String
    var lastRead: String?
    var messages: [HelpdeskMessage] = []
}

extension JSONValue {
    /// A text, or null where there is none.
    static func nullable(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
