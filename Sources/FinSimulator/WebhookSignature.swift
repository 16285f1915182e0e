/// The values of the two signature headers, by the simulator's own code.
enum WebhookSignature {
    static let headerName = "X-Fin-Agent-API-Webhook-Signature"
    static let hubHeaderName = "X-Hub-Signature"

    /// `sha256=` and 64 lower-case hexadecimal digits: HMAC-SHA256 of the body.
    ///
    /// - Parameter key: the UTF-8 bytes of the secret as it is shown to the user.
    static func value(key: [UInt8], body: [UInt8]) -> String {
        "sha256=" + digits(Libcrypto.hmacSHA256(key: key, message: body))
    }

    /// `sha1=` and 40 digits: HMAC-SHA1 of a topic's notification.
    ///
    /// - Parameter key: the UTF-8 bytes of the app's client secret.
    static func hubValue(key: [UInt8], body: [UInt8]) -> String {
        "sha1=" + digits(Libcrypto.hmacSHA1(key: key, message: body))
    }

    /// The same with its last digit changed: right in form, wrong for the body.
    static func spoiled(_ value: String) -> String {
        value.dropLast() + (value.last == "0" ? "1" : "0")
    }

    private static func digits(_ bytes: [UInt8]) -> String {
        let digits = bytes.flatMap { [JSONText.hex($0 >> 4), JSONText.hex($0 & 15)] }
        return String(decoding: digits, as: UTF8.self)
    }
}
