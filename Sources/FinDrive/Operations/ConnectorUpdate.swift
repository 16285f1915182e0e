internal import FinLoop
internal import FinProfile

/// `PATCH /data_connectors/{id}`: changes the description, or the state, of the kept connector.
struct ConnectorUpdate: APIOperation {
    static let name = "connector_update"
    static let needs: Set<CallMemory.Key> = [.connector]

    /// nil: the description alone.
    private let state: String?

    init(_ settings: inout CallSettings) throws(ProfileError) {
        let word = try settings.word("state", ["kept", "live", "draft"], standard: "kept")
        state = word == "kept" ? nil : word
    }

    func request(_ context: CallContext) -> CallRequest {
        var body = JSONObject()
        if let state {
            body.add("state", text: state)
        } else {
            body.add("description", text: "Changed by \(context.conversationID)")
        }
        return CallRequest(method: .patch, path: context.connectorPath(), body: body.closed)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let changed = answer.decoded(as: ConnectorAnswer.self) else { return false }
        return changed.id == memory[.connector] && (state == nil || changed.state == state)
    }
}
