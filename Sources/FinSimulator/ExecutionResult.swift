internal import FinMeasure

/// One execution of a connector, as the API shows it.
struct ExecutionResult {
    var id = 0
    let connectorID: Int
    var status: Int?
    let method: ConnectorMethod
    var error: ExecutionError?
    /// Without query, user and fragment.
    var url: String?
    var milliseconds: Int?
    let conversationID: String
    let userID: String
    /// Unix seconds.
    let created: UInt64
    var requestBody = ""
    var responseBody: String?

    /// Bytes kept of a body.
    static let bodyLimit = 2048

    var isSuccess: Bool { error == nil }

    /// What the API shows; the bodies where they are asked for.
    func json(withBodies: Bool) -> ExecutionJSON { ExecutionJSON(self, withBodies: withBodies) }
}

/// Why an execution failed.
struct ExecutionError: Equatable {
    /// Every documented `error_type`, in the order in which the refusal names them.
    enum Kind: String, CaseIterable {
        case configuration = "request_configuration_error"
        case faraday = "faraday_error"
        case thirdParty = "3rd_party_error"
        case mapping = "response_mapping_error"
        case tokenRefresh = "token_refresh_error"
        case formatting = "fin_action_response_formatting_error"
        case identity = "fin_action_identity_verification_error"
        case email = "email_verification_error"
        case otherIdentity = "non_fin_standalone_action_identity_verification_error"
        case validation = "request_validation_error"
        case clientSide = "client_side_action_error"
    }
    let kind: Kind
    let message: String
}

/// What a list of executions is narrowed to.
struct ExecutionFilter {
    var isSuccess: Bool?
    var kind: ExecutionError.Kind?
    /// Unix seconds, both ends included.
    var range: ClosedRange<UInt64>

    func takes(_ result: ExecutionResult) -> Bool {
        range.contains(result.created) && isSuccess.map { $0 == result.isSuccess } ?? true
            && kind.map { $0 == result.error?.kind } ?? true
    }
}

/// A result as JSON; members without a value are left out, as the documented examples do.
struct ExecutionJSON: Encodable {
    let type = "data_connector.execution"
    let id: String
    let connectorID: String
    let success: Bool
    let status: Int?
    let method: ConnectorMethod
    let errorType: String?
    let errorMessage: String?
    let milliseconds: Int?
    let source = "fin"
    let conversationID: String
    let created: String
    let url: String?
    let requestBody: String?
    let responseBody: String?
    let rawResponseBody: String?

    init(_ result: ExecutionResult, withBodies: Bool) {
        id = String(result.id)
        connectorID = String(result.connectorID)
        success = result.isSuccess
        status = result.status
        method = result.method
        errorType = result.error?.kind.rawValue
        errorMessage = result.error?.message
        milliseconds = result.milliseconds
        conversationID = result.conversationID
        created = WireTime.seconds(result.created)
        url = result.url
        requestBody = withBodies ? result.requestBody : nil
        responseBody = withBodies ? result.responseBody : nil
        rawResponseBody = withBodies ? result.responseBody : nil
    }

    enum CodingKeys: String, CodingKey {
        case type, id, success
        case connectorID = "data_connector_id"
        case status = "http_status"
        case method = "http_method"
        case errorType = "error_type"
        case errorMessage = "error_message"
        case milliseconds = "execution_time_ms"
        case source = "source_type"
        case conversationID = "conversation_id"
        case created = "created_at"
        case url = "request_url"
        case requestBody = "request_body"
        case responseBody = "response_body"
        case rawResponseBody = "raw_response_body"
    }
}
