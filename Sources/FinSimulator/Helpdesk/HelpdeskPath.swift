/// What Fin asks a customer's helpdesk for.
enum HelpdeskOperation: Sendable, Equatable {
    case getUser, updateUser, createUser
    case getAgents
    case getConversation, updateConversation, createConversation
    case getMessages, createMessage
}

/// The two forms in which the documentation shows a helpdesk's endpoints.
enum HelpdeskStyle: Sendable, Equatable {
    /// GET, PUT and POST; answers are the bare objects.
    case mixed
    /// POST alone; answers stand in `data`, refusals in `error`.
    case postOnly
}

/// A path of the helpdesk's or of Fin's hook for it, and the methods it takes.
enum HelpdeskPath: Sendable, Equatable {
    /// An endpoint, by method.
    case endpoint(HelpdeskStyle, [String: HelpdeskOperation])
    /// Where bearer tokens come from.
    case token
    /// The helpdesk's notification to Fin.
    case hook(integration: String)
    /// What the helpdesk holds; our own.
    case state

    /// The base path of the helpdesk, which each customer chooses.
    static let prefix = "/helpdesk"
    private static let hooks = "/hooks/standalone/custom_helpdesk_conversation_event/"

    private static let mixed: [String: [String: HelpdeskOperation]] = [
        "/user": ["GET": .getUser, "PUT": .updateUser, "POST": .createUser],
        "/agents": ["GET": .getAgents],
        "/conversation": [
            "GET": .getConversation, "PUT": .updateConversation, "POST": .createConversation,
        ],
        "/messages": ["GET": .getMessages, "POST": .createMessage],
    ]

    private static let postOnly: [String: HelpdeskOperation] = [
        "/get_user": .getUser, "/update_user": .updateUser, "/create_user": .createUser,
        "/get_agents": .getAgents,
        "/get_conversation": .getConversation, "/update_conversation": .updateConversation,
        "/create_conversation": .createConversation,
        "/get_messages": .getMessages, "/create_message": .createMessage,
    ]

    /// - Parameter path: still percent-encoded; nil for one of another family.
    init?(path: String) {
        if path == "/finbench/helpdesk" {
            self = .state
        } else if path.hasPrefix(HelpdeskPath.hooks) {
            let integration = path.dropFirst(HelpdeskPath.hooks.count)
            if integration.isEmpty || integration.contains("/") { return nil }
            self = .hook(integration: String(integration))
        } else if path.hasPrefix(HelpdeskPath.prefix + "/") {
            let name = String(path.dropFirst(HelpdeskPath.prefix.count))
            if let operations = HelpdeskPath.mixed[name] {
                self = .endpoint(.mixed, operations)
            } else if let operation = HelpdeskPath.postOnly[name] {
                self = .endpoint(.postOnly, ["POST": operation])
            } else if name == "/oauth/token" {
                self = .token
            } else {
                return nil
            }
        } else {
            return nil
        }
    }

    /// The methods it takes.
    var methods: [String] {
        switch self {
        case .endpoint(_, let operations): operations.keys.sorted()
        case .token, .hook: ["POST"]
        case .state: ["GET"]
        }
    }
}
