import Foundation
import Testing

@testable import FinSimulator

/// Calls of a family without a server around it.
protocol FamilyCalls {}

extension FamilyCalls {
    typealias Object = [String: Any]

    /// Answers a call.
    ///
    /// - Parameter now: Unix seconds.
    func call(
        _ family: any APIFamily, _ method: String, _ path: String, _ query: [String: String] = [:],
        _ body: String = "", now: UInt64 = 1_770_000_000
    ) throws -> (status: Int, body: Object) {
        let parts = path.split(separator: "/").map(String.init)
        #expect(type(of: family).methods(parts)?.contains(method) == true, "\(method) \(path)")
        let answer = try family.answer(
            FamilyCall(
                method: method, path: parts, query: query, body: Data(body.utf8), now: now,
                base: "http://127.0.0.1:80"))
        if answer.body.isEmpty { return (answer.status, [:]) }
        let json = try JSONSerialization.jsonObject(with: Data(answer.body))
        return (answer.status, try #require(json as? Object))
    }

    /// Status, code and message of a refusal; empty where there is none.
    func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch let error as APIError {
            return "\(error.status) \(error.code) \(error.message)"
        } catch {
            return "\(error)"
        }
    }
}
