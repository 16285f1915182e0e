internal import FinMeasure
internal import FinProfile

/// `POST /custom_object_instances/{type}`: makes an instance, or changes it, by its external id.
struct ObjectUpsert: APIOperation {
    static let name = "object_upsert"
    static let leaves: Set<CallMemory.Key> = [.object]

    private let folder: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        folder = try settings.objectFolder()
    }

    func request(_ context: CallContext) -> CallRequest {
        var attributes = JSONObject()
        attributes.add("turn", text: String(context.turn.turn))
        var body = JSONObject()
        body.add("external_id", text: context.conversationID)
        body.add("custom_attributes", json: attributes.closed)
        return CallRequest(path: folder, body: body.closed)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let instance = answer.decoded(as: IdentifiedAnswer.self) else { return false }
        memory[.object] = instance.id
        return true
    }
}

extension CallMemory.Key {
    /// The id of the custom object instance made last.
    static let object: CallMemory.Key = "custom object"
}

extension CallSettings {
    /// The path of a custom object type, `Order` where none is given.
    mutating func objectFolder() throws(ProfileError) -> String {
        "/custom_object_instances/" + (try identifier("type", standard: "Order"))
    }
}
