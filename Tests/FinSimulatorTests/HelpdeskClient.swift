import FinLoop
import FinProfile
import Foundation
import Testing

@testable import FinSimulator

/// Fin's side of a helpdesk, in a test: fetches a token and signs calls with it.
struct HelpdeskClient {
    let server: TestServer
    let token: String
    var signingKey = SimulatorSettings.Helpdesk.localSecret

    init(_ server: TestServer) async throws {
        self.server = server
        let response = try await HelpdeskClient.fetchToken(server)
        guard let token = response.json["access_token"] as? String else {
            throw TestFailure("no token in \"\(response.body)\"")
        }
        self.token = token
    }

    static func fetchToken(
        _ server: TestServer, secret: String = SimulatorSettings.Helpdesk.localSecret,
        grant: String = "client_credentials"
    ) async throws -> TestResponse {
        try await server.send(
            "POST", "/helpdesk/oauth/token",
            body: "grant_type=\(grant)&client_id=fin&client_secret=\(secret)",
            isAuthorized: false)
    }

    /// Sends one signed call; a GET's parameters stand in the path.
    func send(
        _ method: String, _ path: String, _ body: String = "", timestamp: String? = nil,
        signature: String? = nil
    ) async throws -> TestResponse {
        let time = timestamp ?? String(Clock.unixNanoseconds() / 1_000_000_000)
        let query = path.split(separator: "?").dropFirst().first.map(String.init) ?? ""
        let message = method == "GET" ? HelpdeskSignature.sorted(query) : body
        let own = HelpdeskSignature.value(
            key: signingKey, timestamp: time, message: Array(message.utf8))
        return try await server.send(
            method, "/helpdesk" + path,
            headers: [
                "Authorization": "Bearer \(token)", "X-Fin-Request-Timestamp": time,
                "X-Fin-Signature": signature ?? own,
            ], body: body, isAuthorized: false)
    }

    /// What the helpdesk says that it holds.
    func state(_ key: String) async throws -> Int? {
        try await server.send("GET", "/finbench/helpdesk").json[key] as? Int
    }
}
