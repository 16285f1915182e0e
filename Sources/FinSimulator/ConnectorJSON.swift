internal import FinMeasure

#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// A connector as a page of the list shows it.
struct ConnectorItem: Encodable {
    /// Whoever holds the key: the simulated workspace has one admin.
    static let adminID = "128"

    let type = "data_connector"
    let id: String
    let name: String
    let description: String?
    let state: String
    let method: ConnectorMethod
    let usesFin: Bool
    let createdBy = adminID
    let updatedBy = adminID
    let created: String
    let updated: String
    let resultsURL: String

    init(_ connector: Connector, _ version: ConnectorVersion) {
        id = String(connector.id)
        name = version.name
        description = version.description
        state = connector.state.rawValue
        method = version.method
        usesFin = version.usesFin
        created = WireTime.seconds(connector.created)
        updated = WireTime.seconds(connector.updated)
        resultsURL = "/data_connectors/\(connector.id)/execution_results"
    }

    enum CodingKeys: String, CodingKey {
        case type, id, name, description, state
        case method = "http_method"
        case usesFin = "direct_fin_usage"
        case createdBy = "created_by_admin_id"
        case updatedBy = "updated_by_admin_id"
        case created = "created_at"
        case updated = "updated_at"
        case resultsURL = "execution_results_url"
    }
}

/// A connector with its configuration: the item's members and these.
struct ConnectorDetail: Encodable {
    let item: ConnectorItem
    let version: ConnectorVersion

    private enum CodingKeys: String, CodingKey {
        case url, body, headers, audiences
        case executionType = "execution_type"
        case responseType = "configuration_response_type"
        case transformation = "data_transformation_type"
        case inputs = "data_inputs"
        case responseFields = "response_fields"
        case mappings = "object_mappings"
        case tokenIDs = "token_ids"
        case authenticatesCustomer = "customer_authentication"
        case bypassesAuthentication = "bypass_authentication"
        case validatesAttributes = "validate_missing_attributes"
    }

    func encode(to encoder: any Encoder) throws {
        try item.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(version.url, forKey: .url)
        try members.encode(version.body, forKey: .body)
        try members.encode(version.headers.map(\.hidden), forKey: .headers)
        try members.encode(version.audiences, forKey: .audiences)
        try members.encode("server_side", forKey: .executionType)
        try members.encode(
            version.hasMock ? "mock_response_type" : "test_response_type", forKey: .responseType)
        try members.encode("full_access", forKey: .transformation)
        try members.encode(version.inputs.map(\.filled), forKey: .inputs)
        try members.encode(version.responseFields, forKey: .responseFields)
        try members.encode([String](), forKey: .mappings)
        try members.encode(version.tokenIDs, forKey: .tokenIDs)
        try members.encode(version.authenticatesCustomer, forKey: .authenticatesCustomer)
        try members.encode(version.bypassesAuthentication, forKey: .bypassesAuthentication)
        try members.encode(version.validatesAttributes, forKey: .validatesAttributes)
    }
}

/// A page of a list, with the cursor of the next one.
struct CursorPage<Item: Encodable>: Encodable {
    struct Pages: Encodable {
        struct Next: Encodable {
            let cursor: String
            enum CodingKeys: String, CodingKey { case cursor = "starting_after" }
        }
        let type = "pages"
        let size: Int
        let next: Next?
        enum CodingKeys: String, CodingKey {
            case type, next
            case size = "per_page"
        }
    }
    let type = "list"
    let data: [Item]
    let pages: Pages

    init(_ page: PageSlice<Item>) {
        data = page.items
        pages = Pages(size: page.size, next: page.next.map { .init(cursor: $0.text) })
    }
}

/// JSON of a value that we made ourselves.
enum ConnectorJSON {
    static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            preconditionFailure("what was decoded from JSON cannot be encoded: \(error)")
        }
    }
}
