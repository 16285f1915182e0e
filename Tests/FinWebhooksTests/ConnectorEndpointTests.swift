import FinMeasure
import FinTestThreads
import Foundation
import FoundationNetworking
import Testing

@testable import FinWebhooks

@Suite("The endpoint of data connectors", .sockets)
struct ConnectorEndpointTests {
    private func with(
        _ options: ConnectorEndpoint.Options,
        _ body: (String, ConnectorEndpoint) async throws -> Void
    ) async throws {
        let endpoint = ConnectorEndpoint(options)
        try await withServer({ try await endpoint.run(onReady: $0) }) { url in
            try await body(url, endpoint)
        }
    }

    private func call(_ url: String, _ method: String, body: String? = nil) async throws -> Int {
        var request = URLRequest(url: try #require(URL(string: url)))
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        let (_, response) = try await URLSession.shared.data(for: request)
        return try #require(response as? HTTPURLResponse).statusCode
    }

    private func expect(
        _ status: Int, _ url: String, _ method: String, body: String? = nil
    ) async throws {
        let found = try await call(url, method, body: body)
        #expect(found == status, "\(method) \(url)")
    }

    private func options(
        _ answerTime: Distribution, failures: Double = 0
    ) -> ConnectorEndpoint.Options {
        .init(host: "127.0.0.1", port: 0, answerTime: answerTime, failures: failures, seed: 1)
    }

    @Test("answers any method and path after its time, and keeps each call once")
    func answers() async throws {
        try await with(options(.fixed(30e6))) { url, endpoint in
            try await expect(200, "\(url)/orders?conversation_id=c%201", "GET")
            try await expect(200, "\(url)/", "POST", body: "{}")
            try await expect(200, "\(url)/x/y", "DELETE")
            let (visits, lost) = endpoint.take()
            #expect(visits.map(\.conversationID) == ["c 1", "", ""] && lost == 0)
            #expect(visits.allSatisfy { $0.length >= .milliseconds(30) })
            #expect(endpoint.take().visits.isEmpty)
        }
    }

    @Test("fails the share that it is told to, and refuses a body above its limit")
    func failures() async throws {
        try await with(options(.fixed(0), failures: 1)) { url, endpoint in
            try await expect(500, url, "GET")
            let long = String(repeating: "x", count: ConnectorEndpoint.bodyLimit + 1)
            try await expect(413, url, "POST", body: long)
            #expect(endpoint.take().visits.count == 1)
        }
    }

    @Test("an address that is not this machine's cannot be bound, and that is said")
    func refused() async throws {
        var options = options(.fixed(0))
        options.host = "192.0.2.1"
        let endpoint = ConnectorEndpoint(options)
        let error = await #expect(throws: ReceiverError.self) { try await endpoint.run { _ in } }
        #expect(error?.description.contains("\"192.0.2.1:0\" cannot be bound") == true)
    }

    @Test(
        "a listener's URL is one that a sender on this machine can use",
        arguments: [
            ("127.0.0.2", "http://127.0.0.2:80"), ("0.0.0.0", "http://127.0.0.1:80"),
            ("::", "http://127.0.0.1:80"), ("::1", "http://[::1]:80"),
        ])
    func url(host: String, url: String) {
        #expect(HTTPListener(host: host, port: 0).url(port: 80) == url)
    }
}
