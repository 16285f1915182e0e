internal import FinLoop
internal import FinProfile

/// `DELETE /secure_mode_secrets/{id}`: ends the rotation of the secret made before.
struct SecretDelete: KeptCall {
    static let name = "secret_delete"
    static let needs: Set<CallMemory.Key> = [.secret]
    static let leaves: Set<CallMemory.Key> = [.revoked]
    static let key = CallMemory.Key.secretID
    static let method = CallMethod.delete

    let folder = "/secure_mode_secrets"

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    /// 204: there is nothing to read.
    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool { true }
}
