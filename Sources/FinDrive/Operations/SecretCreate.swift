internal import FinProfile

/// `POST /secure_mode_secrets`: a new identity verification secret; the answer alone shows it.
struct SecretCreate: APIOperation {
    static let name = "secret_create"
    static let leaves: Set<CallMemory.Key> = [.secret]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        var body = JSONObject()
        body.add("name", text: context.conversationID)
        body.add("supports_web", json: Array("true".utf8))
        return CallRequest(path: "/secure_mode_secrets", body: body.closed)
    }

    private struct Made: Decodable {
        var id: String
        var secret: String
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let made = answer.decoded(as: Made.self), !made.secret.isEmpty else { return false }
        memory[.secret] = made.secret
        memory[.secretID] = made.id
        return true
    }
}

extension CallMemory.Key {
    /// The identity verification secret made last; kept after it is deleted, to be refused.
    static let secret: CallMemory.Key = "secret"
    /// Its id.
    static let secretID: CallMemory.Key = "secret id"
    /// It was deleted.
    static let revoked: CallMemory.Key = "deleted secret"
}
