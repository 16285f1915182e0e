internal import FinLoop
private import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

// From a request to the family whose path it names.
extension Routes {
    /// The methods that a path of a family takes; nil where it is none of theirs.
    static func familyMethods(_ path: String) -> [String]? {
        guard let parts = parts(path) else { return nil }
        return APIFamilies.all.lazy.compactMap { $0.methods(parts) }.first
    }

    /// Answers a call of a family; nil where the path is none of theirs.
    func family(_ request: Request, _ context: ConnectionContext) async throws -> Response? {
        guard let parts = Routes.parts(request.uri.path),
            let index = APIFamilies.all.firstIndex(where: { $0.methods(parts) != nil })
        else { return nil }
        hub.value.noteRequest(at: context.received)
        let method = request.method.rawValue
        guard APIFamilies.all[index].methods(parts)?.contains(method) == true else {
            throw APIError.methodNotAllowed
        }
        let key = try key(request)
        try check(request, accepts: "application/json")
        let body = try await collect(request, upTo: APIFamilies.all[index].bodyLimit)
        let query = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        let answer = hub.value.answer(
            FamilyCall(
                method: method, path: parts, query: Dictionary(query) { $1 },
                body: Data(body.readableBytesView), now: Clock.unixNanoseconds() / 1_000_000_000,
                base: hub.value.callBase),
            of: index, key: key, version: request.headers[Fields.version])
        return response(answer)
    }

    /// A path's parts, decoded; nil for one that cannot be.
    private static func parts(_ path: String) -> [String]? {
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            guard let text = part.removingPercentEncoding else { return nil }
            parts.append(text)
        }
        return parts
    }
}

extension Hub {
    /// Counts a call against the limit of its key, and answers it.
    fileprivate func answer(
        _ call: FamilyCall, of family: Int, key: String, version asked: String?
    ) -> PostAnswer {
        ledger.call()
        return answer(key: key) { standing throws(APIError) in
            if let standing, standing.isExceeded { throw APIError.rateLimited(standing.limit) }
            // Answers have one shape in all versions; one that is not served is refused all the same.
            _ = try version(asked)
            let answer = try families[family].answer(call)
            return (answer.status, answer.body)
        }
    }
}
