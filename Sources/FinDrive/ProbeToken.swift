internal import FinWire
private import Foundation

/// What a stream's access token says of its own life, if it is a JWT; nothing else of it is kept.
///
/// - Source: RFC 7519, `iat` and `exp`: seconds since 1970.
struct ProbeToken: Sendable, Equatable {
    /// Unix seconds of issue.
    var issued: Int64?
    /// Unix seconds of the end; nil when the token does not say.
    var expires: Int64?
    /// Whether it has a JWT's form.
    var isReadable: Bool

    /// From issue to end in seconds.
    var lifeSeconds: Int64? {
        guard let issued, let expires else { return nil }
        let (life, isTooFar) = expires.subtractingReportingOverflow(issued)
        return isTooFar ? nil : life
    }

    /// Reads a token; its signature is not ours to check.
    init(_ token: Substring, _ scanner: inout EventScanner) {
        isReadable = false
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let claims = ProbeToken.decode(parts[1]) else { return }
        guard let members = try? scanner.outline(claims.span, showing: [["iat"], ["exp"]]) else {
            return
        }
        isReadable = true
        issued = members.first { $0.path == ["iat"] }?.integer
        expires = members.first { $0.path == ["exp"] }?.integer
    }

    /// base64url without padding (RFC 4648, section 5).
    private static func decode(_ text: Substring) -> [UInt8]? {
        var plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        while plain.count % 4 != 0 { plain.append("=") }
        return Data(base64Encoded: String(plain)).map { [UInt8]($0) }
    }
}
