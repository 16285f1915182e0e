internal import FinProfile

/// `POST …/oauth/token`: a bearer token by client credentials (RFC 6749, section 4.4).
struct HelpdeskToken: APIOperation {
    static let name = "helpdesk_token"
    static let leaves: Set<CallMemory.Key> = [.helpdeskToken]
    static let part = SyncSteps.Part.token

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        let helpdesk = context.plan.profile.helpdesk
        let form = [
            ("grant_type", "client_credentials"), ("client_id", helpdesk.client),
            ("client_secret", context.helpdesk.secrets.clientSecret),
        ].map { "\($0)=\(PercentText.encoded($1))" }.joined(separator: "&")
        var request = CallRequest(path: helpdesk.tokenPath)
        request.body = Array(form.utf8)
        request.ownHeaders =
            HelpdeskHeaders.common + ["Content-Type: application/x-www-form-urlencoded"]
        return request
    }

    private struct Answer: Decodable {
        // RFC 6749 names it so.
        var access_token: String
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let token = answer.decoded(as: Answer.self)?.access_token,
            // It stands in a header line.
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return false }
        memory[.helpdeskToken] = token
        return true
    }
}
