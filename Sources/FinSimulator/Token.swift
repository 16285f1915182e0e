#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// What an access token says.
struct TokenClaims: Codable, Equatable, Sendable {
    /// Unix seconds of issue.
    var iat: UInt64
    /// Unix seconds of the end.
    var exp: UInt64
    /// The only channel it opens.
    var channel: String
    /// The turn it was issued for.
    ///
    /// Two turns may begin within one second; without it their tokens
    /// would be equal, and the second would be revoked with the first.
    var turn: Int
}

/// Why a stream cannot be opened: an error of the realtime host.
struct TokenFault: Error, Equatable {
    let code: Int
    let message: String

    static let missing = TokenFault(code: 40101, message: "No access token")
    static let revoked = TokenFault(code: 40141, message: "Token revoked")
    static let expired = TokenFault(code: 40142, message: "Token expired")
    static let malformed = TokenFault(code: 40144, message: "Invalid access token")
    static let foreign = TokenFault(code: 40160, message: "Token does not open this channel")

    /// The error object, as a body carries it under `error` and an `event: error` frame bare.
    var json: String {
        "{\"message\":\"\(message)\",\"code\":\(code),\"statusCode\":401,"
            + "\"href\":\"https://help.ably.io/error/\(code)\"}"
    }
}

/// Issues and reads HS256 tokens (RFC 7519).
struct TokenSigner: Sendable {
    private let key: [UInt8]
    private let life: UInt64
    // {"alg":"HS256","typ":"JWT"}
    private static let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

    /// - Parameters:
    ///   - key: the signing key, any bytes.
    ///   - life: seconds from a token's issue to its end.
    init(key: [UInt8], life: UInt64 = 180) {
        self.key = key
        self.life = life
    }

    /// A token for one channel and turn, issued at `now` (Unix seconds).
    func issue(channel: String, turn: Int, now: UInt64) -> String {
        let claims =
            Array("{\"iat\":\(now),\"exp\":\(now + life),\"channel\":".utf8)
            + JSONText.quoted(channel) + Array(",\"turn\":\(turn)}".utf8)
        let signed = TokenSigner.header + "." + Base64URL.encode(claims)
        let mac = Libcrypto.hmacSHA256(key: key, message: Array(signed.utf8))
        return signed + "." + Base64URL.encode(mac)
    }

    /// The claims of a token that we signed and that has not expired.
    func read(_ token: String, now: UInt64) throws(TokenFault) -> TokenClaims {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        let mac = Libcrypto.hmacSHA256(key: key, message: signed)
        guard Base64URL.encode(mac) == parts[2],
            let bytes = Base64URL.decode(parts[1]),
            let claims = try? JSONDecoder().decode(TokenClaims.self, from: Data(bytes))
        else { throw .malformed }
        if claims.exp <= now { throw .expired }
        return claims
    }
}

/// The URL-safe alphabet without padding (RFC 4648, section 5).
enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(alphabet[Int(bits >> bitCount & 63)])
            }
        }
        if bitCount > 0 { text.append(alphabet[Int(bits << (6 - bitCount) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for a character outside the alphabet.
    static func decode(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        return bytes
    }
}
