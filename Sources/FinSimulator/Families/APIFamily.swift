#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One of the other APIs: its paths and its state.
///
/// A new one is a file in this folder and a line in `all` below. Lives on the one event loop, as the
/// hub does: no lock, and memory within a bound of its own.
protocol APIFamily: AnyObject, SendableMetatype {
    init()

    /// The methods of a path; nil where the path is none of this family.
    ///
    /// - Parameter path: its parts, decoded.
    static func methods(_ path: [String]) -> [String]?

    /// The most bytes of a call's body.
    static var bodyLimit: Int { get }

    /// Answers a call of one of those methods.
    func answer(_ call: FamilyCall) throws(APIError) -> FamilyAnswer
}

extension APIFamily {
    static var bodyLimit: Int { 1 << 20 }
}

/// The families that are served.
enum APIFamilies {
    static let all: [any APIFamily.Type] = [
        AIContent.self, CustomObjects.self, CustomChannel.self, IdentitySecrets.self,
    ]
}

/// A call whose body is complete.
struct FamilyCall {
    let method: String
    /// The path's parts, decoded.
    let path: [String]
    let query: [String: String]
    let body: Data
    /// Unix seconds.
    let now: UInt64
    /// The server's own base URL, for addresses inside an answer.
    var base = ""

    /// The body as a value.
    func decoded<Value: Decodable>(as type: Value.Type) throws(APIError) -> Value {
        try TurnRequest.parse(type, body)
    }

    /// A whole number of the query within bounds; `standard` where it is not given.
    func count(
        _ key: String, _ bounds: ClosedRange<Int>, standard: Int
    ) throws(APIError) -> Int {
        guard let text = query[key] else { return standard }
        guard let count = Int(text), bounds.contains(count) else {
            throw .invalid(
                "\(key) must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return count
    }
}

/// What a family answers with.
struct FamilyAnswer {
    let status: Int
    let body: [UInt8]

    /// A value as JSON, its keys sorted.
    static func json(_ value: some Encodable, status: Int = 200) throws(APIError) -> FamilyAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return FamilyAnswer(status: status, body: [UInt8](try encoder.encode(value)))
        } catch {
            throw .serverError
        }
    }

    /// 204: done, and nothing to say.
    static let empty = FamilyAnswer(status: 204, body: [])
}
