internal import FinLoop
internal import FinProfile

/// `DELETE /secure_mode_secrets/{id}`: ends the rotation of the secret made before.
struct SecretDelete: APIOperation {
    static let name = "secret_delete"
    static let needs: Set<CallMemory.Key> = [.secret]
    static let leaves: Set<CallMemory.Key> = [.revoked]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(
            method: .delete, path: "/secure_mode_secrets/\(context.pathPart(.secretID))")
    }
}
