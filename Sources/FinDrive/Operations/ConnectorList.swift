internal import FinLoop
internal import FinProfile

/// `GET /data_connectors`: a page of the workspace's data connectors.
///
/// Leaves the first one that Fin uses itself and that is live; else the first one at all.
struct ConnectorList: APIOperation {
    static let name = "connector_list"
    static let leaves: Set<CallMemory.Key> = [.connector]

    private let pageSize: Int

    init(_ settings: inout CallSettings) throws(ProfileError) {
        pageSize = try settings.count("per_page", 1...50, standard: 20)
    }

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(method: .get, path: "/data_connectors?per_page=\(pageSize)")
    }

    private struct Page: Decodable {
        struct Connector: Decodable {
            let id: String
            let state: String
            let usesFin: Bool?
            enum CodingKeys: String, CodingKey {
                case id, state
                case usesFin = "direct_fin_usage"
            }
        }
        let data: [Connector]
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let page = answer.decoded(as: Page.self) else { return false }
        let used = page.data.first { $0.state == "live" && $0.usesFin == true }
        memory[.connector] = (used ?? page.data.first)?.id
        return true
    }
}

extension CallMemory.Key {
    /// A data connector's id.
    static let connector: CallMemory.Key = "connector"
    /// The id of the connector that the scenario has made itself.
    static let ownConnector: CallMemory.Key = "made connector"
    /// The id of one execution of that connector.
    static let execution: CallMemory.Key = "execution"
}

extension CallContext {
    /// The path of the connector that an earlier operation has left, with what follows it.
    ///
    /// Where none was left the path names nobody's connector, and the answer is a 404.
    func connectorPath(_ rest: String = "") -> String {
        "/data_connectors/" + pathPart(.connector) + rest
    }

    /// A kept id as a part of a path.
    func pathPart(_ key: CallMemory.Key) -> String {
        guard let id = memory[key], !id.isEmpty else { return "none" }
        return PercentText.encoded(id)
    }
}
