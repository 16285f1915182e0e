internal import FinMeasure
private import Foundation

/// The token endpoint: OAuth 2.0 client credentials (RFC 6749, section 4.4).
struct HelpdeskTokens {
    /// The only client; its name is no secret.
    static let client = "fin"
    private static let channel = "helpdesk"

    private let signer: TokenSigner
    private let secret: String
    private let life: UInt64
    private var count = 0

    /// - Parameters:
    ///   - seed: makes the tokens of two simulators differ.
    ///   - secret: the client's.
    ///   - life: seconds from a token's issue to its end, 1 at least.
    init(seed: UInt64, secret: String, life: UInt64) {
        signer = TokenSigner(key: Array("finbench-helpdesk-\(seed)".utf8), life: life)
        self.secret = secret
        self.life = life
    }

    /// Answers a form of `grant_type`, and the client in the form or in `Authorization: Basic`.
    mutating func issue(
        form: [UInt8], authorization: String?, now: UInt64
    ) -> (status: Int, json: JSONValue) {
        let fields = HelpdeskTokens.fields(String(decoding: form, as: UTF8.self))
        guard let grant = fields["grant_type"] else {
            return HelpdeskTokens.error("invalid_request")
        }
        if grant != "client_credentials" { return HelpdeskTokens.error("unsupported_grant_type") }
        let basic = HelpdeskTokens.basic(authorization)
        guard basic?.client ?? fields["client_id"] == HelpdeskTokens.client,
            basic?.secret ?? fields["client_secret"] == secret
        else { return HelpdeskTokens.error("invalid_client", status: 401) }
        count += 1
        // The number tells tokens of one second apart.
        let token = signer.issue(channel: HelpdeskTokens.channel, turn: count, now: now)
        return (
            200,
            .object([
                "access_token": .string(token), "token_type": .string("Bearer"),
                "expires_in": .number(Double(life)),
            ])
        )
    }

    /// Refuses a call without a token of ours that has not expired.
    func check(_ authorization: String?, now: UInt64) throws(HelpdeskProblem) {
        let words = (authorization ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            throw .unauthorized("A bearer token is required")
        }
        do throws(TokenFault) {
            let claims = try signer.read(String(words[1]), now: now)
            if claims.channel != HelpdeskTokens.channel { throw TokenFault.foreign }
        } catch {
            throw .unauthorized(
                error == .expired ? "The token has expired" : "The token is not one of ours")
        }
    }

    private static func error(_ code: String, status: Int = 400) -> (Int, JSONValue) {
        (status, .object(["error": .string(code)]))
    }

    /// The fields of `application/x-www-form-urlencoded`.
    private static func fields(_ form: String) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let words = parts.map { part in
                let text = part.replacing("+", with: " ")
                return text.removingPercentEncoding ?? String(text)
            }
            fields[words[0]] = words.count > 1 ? words[1] : ""
        }
        return fields
    }

    private static func basic(_ authorization: String?) -> (client: String, secret: String)? {
        let words = (authorization ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic",
            let data = Data(base64Encoded: String(words[1]))
        else { return nil }
        let parts = String(decoding: data, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}
