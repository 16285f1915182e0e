/// `X-Fin-Signature`, by the simulator's own code: lower-case hexadecimal digits without a prefix.
enum HelpdeskSignature {
    /// HMAC-SHA256 of the time stamp, a colon and the body, or a GET's parameters.
    ///
    /// - Parameter key: the UTF-8 bytes of the key as it is shown to the user.
    static func value(key: String, timestamp: String, message: [UInt8]) -> String {
        let mac = Libcrypto.hmacSHA256(
            key: Array(key.utf8), message: Array(timestamp.utf8) + [UInt8(ascii: ":")] + message)
        let digits = mac.flatMap { [JSONText.hex($0 >> 4), JSONText.hex($0 & 15)] }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The parameters as they were sent, sorted by name.
    static func sorted(_ query: String) -> String {
        query.split(separator: "&").map { pair in
            (name: pair.prefix { $0 != "=" }, pair: pair)
        }.sorted { ($0.name, $0.pair) < ($1.name, $1.pair) }.map(\.pair).joined(separator: "&")
    }

    /// Refuses a call that is not signed by the key, or too long ago.
    ///
    /// - Parameters:
    ///   - now: Unix seconds.
    ///   - skew: seconds that the time stamp may lie from that.
    static func check(
        _ call: HelpdeskCall, key: String, now: UInt64, skew: UInt64
    ) throws(HelpdeskProblem) {
        guard let timestamp = call.timestamp, let claimed = call.signature else {
            throw .unauthorized("X-Fin-Request-Timestamp and X-Fin-Signature are required")
        }
        guard let seconds = UInt64(timestamp), max(seconds, now) - min(seconds, now) <= skew else {
            throw .unauthorized("X-Fin-Request-Timestamp must be within \(skew) s of now")
        }
        let message = call.isRead ? Array(sorted(call.query).utf8) : call.body
        if value(key: key, timestamp: timestamp, message: message) != claimed {
            throw .unauthorized("X-Fin-Signature is not that of this call")
        }
    }
}
