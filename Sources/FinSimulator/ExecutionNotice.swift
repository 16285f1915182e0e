internal import FinMeasure

/// What the topic `data_connector.execution.completed` tells of an execution.
///
/// Its names are not those of the REST answer: `action_id` for the connector, other error types,
/// other sources.
struct ExecutionNotice: Encodable {
    static let topic = "data_connector.execution.completed"

    let result: ExecutionResult
    let name: String
    let appID: String
    let completed: String

    /// - Parameter completed: Unix nanoseconds.
    init(_ result: ExecutionResult, of name: String, appID: String, completed: UInt64) {
        self.result = result
        self.name = name
        self.appID = appID
        self.completed = UTCStamp.milliseconds(unixNanoseconds: completed)
    }

    private enum CodingKeys: String, CodingKey {
        case type, id, success
        case appID = "app_id"
        case connector = "action_id"
        case name = "action_name"
        case status = "http_status"
        case error = "error_type"
        case milliseconds = "execution_time_ms"
        case completed = "completed_at"
        case source = "source_type"
        case sourceID = "source_id"
        case conversation = "conversation_id"
        case user = "user_id"
        case admin = "admin_id"
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode("data_connector.execution", forKey: .type)
        try members.encode(String(result.id), forKey: .id)
        try members.encode(appID, forKey: .appID)
        try members.encode(String(result.connectorID), forKey: .connector)
        try members.encode(name, forKey: .name)
        try members.encode(result.isSuccess, forKey: .success)
        try members.encode(result.status ?? 0, forKey: .status)
        try members.encode(errorType, forKey: .error)
        try members.encode(result.milliseconds, forKey: .milliseconds)
        try members.encode(completed, forKey: .completed)
        // Fin itself is none of the topic's sources.
        try members.encode("other", forKey: .source)
        try members.encodeNil(forKey: .sourceID)
        try members.encode(result.conversationID, forKey: .conversation)
        try members.encode(result.userID, forKey: .user)
        try members.encodeNil(forKey: .admin)
    }

    private var errorType: String? {
        result.error.map { $0.kind == .thirdParty ? "third_party_error" : $0.kind.rawValue }
    }
}
