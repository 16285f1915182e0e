import FinMeasure
import FinTestSupport
import FinTestThreads
import FinWire
import Foundation
import FoundationNetworking
import Synchronization
import Testing

@testable import FinWebhooks

/// The receiver over real sockets.
@Suite(.sockets) struct ReceiverTests {
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
        try await withServer({ try await receiver.run(onReady: $0) }) { url in
            try await body(url, receiver)
        }
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

    private func send(_ url: String, _ vector: SignatureVector, header: String) async throws -> Int
    {
        var request = URLRequest(url: try #require(URL(string: url)))
        request.httpMethod = "POST"
        request.httpBody = Data(vector.message.utf8)
        request.setValue(vector.signature, forHTTPHeaderField: header)
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

    @Test(
        "each published Fin vector passes over HTTP under its secret and under no other",
        arguments: SignatureVector.finWebhook)
    func finVector(vector: SignatureVector) async throws {
        for secret in [vector.secret, "another"] {
            let right = secret == vector.secret
            _ = try await with(ReceiverOptions(secret: secret)) { url, receiver in
                let status = try await send(url, vector, header: ReceiverTests.header)
                #expect(status == (right ? 200 : 401))
                let verdicts = receiver.counts.verdicts
                #expect(verdicts[.badSignature] == (right ? nil : 1) && receiver.counts.total == 1)
            }
        }
    }

    @Test(
        "each published topic vector passes over HTTP, and its envelope is handed on by topic",
        arguments: SignatureVector.hub)
    func topicVector(vector: SignatureVector) async throws {
        let heard = Mutex<[TopicNotification]>([])
        var options = ReceiverOptions(secret: ReceiverTests.secret)
        options.topicSecret = vector.secret
        options.onTopic = { notification in heard.withLock { $0.append(notification) } }
        let receipts = try await with(options) { url, receiver in
            let status = try await send(url, vector, header: "X-Hub-Signature")
            #expect(status == 200)
            let isTopic = vector.message.contains("notification_event")
            #expect(receiver.counts.verdicts == [isTopic ? .topic : .unreadable: 1])
            #expect(heard.withLock { $0.count } == (isTopic ? 1 : 0))
            // Fin's own secret signs no topic, and a topic's no event.
            try await expect(401, url, ReceiverTests.event, vector.signature)
        }
        #expect(receipts.isEmpty)
        guard let one = heard.withLock({ $0.first }) else { return }
        #expect(vector.message.contains("\"topic\":\"\(one.topic)\""))
        #expect(one.body == Array(vector.message.utf8) && one.received.nanoseconds > 0)
        #expect(one.id.isEmpty || vector.message.contains("\"id\":\"\(one.id)\""))
    }

    @Test("without its secret a topic is unsigned, with a wrong one refused")
    func topicRefused() async throws {
        let vector = try #require(SignatureVector.hub.first)
        for (secret, verdict) in [(nil, DeliveryVerdict.unsigned), ("other", .badSignature)] {
            var options = ReceiverOptions(secret: ReceiverTests.secret)
            options.topicSecret = secret
            _ = try await with(options) { url, receiver in
                let status = try await send(url, vector, header: "X-Hub-Signature")
                #expect(status == 401)
                #expect(receiver.counts.verdicts == [verdict: 1])
            }
        }
    }

    @Test("with a path set, every other one is 404 and counted")
    func path() async throws {
        var options = ReceiverOptions(secret: ReceiverTests.secret)
        options.path = "/hooks/fin"
        _ = try await with(options) { url, receiver in
            try await expect(200, url, ReceiverTests.event, ReceiverTests.first)
            try await expect(404, url + "/other", ReceiverTests.event, ReceiverTests.first)
            #expect(receiver.counts.verdicts == [.accepted: 1, .wrongPath: 1])
        }
    }

    private final class Receipts: Sendable {
        private let list = Mutex<[WebhookReceipt]>([])
        func add(_ receipt: WebhookReceipt) { list.withLock { $0.append(receipt) } }
        var all: [WebhookReceipt] { list.withLock { $0 } }
    }
}
