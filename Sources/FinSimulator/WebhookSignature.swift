/// The value of `X-Fin-Agent-API-Webhook-Signature`, by the simulator's own code.
enum WebhookSignature {
    static let headerName = "X-Fin-Agent-API-Webhook-Signature"

    /// `sha256=` and 64 lower-case hexadecimal digits: HMAC-SHA256 of the body.
    ///
    /// - Parameter key: the UTF-8 bytes of the secret as it is shown to the user.
    static func value(key: [UInt8], body: [UInt8]) -> String {
        let mac = Libcrypto.hmacSHA256(key: key, message: body)
        let digits = mac.flatMap { [JSONText.hex($0 >> 4), JSONText.hex($0 & 15)] }
        return "sha256=" + String(decoding: digits, as: UTF8.self)
    }

    /// The same with its last digit changed: right in form, wrong for the body.
    static func spoiled(_ value: String) -> String {
        value.dropLast() + (value.last == "0" ? "1" : "0")
    }
}
