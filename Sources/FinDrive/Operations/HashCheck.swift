internal import FinMeasure
internal import FinProfile
internal import FinWire

/// A `user_hash` made with the secret at hand, put before the verifier: a wrong verdict either way is
/// a failure.
///
/// The path is the simulator's own: no API of Intercom's answers it, the Messenger does.
private func hashRequest(_ context: CallContext) -> CallRequest {
    let user = context.plan.userID(context.turn.user)
    let key = SignatureKey(.userHash, secret: context.memory[.secret] ?? "")
    var body = JSONObject()
    body.add("user_id", text: user)
    body.add("user_hash", text: key.signature(of: Array(user.utf8).span) ?? "")
    body.add("platform", text: "web")
    return CallRequest(path: "/finbench/user_hash", body: body.closed)
}

private struct Verdict: Decodable { var verified: Bool }

/// The hash of a secret that stands: it must be taken.
struct HashCheck: APIOperation {
    static let name = "hash_check"
    static let needs: Set<CallMemory.Key> = [.secret]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest { hashRequest(context) }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: Verdict.self)?.verified == true
    }
}

/// The hash of a secret that was deleted: it must be refused.
struct RevokedHashCheck: APIOperation {
    static let name = "revoked_hash_check"
    static let needs: Set<CallMemory.Key> = [.revoked]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest { hashRequest(context) }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: Verdict.self)?.verified == false
    }
}
