internal import FinLoop
internal import FinProfile

/// `GET /data_connectors/{id}`: the connector that an earlier operation has left.
struct ConnectorGet: APIOperation {
    static let name = "connector_get"
    static let needs: Set<CallMemory.Key> = [.connector]

    private let version: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        version = try settings.word("state_version", ["live", "draft"], standard: "live")
    }

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(
            method: .get, path: context.connectorPath("?state_version=\(version)"))
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: ConnectorAnswer.self)?.id == memory[.connector]
    }
}
