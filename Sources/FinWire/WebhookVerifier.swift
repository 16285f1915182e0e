// Hot: once per webhook.

/// Verifies and makes the signatures of Fin Agent API webhooks.
///
/// Immutable: make it once, share it between threads. Over the raw received bytes: a body that was
/// parsed and written again no longer matches.
public struct WebhookVerifier: Sendable {
    /// The name of the header that carries the signature.
    public static let headerName = "X-Fin-Agent-API-Webhook-Signature"

    private let key: SignatureKey

    /// Takes the signing secret as displayed in the Fin Agent API settings.
    ///
    /// - Parameters:
    ///   - secret: its UTF-8 bytes are the key; while it is empty nothing is valid.
    ///   - previousSecret: valid as well, during a rotation.
    ///   - allowsUpperCase: whether upper-case digits are taken as well.
    public init(secret: String, previousSecret: String? = nil, allowsUpperCase: Bool = false) {
        key = SignatureKey(
            .finWebhook, secret: secret, previousSecret: previousSecret,
            allowsUpperCase: allowsUpperCase)
    }

    /// Whether a header is the signature of a body.
    ///
    /// - Parameters:
    ///   - header: the header's value as received; empty when it is missing.
    ///   - body: the raw body as received.
    /// - Complexity: O(body.count): (n + 8) / 64 + 2 compressions of SHA-256; no allocation.
    public func verify(header: Span<UInt8>, body: Span<UInt8>) -> Bool {
        key.verify(header, of: body)
    }

    /// The header's value for a body; `nil` without a secret.
    public func header(for body: Span<UInt8>) -> String? { key.signature(of: body) }
}
