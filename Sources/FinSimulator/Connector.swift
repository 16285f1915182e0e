internal import FinProfile

/// A data connector: what Fin calls at the customer's side.
///
/// Edits go into the draft; `state: live` publishes it, `state: draft` takes it off again. Which
/// version an edit lands in is nobody's documented rule, so `edits_live` of the profile turns it.
struct Connector {
    /// The configuration that `PATCH` changes.
    var draft: ConnectorVersion
    /// The configuration that Fin uses; nil for one that was never published, or taken off.
    var live: ConnectorVersion?
    let id: Int
    let created: UInt64
    /// Unix seconds, as the list is sorted by it.
    var updated: UInt64
    /// Whether the simulated Fin calls it in its turns: then it cannot be deleted or taken off.
    var isInUse = false

    enum State: String, CaseIterable { case draft, live }

    var state: State { live == nil ? .draft : .live }

    /// The asked version; the draft as long as there is no other.
    func version(_ state: State) -> ConnectorVersion { state == .live ? live ?? draft : draft }

    /// What a page of the list shows.
    var item: ConnectorItem { ConnectorItem(self, version(.live)) }

    /// What a call about this one connector shows.
    func detail(_ state: State) -> ConnectorDetail {
        ConnectorDetail(item: ConnectorItem(self, version(state)), version: version(state))
    }
}

/// One configuration of a connector.
struct ConnectorVersion: Equatable {
    var name: String
    var description: String?
    var method = ConnectorMethod.get
    var url: String?
    var body = ""
    var usesFin = false
    var audiences: [String] = []
    var headers: [ConnectorHeader] = []
    var inputs: [ConnectorInput] = []
    var responseFields: [ResponseField] = []
    var hasMock = false
    var tokenIDs: [String] = []
    var authenticatesCustomer = false
    var bypassesAuthentication = false
    var validatesAttributes: Bool?
}

/// The HTTP methods a connector can use.
typealias ConnectorMethod = SimulatorSettings.Connectors.Method

/// A header of a connector's request; its value is a secret and never shown.
struct ConnectorHeader: Codable, Equatable {
    var name: String?
    var value: String?

    /// The same with its value hidden.
    var hidden: ConnectorHeader { ConnectorHeader(name: name ?? "", value: "****") }
}

/// A value that a connector is called with.
struct ConnectorInput: Codable, Equatable {
    var name: String?
    var type: String?
    var description: String?
    var required: Bool?
    var defaultValue: String?

    static let types: Set<String> = ["string", "integer", "decimal", "boolean"]

    enum CodingKeys: String, CodingKey {
        case name, type, description, required
        case defaultValue = "default_value"
    }

    /// With the defaults in the place of what was left out.
    var filled: ConnectorInput {
        ConnectorInput(
            name: name ?? "", type: type ?? "string", description: description,
            required: required ?? false, defaultValue: defaultValue ?? "")
    }
}
