import FinMeasure
import FinWire
import Foundation
import FoundationNetworking
import Synchronization
import Testing

@testable import FinWebhooks

/// The receiver over real sockets.
@Suite struct ReceiverTests {
    private static let header = WebhookVerifier.headerName
    private static let event =
        "{\"event_name\":\"fin_status_updated\",\"conversation_id\":\"ld-0001\","
        + "\"user_id\":\"u-77\",\"status\":\"escalated\",\"reason\":\"Routed to team\","
        + "\"created_at_ms\":\"2026-02-03T09:15:07.900Z\"}"
    private static let first =
        "sha256=271cb0537cd83e59eb9e2c4970f5e6162b20dbbbddcd673248934ecce4e03aa4"
    private static let secret = "fin-signing-secret-0001"

    /// Runs a receiver while `body` sends to it.
    private func with(
        _ options: ReceiverOptions,
        _ body: (String, WebhookReceiver) async throws -> Void
    ) async throws -> [WebhookReceipt] {
        let receipts = Receipts()
        let receiver = WebhookReceiver(options) { receipts.add($0) }
        let (ready, hasURL) = AsyncStream.makeStream(of: String.self)
        let serving = Task { try await receiver.run { hasURL.yield($0) } }
        var urls = ready.makeAsyncIterator()
        let url = try #require(await urls.next())
        try await body(url, receiver)
        serving.cancel()
        try await serving.value
        return receipts.all
    }

    private func send(
        _ url: String, _ body: String, _ signature: String?, method: String = "POST"
    ) async throws -> Int {
        var request = URLRequest(url: try #require(URL(string: url + "/hooks/fin")))
        request.httpMethod = method
        if method == "POST" { request.httpBody = Data(body.utf8) }
        request.setValue(signature, forHTTPHeaderField: ReceiverTests.header)
        let (_, response) = try await URLSession.shared.data(for: request)
        return try #require(response as? HTTPURLResponse).statusCode
    }

    private func expect(
        _ status: Int, _ url: String, _ body: String, _ signature: String?,
        method: String = "POST"
    ) async throws {
        let found = try await send(url, body, signature, method: method)
        #expect(found == status, "\(method) \(body.prefix(40))")
    }

    @Test("the published vectors pass over HTTP, everything else is refused with its status")
    func statuses() async throws {
        var options = ReceiverOptions(verifier: WebhookVerifier(secret: ReceiverTests.secret))
        options.bodyLimit = 4096
        let (event, signature) = (ReceiverTests.event, ReceiverTests.first)
        let receipts = try await with(options) { url, receiver in
            try await expect(200, url, event, signature)
            try await expect(200, url, event, signature)
            try await expect(401, url, event + "\n", signature)
            let withLineFeed =
                "sha256=41073b4373a9d5688bbb3a92048c2b2726e602be7bdad242e18aed1fe38ff306"
            try await expect(200, url, event + "\n", withLineFeed)
            try await expect(401, url, event, signature.uppercased())
            try await expect(401, url, event, nil)
            try await expect(401, url, event, String(signature.dropLast(24)))
            try await expect(405, url, "{}", nil, method: "GET")
            let huge = String(repeating: "x", count: 5000)
            try await expect(413, url, huge, signature)
            #expect(
                receiver.counts.verdicts == [
                    .accepted: 1, .duplicate: 2, .badSignature: 3, .unsigned: 1, .oversized: 1,
                    .wrongMethod: 1,
                ])
        }
        #expect(receipts.map(\.isDuplicate) == [false, true, true])
        let one = try #require(receipts.first)
        #expect(one.event.conversationID == TextDigest("ld-0001"))
        #expect(one.event.status == .escalated && one.byteCount == 170)
        #expect(one.received.nanoseconds > 0)
    }

    @Test("during a rotation both secrets are valid, and an empty one never is")
    func rotation() async throws {
        let both = WebhookVerifier(secret: "new", previousSecret: ReceiverTests.secret)
        _ = try await with(ReceiverOptions(verifier: both)) { url, _ in
            try await expect(200, url, ReceiverTests.event, ReceiverTests.first)
        }
        let none = WebhookVerifier(secret: "")
        _ = try await with(ReceiverOptions(verifier: none)) { url, _ in
            try await expect(401, url, ReceiverTests.event, ReceiverTests.first)
        }
    }

    private final class Receipts: Sendable {
        private let list = Mutex<[WebhookReceipt]>([])
        func add(_ receipt: WebhookReceipt) { list.withLock { $0.append(receipt) } }
        var all: [WebhookReceipt] { list.withLock { $0 } }
    }
}
