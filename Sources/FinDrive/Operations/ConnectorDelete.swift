internal import FinLoop
internal import FinProfile

/// `DELETE /data_connectors/{id}`: deletes the connector that the scenario has made itself.
///
/// It must be a draft. One that was only found, a workspace may need.
struct ConnectorDelete: APIOperation {
    static let name = "connector_delete"
    static let needs: Set<CallMemory.Key> = [.ownConnector]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(
            method: .delete, path: "/data_connectors/" + context.pathPart(.ownConnector))
    }

    private struct Deleted: Decodable {
        let id: String
        let deleted: Bool
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let gone = answer.decoded(as: Deleted.self) else { return false }
        return gone.deleted && gone.id == memory[.ownConnector]
    }
}
