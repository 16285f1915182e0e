/// A refused call, as the API says it: `{"type":"error.list",…}`.
struct APIError: Error, Equatable, Sendable {
    let status: Int
    let code: String
    let message: String

    static func invalid(_ message: String) -> APIError {
        APIError(status: 400, code: "parameter_invalid", message: message)
    }

    static func unprocessable(_ message: String) -> APIError {
        APIError(status: 422, code: "parameter_invalid", message: message)
    }

    static let unauthorized = APIError(
        status: 401, code: "unauthorized", message: "Access Token Invalid")
    static let notFound = APIError(
        status: 404, code: "not_found", message: "The requested resource was not found")
    static let methodNotAllowed = APIError(
        status: 405, code: "unsupported", message: "This path does not know that method")
    static let notAcceptable = APIError(
        status: 406, code: "client_error", message: "The Accept header must allow our media type")
    static let serverError = APIError(
        status: 500, code: "server_error", message: "Something went wrong on our side")
    static let unavailable = APIError(
        status: 503, code: "service_unavailable", message: "The service is unavailable for now")
    static let notJSON = invalid("Request body is not valid JSON")

    /// - Parameter limit: the most bytes that the path takes.
    static func tooLarge(_ limit: Int) -> APIError {
        APIError(
            status: 413, code: "client_error",
            message: "The request body is larger than \(limit) bytes")
    }

    static func version(_ value: String) -> APIError {
        APIError(
            status: 400, code: "intercom_version_invalid",
            message: "Intercom-Version '\(value)' must be 2.14, 2.15, 2.16 or Preview")
    }

    static func rateLimited(_ limit: Int) -> APIError {
        APIError(
            status: 429, code: "rate_limit_exceeded",
            message: "Exceeded rate limit of \(limit) in 10_seconds")
    }

    /// The envelope.
    func body(requestID: String) -> [UInt8] {
        let head =
            "{\"type\":\"error.list\",\"request_id\":\"\(requestID)\",\"errors\":[{\"code\":"
        return Array(head.utf8)
            + JSONText.quoted(code) + Array(",\"message\":".utf8) + JSONText.quoted(message)
            + Array("}]}".utf8)
    }
}
