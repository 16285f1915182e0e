// Hot: once per signature.

/// How a sender turns a message into the text of a signature.
public enum SignatureScheme: Sendable, CaseIterable {
    /// `X-Fin-Agent-API-Webhook-Signature`: `sha256=` and HMAC-SHA256 of the body.
    case finWebhook
    /// `X-Hub-Signature`: `sha1=` and HMAC-SHA1 of the body.
    case hub
    /// `X-Fin-Signature`: HMAC-SHA256 of the timestamp, a colon and the body or sorted parameters.
    case helpdesk
    /// `user_hash`: HMAC-SHA256 of the user's ID or e-mail.
    case userHash

    var function: DigestFunction { self == .hub ? .sha1 : .sha256 }

    var prefix: StaticString {
        switch self {
        case .finWebhook: "sha256="
        case .hub: "sha1="
        case .helpdesk, .userHash: ""
        }
    }
}

/// The secrets that sign or verify messages of one scheme.
///
/// Immutable: make it once, share it between threads. An empty secret is no secret: it neither
/// signs nor verifies, so a forgotten setting cannot open the door.
public struct SignatureKey: Sendable {
    /// The scheme both sides follow.
    public let scheme: SignatureScheme
    /// Whether upper-case digits are taken as well; the real senders use lower case.
    public let allowsUpperCase: Bool
    private let keys: [MessageKey]

    /// Takes secrets as text: the key is the text's UTF-8 bytes, not decoded.
    ///
    /// - Parameters:
    ///   - scheme: how messages are signed.
    ///   - secret: signs, and verifies; may be empty.
    ///   - previousSecret: verifies too, during a rotation.
    ///   - allowsUpperCase: whether upper-case digits are taken as well.
    public init(
        _ scheme: SignatureScheme, secret: String, previousSecret: String? = nil,
        allowsUpperCase: Bool = false
    ) {
        let secrets = [secret, previousSecret ?? ""].map { Array($0.utf8) }
        self.init(scheme, secrets: secrets, allowsUpperCase: allowsUpperCase)
    }

    /// Takes secrets as bytes; any of them verifies, the first that is not empty signs.
    public init(
        _ scheme: SignatureScheme, secrets: [[UInt8]], allowsUpperCase: Bool = false
    ) {
        self.scheme = scheme
        self.allowsUpperCase = allowsUpperCase
        keys = secrets.filter { !$0.isEmpty }.map { MessageKey($0.span, scheme.function) }
    }

    /// Whether `signature` is this key's for `message`.
    ///
    /// Accepts the scheme's prefix and lower-case digits of exactly its length, nothing else: no
    /// spaces, no second value. The comparison takes the same time wherever codes differ.
    /// - Parameters:
    ///   - signature: the header's value as received; empty when it is missing.
    ///   - message: the raw body as received.
    /// - Complexity: O(message.count); no allocation.
    public func verify(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        guard let claimed = claimedCode(signature) else { return false }
        for index in keys.indices where keys[index].code(message).isEqual(to: claimed) {
            return true
        }
        return false
    }

    /// Whether `signature` is this key's for `timestamp`, a colon and `message`.
    ///
    /// The age of the timestamp is the caller's to judge.
    public func verify(
        _ signature: Span<UInt8>, timestamp: Span<UInt8>, message: Span<UInt8>
    ) -> Bool {
        let colon: InlineArray<1, UInt8> = [UInt8(ascii: ":")]
        return verify(signature, timestamp, colon.span, message)
    }

    private func verify(
        _ signature: Span<UInt8>, _ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>
    ) -> Bool {
        guard let claimed = claimedCode(signature) else { return false }
        for index in keys.indices
        where keys[index].code(first, second, third).isEqual(to: claimed) { return true }
        return false
    }

    /// The code that a signature states; `nil` unless it has the scheme's exact form.
    private func claimedCode(_ signature: Span<UInt8>) -> MessageCode? {
        let prefixCount = scheme.prefix.utf8CodeUnitCount
        let byteCount = scheme.function.byteCount
        guard signature.count == prefixCount + 2 * byteCount, hasPrefix(signature) else {
            return nil
        }
        return MessageCode(
            hex: signature.extracting(prefixCount...), scheme.function,
            allowsUpperCase: allowsUpperCase)
    }

    @inline(__always) private func hasPrefix(_ signature: Span<UInt8>) -> Bool {
        switch scheme {
        case .finWebhook: ByteScan.begins(signature, 0, signature.count, "sha256=")
        case .hub: ByteScan.begins(signature, 0, signature.count, "sha1=")
        case .helpdesk, .userHash: true
        }
    }

    /// The signature of `message`, prefix included; `nil` without a secret.
    public func signature(of message: Span<UInt8>) -> String? {
        signature(Span(), Span(), message)
    }

    /// The signature of `timestamp`, a colon and `message`; `nil` without a secret.
    public func signature(timestamp: Span<UInt8>, message: Span<UInt8>) -> String? {
        let colon: InlineArray<1, UInt8> = [UInt8(ascii: ":")]
        return signature(timestamp, colon.span, message)
    }

    private func signature(
        _ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>
    ) -> String? {
        guard let key = keys.first else { return nil }
        let digits = key.code(first, second, third).hex
        // Cold: text is made to be sent in a header, never to be compared.
        return "\(scheme.prefix)" + String(decoding: digits, as: UTF8.self)
    }
}
