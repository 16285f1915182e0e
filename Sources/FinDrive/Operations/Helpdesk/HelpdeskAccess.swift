internal import FinProfile
internal import FinWire

/// What a call to a helpdesk, or of one to Fin, is made with.
struct HelpdeskAccess: Sendable {
    let secrets: HelpdeskSecrets
    private let key: SignatureKey

    init(_ secrets: HelpdeskSecrets) {
        self.secrets = secrets
        key = SignatureKey(.helpdesk, secret: secrets.signingKey)
    }

    /// `X-Fin-Request-Timestamp` and `X-Fin-Signature` of a body, or of a GET's sorted parameters.
    ///
    /// - Parameter seconds: Unix time.
    func signature(of message: [UInt8], seconds: UInt64) -> [String] {
        let timestamp = String(seconds)
        let bytes = Array(timestamp.utf8)
        let signature = key.signature(timestamp: bytes.span, message: message.span)
        return ["X-Fin-Request-Timestamp: \(timestamp)", "X-Fin-Signature: \(signature ?? "")"]
    }
}
