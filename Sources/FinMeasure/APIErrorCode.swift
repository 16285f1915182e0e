/// The `code` of an Intercom error envelope, as far as it is documented.
///
/// A closed list: whatever else a server writes there must not become a column's value.
public enum APIErrorCode: String, Sendable, CaseIterable {
    case none = ""
    case parameterInvalid = "parameter_invalid"
    case parameterNotFound = "parameter_not_found"
    case parameterMissing = "parameter_missing"
    case missingParameter = "missing_parameter"
    case typeMismatch = "type_mismatch"
    case dataInvalid = "data_invalid"
    case unprocessableEntity = "unprocessable_entity"
    case badRequest = "bad_request"
    case clientError = "client_error"
    case unauthorized
    case apiPlanRestricted = "api_plan_restricted"
    case actionForbidden = "action_forbidden"
    case forbidden
    case notFound = "not_found"
    case connectorNotFound = "data_connector_not_found"
    case connectorInUse = "data_connector_in_use"
    case executionNotFound = "execution_result_not_found"
    case conflict
    case resourceConflict = "resource_conflict"
    case rateLimitExceeded = "rate_limit_exceeded"
    case tooManyRequests = "too_many_requests"
    case requestTimeout = "request_timeout"
    case serverError = "server_error"
    case serviceUnavailable = "service_unavailable"
    case unsupported
    /// One that is not documented.
    case other = "other_code"

    /// The code of a response; nil where it has none.
    public init(wire: String?) {
        self = wire.map { APIErrorCode(rawValue: $0) ?? .other } ?? .none
    }
}
