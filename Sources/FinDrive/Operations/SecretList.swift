internal import FinLoop
internal import FinProfile

/// `GET /secure_mode_secrets`: the secrets' metadata; one that shows a secret is malformed.
struct SecretList: APIOperation {
    static let name = "secret_list"

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(method: .get, path: "/secure_mode_secrets")
    }

    private struct List: Decodable {
        struct Entry: Decodable {
            var id: String
            var secret: String?
        }
        var data: [Entry]
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: List.self)?.data.allSatisfy { $0.secret == nil } == true
    }
}
