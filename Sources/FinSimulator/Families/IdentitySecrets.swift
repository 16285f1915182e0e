#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// Identity verification secrets, and the check of a `user_hash` that the Messenger would make.
///
/// The check has a path of our own, `/finbench/user_hash`: no API of Intercom's answers one. A hash is
/// right when any secret that is not deleted and is enabled for the platform signs the user so.
final class IdentitySecrets: APIFamily {
    /// Secrets at a time: a rotation has two.
    static let limit = 1000
    /// Bytes of a secret's name.
    static let nameLimit = 1000
    /// Hexadecimal digits of a `user_hash`.
    private static let hashDigits = 64

    private struct Metadata: Encodable {
        let type = "identity_verification_secret"
        var id: String
        var name: String
        /// Only in the answer that creates it.
        var secret: String?
        var supportsAndroid: Bool
        var supportsIOS: Bool
        var supportsWeb: Bool
        var createdAt: UInt64

        enum CodingKeys: String, CodingKey {
            case type, id, name, secret
            case supportsAndroid = "supports_android"
            case supportsIOS = "supports_ios"
            case supportsWeb = "supports_web"
            case createdAt = "created_at"
        }

        func supports(_ platform: String) -> Bool {
            switch platform {
            case "android": supportsAndroid
            case "ios": supportsIOS
            default: supportsWeb
            }
        }
    }

    private struct List: Encodable {
        let type = "list"
        var data: [Metadata]
    }

    private struct Creation: Decodable {
        var name: String?
        var supportsAndroid: Bool?
        var supportsIOS: Bool?
        var supportsWeb: Bool?

        enum CodingKeys: String, CodingKey {
            case name
            case supportsAndroid = "supports_android"
            case supportsIOS = "supports_ios"
            case supportsWeb = "supports_web"
        }
    }

    private struct Check: Decodable {
        var userID: String?
        var userHash: String?
        var platform: String?

        enum CodingKeys: String, CodingKey {
            case platform
            case userID = "user_id"
            case userHash = "user_hash"
        }
    }

    private struct Verdict: Encodable { var verified: Bool }

    private var secrets: [(metadata: Metadata, key: [UInt8])] = []
    private var lastID = 100

    init() {}

    static func methods(_ path: [String]) -> [String]? {
        if path == ["finbench", "user_hash"] { return ["POST"] }
        guard path.first == "secure_mode_secrets" else { return nil }
        switch path.count {
        case 1: return ["GET", "POST"]
        case 2: return ["DELETE"]
        default: return nil
        }
    }

    func answer(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        if call.path[0] == "finbench" { return try check(call) }
        switch call.method {
        case "GET": return try .json(List(data: secrets.map(\.metadata)))
        case "POST": return try create(call)
        default:
            guard let index = secrets.firstIndex(where: { $0.metadata.id == call.path[1] }) else {
                throw APIError(
                    status: 404, code: "identity_verification_secret_not_found",
                    message: "Identity verification secret not found")
            }
            secrets.remove(at: index)
            return .empty
        }
    }

    private func create(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let request = try call.decoded(as: Creation.self)
        guard let name = request.name, !name.isEmpty else {
            throw IdentitySecrets.refusal("name is required")
        }
        guard name.utf8.count <= IdentitySecrets.nameLimit else {
            throw IdentitySecrets.refusal(
                "name can have \(IdentitySecrets.nameLimit) bytes at most")
        }
        let platforms = [request.supportsAndroid, request.supportsIOS, request.supportsWeb]
        guard platforms.contains(true) else {
            throw IdentitySecrets.refusal("at least one platform must be enabled")
        }
        guard secrets.count < IdentitySecrets.limit else {
            throw IdentitySecrets.refusal("there are \(secrets.count) secrets: delete some")
        }
        var made = Metadata(
            id: "", name: name, supportsAndroid: request.supportsAndroid ?? false,
            supportsIOS: request.supportsIOS ?? false, supportsWeb: request.supportsWeb ?? false,
            createdAt: call.now)
        let secret = IdentitySecrets.random()
        made.id = keep(made, secret)
        made.secret = secret
        return try .json(made, status: 201)
    }

    /// Takes a secret that nobody has created by a call, valid on every platform.
    func plant(_ secret: String) {
        let planted = Metadata(
            id: "", name: "planted", supportsAndroid: true, supportsIOS: true, supportsWeb: true,
            createdAt: 0)
        _ = keep(planted, secret)
    }

    /// Keeps a secret under an id of its own, which it answers.
    private func keep(_ metadata: Metadata, _ secret: String) -> String {
        lastID += 1
        var metadata = metadata
        metadata.id = String(lastID)
        secrets.append((metadata: metadata, key: Array(secret.utf8)))
        return metadata.id
    }

    private func check(_ call: FamilyCall) throws(APIError) -> FamilyAnswer {
        let request = try call.decoded(as: Check.self)
        guard let user = request.userID, let hash = request.userHash else {
            throw .invalid("user_id and user_hash are required")
        }
        let isRight = isRight(hash, of: user, on: request.platform ?? "web")
        return try .json(Verdict(verified: isRight))
    }

    /// Whether any secret of the platform signs the user so.
    ///
    /// The mobile SDKs take lower case alone, the web either.
    private func isRight(_ hash: String, of user: String, on platform: String) -> Bool {
        guard hash.utf8.count == IdentitySecrets.hashDigits else { return false }
        let isMobile = platform == "ios" || platform == "android"
        let claimed = Array((isMobile ? hash : hash.lowercased()).utf8)
        let message = Array(user.utf8)
        return secrets.contains { secret in
            guard secret.metadata.supports(platform) else { return false }
            let mac = Libcrypto.hmacSHA256(key: secret.key, message: message)
            return mac.flatMap { [JSONText.hex($0 >> 4), JSONText.hex($0 & 15)] } == claimed
        }
    }

    private static func refusal(_ message: String) -> APIError {
        APIError(status: 422, code: "parameter_invalid", message: message)
    }

    /// 256 random bits in base64url without padding: 43 characters.
    private static func random() -> String {
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        return Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
