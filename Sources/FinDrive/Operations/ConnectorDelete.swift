internal import FinProfile

/// `DELETE /data_connectors/{id}`: deletes the connector that the scenario has made itself.
///
/// It must be a draft. One that was only found, a workspace may need.
struct ConnectorDelete: KeptDeletion {
    static let name = "connector_delete"
    static let key = CallMemory.Key.ownConnector

    let folder = "/data_connectors"

    init(_ settings: inout CallSettings) throws(ProfileError) {}
}
