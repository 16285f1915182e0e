/// The refusals of the data connectors' family.
extension APIError {
    static let connectorNotFound = APIError(
        status: 404, code: "data_connector_not_found", message: "Data connector not found")
    static let resultNotFound = APIError(
        status: 404, code: "execution_result_not_found", message: "Execution result not found")
    static let nameMissing = APIError(
        status: 422, code: "parameter_not_found", message: "Name is required")
    static let wrongCursor = APIError(
        status: 400, code: "client_error",
        message: "Invalid starting_after param. Please try again using a starting_after value from "
            + "a paginated response")
    static let notDraft = APIError(
        status: 409, code: "conflict",
        message: "Data connector must be in draft state to be deleted")
    static let wrongErrorType = invalid(
        "Invalid error_type. Must be one of: "
            + ExecutionError.Kind.allCases.map(\.rawValue).joined(separator: ", "))

    static func connectorInUse(_ deed: String) -> APIError {
        APIError(
            status: 409, code: "data_connector_in_use",
            message: "Data connector is in use by other resources and cannot be \(deed)")
    }
}
