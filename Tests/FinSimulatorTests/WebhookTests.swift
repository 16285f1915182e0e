import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinSimulator

@Suite("A webhook")
struct WebhookTests {
    @Test("is signed as the documented vectors are")
    func vectors() {
        let key = Array("fin-signing-secret-0001".utf8)
        let body =
            #"{"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","#
            + #""status":"escalated","reason":"Routed to team","#
            + #""created_at_ms":"2026-02-03T09:15:07.900Z"}"#
        #expect(body.utf8.count == 170)
        let value = WebhookSignature.value(key: key, body: Array(body.utf8))
        #expect(
            value == "sha256=271cb0537cd83e59eb9e2c4970f5e6162b20dbbbddcd673248934ecce4e03aa4")
        #expect(
            WebhookSignature.value(key: key, body: Array((body + "\n").utf8))
                == "sha256=41073b4373a9d5688bbb3a92048c2b2726e602be7bdad242e18aed1fe38ff306")
        #expect(WebhookSignature.spoiled(value).hasPrefix(String(value.dropLast())))
        #expect(WebhookSignature.spoiled(value) != value)
    }

    @Test("of a topic is signed as the documented vectors are")
    func hubVectors() {
        let ping = #"{"type":"notification_event","topic":"ping"}"#
        #expect(
            WebhookSignature.hubValue(key: Array("client-secret-abc".utf8), body: Array(ping.utf8))
                == "sha1=08a4ed3b6dd04defca13c2ac99107761ffc6cda6")
        #expect(
            WebhookSignature.hubValue(
                key: Array("ключ-✓".utf8), body: Array(#"{"note":"naïve"}"#.utf8))
                == "sha1=d81a070f215db6f7c35de7fbc8d56fb3dbe6a05d")
    }

    @Test(
        "goes to this machine only",
        arguments: [
            "http://127.0.0.1:80/a", "http://127.9.9.9/", "http://localhost:1", "http://[::1]:8/x",
        ])
    func loopback(url: String) throws {
        _ = try WebhookAddress(url, mayBeRemote: false)
    }

    @Test(
        "does not go elsewhere unless it is told to",
        arguments: [
            "http://example.test/", "http://127.example.test/", "http://10.0.0.1/",
            "http://localhost.example.test/", "http://127.0.0.1.example.test/", "http://[::2]/",
        ])
    func elsewhere(url: String) throws {
        #expect(throws: SimulatorError.self) { try WebhookAddress(url, mayBeRemote: false) }
        _ = try WebhookAddress(url, mayBeRemote: true)
    }

    @Test(
        "needs an http URL without a password",
        arguments: ["https://127.0.0.1/", "127.0.0.1", "http://u:p@127.0.0.1/", "ftp://127.0.0.1"])
    func wrongURL(url: String) {
        let error = #expect(throws: SimulatorError.self) {
            try WebhookAddress(url, mayBeRemote: true)
        }
        #expect(error?.description.contains("u:p") == false)
    }

    @Test("keeps path and query, and names its host with the port")
    func parts() throws {
        let address = try WebhookAddress("http://[::1]:8080/a/b?c=d%20e", mayBeRemote: false)
        #expect(address.host == "::1" && address.port == 8080)
        #expect(address.target == "/a/b?c=d%20e" && address.authority == "[::1]:8080")
        #expect(try WebhookAddress("http://127.0.0.1", mayBeRemote: false).target == "/")
    }

    @Test("is spoiled in the configured shares, and equally for the same seed")
    func shares() {
        var settings = SimulatorSettings.Webhooks()
        settings.duplicates = 0.1
        settings.reordered = 0.2
        settings.badSignatures = 0.3
        func draws(_ hasFollower: Bool) -> [WebhookDraw] {
            (0..<20_000).map { number in
                WebhookDraw(
                    settings, seed: 7, stream: .webhookOrder, number: UInt64(number), turn: 1,
                    serial: 4, hasFollower: hasFollower)
            }
        }
        let drawn = draws(true)
        let counts = Dictionary(grouping: drawn, by: \.fault).mapValues(\.count)
        // Five standard deviations of a share of 0.3 in 20,000.
        for (fault, share) in [
            (WebhookFault.duplicate, 0.1), (.reordered, 0.2), (.badSignature, 0.3),
        ] {
            #expect(abs(Double(counts[fault] ?? 0) - share * 20_000) < 325)
        }
        #expect(drawn == draws(true))
        #expect(!draws(false).contains { $0.fault == .reordered })
        #expect(drawn.allSatisfy { $0.delay == .milliseconds(50) })
    }

    @Test("is refused by a simulator without a URL, a secret, or with a foreign host")
    func options() {
        var options = SimulatorOptions()
        for (url, secret) in [
            (nil, "s"), ("http://127.0.0.1/", nil), ("http://127.0.0.1/", ""),
            ("http://example.test/", "s"),
        ] as [(String?, String?)] {
            options.settings.webhooks = .init(url: url, secret: secret)
            #expect(throws: SimulatorError.self) { try Simulator(options) }
        }
        options.allowsRemoteWebhooks = true
        #expect(throws: Never.self) { try Simulator(options) }
    }
}
