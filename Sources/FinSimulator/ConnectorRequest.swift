internal import FinMeasure
internal import FinProfile

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The body of a call that makes or changes a connector; every member optional, so that we say
/// what is missing.
struct ConnectorRequest: Decodable {
    var name: String?
    var description: String?
    var state: String?
    var method: String?
    var url: String?
    var body: String?
    var usesFin: Bool?
    var audiences: [String]?
    var headers: [ConnectorHeader]?
    var inputs: [ConnectorInput]?
    var authenticatesCustomer: Bool?
    var bypassesAuthentication: Bool?
    var validatesAttributes: Bool?
    var mockResponse: [String: JSONValue]?
    var tokenIDs: [String]?

    enum CodingKeys: String, CodingKey {
        case name, description, state, url, body, audiences, headers
        case method = "http_method"
        case usesFin = "direct_fin_usage"
        case inputs = "data_inputs"
        case authenticatesCustomer = "customer_authentication"
        case bypassesAuthentication = "bypass_authentication"
        case validatesAttributes = "validate_missing_attributes"
        case mockResponse = "mock_response"
        case tokenIDs = "token_ids"
    }

    /// Reads a body; none at all is an empty one.
    ///
    /// - Throws: 400 for what is not JSON, 422 for members of a wrong type: 400 is no documented
    ///   answer of this family.
    static func parse(_ body: Data) throws(APIError) -> ConnectorRequest {
        if body.isEmpty { return ConnectorRequest() }
        let request: ConnectorRequest
        do throws(APIError) {
            request = try TurnRequest.parse(ConnectorRequest.self, body)
        } catch {
            throw error == .notJSON ? error : .unprocessable(error.message)
        }
        try request.check()
        return request
    }

    private static let audiences: Set<String> = ["leads", "users", "visitors"]

    private func check() throws(APIError) {
        if name?.isEmpty == true { throw .nameMissing }
        if let audiences, !ConnectorRequest.audiences.isSuperset(of: audiences) {
            throw .unprocessable("Invalid audiences. Must be a subset of: leads, users, visitors")
        }
        if let method, ConnectorMethod(rawValue: method) == nil {
            throw .unprocessable("Http Method isn't an option")
        }
        if let state, Connector.State(rawValue: state) == nil {
            throw .unprocessable("Invalid state. Must be one of: draft, live")
        }
        for input in inputs ?? [] where !ConnectorInput.types.contains(input.type ?? "string") {
            throw .unprocessable(
                "Invalid data_inputs type. Must be one of: string, integer, decimal, boolean")
        }
    }

    /// A new connector's configuration.
    func made() throws(APIError) -> ConnectorVersion {
        guard let name else { throw .nameMissing }
        var version = ConnectorVersion(name: name)
        change(&version)
        return version
    }

    /// Changes what is given, and nothing else; lists are replaced whole.
    func change(_ version: inout ConnectorVersion) {
        func set<Value>(_ path: WritableKeyPath<ConnectorVersion, Value>, _ value: Value?) {
            if let value { version[keyPath: path] = value }
        }
        set(\.name, name)
        set(\.description, description.map(Optional.some))
        set(\.method, method.flatMap(ConnectorMethod.init))
        set(\.url, url.map(Optional.some))
        set(\.body, body)
        set(\.usesFin, usesFin)
        set(\.audiences, audiences)
        set(\.headers, headers)
        set(\.inputs, inputs)
        set(\.authenticatesCustomer, authenticatesCustomer)
        set(\.bypassesAuthentication, bypassesAuthentication)
        set(\.validatesAttributes, validatesAttributes.map(Optional.some))
        set(\.tokenIDs, tokenIDs)
        if let mockResponse {
            version.responseFields = ResponseField.all(in: mockResponse)
            version.hasMock = true
        }
    }
}
