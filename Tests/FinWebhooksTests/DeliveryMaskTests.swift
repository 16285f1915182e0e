import FinMeasure
import FinTestSupport
import FinWire
import Testing

@testable import FinWebhooks

/// Recording without the customer.
@Suite struct DeliveryMaskTests {
    private let mask = DeliveryMask(secret: Array("throwaway".utf8))

    private func masked(_ body: String) throws -> String {
        var rules = JSONMask(mask)
        return String(decoding: try rules.masked(Array(body.utf8).span), as: UTF8.self)
    }

    @Test("texts, names, mails and custom strings go; vocabulary, times and lengths stay")
    func kept() throws {
        let body = """
            {"event_name":"fin_replied","conversation_id":"canary-1","user_id":"canary-2",\
            "message":{"id":"canary-3","author":"fin","body":"<p>canary \\"4\\" caf\u{e9}</p>",\
            "timestamp_ms":"2026-02-03T09:15:08.001Z"},"status":"replying",\
            "name":"canary five","email":"canary@six.example","canary_key":{"more":["canary",417]},\
            "reason":"Escalation rule: canary","created_at_ms":"2026-02-03T09:15:08.013Z"}
            """
        let made = try masked(body)
        #expect(made.utf8.count == body.utf8.count)
        #expect(!made.contains("canary") && !made.contains("417") && !made.contains("caf"))
        for word in [
            "\"event_name\":\"fin_replied\"", "\"author\":\"fin\"", "\"status\":\"replying\"",
            "\"created_at_ms\":\"2026-02-03T09:15:08.013Z\"", "111",
        ] { #expect(made.contains(word), "\(word)") }
        var scanner = EventScanner()
        var mark = TextMark()
        let event = try scanner.scan(Array(made.utf8).span, mark: &mark)
        #expect(event.name == .replied && event.conversationID != TextDigest("canary-1"))
    }

    @Test("the same id becomes the same letters, another id others, a kept word elsewhere filler")
    func pseudonyms() throws {
        let first = try masked("{\"user_id\":\"u-0001\",\"x_id\":\"u-0001\",\"body\":\"fin\"}")
        let second = try masked("{\"user_id\":\"u-0001\",\"y_id\":\"u-0002\",\"body\":\"fin\"}")
        #expect(first.prefix(20) == second.prefix(20))
        #expect(first.contains("\"body\":\"xxx\"") && !first.contains("u-0001"))
        #expect(first.suffix(24) != second.suffix(24))
    }

    @Test("no generated text survives in any place, and the header stays as true as it was")
    func property() throws {
        var generator = TestSeed.generator(61)
        for _ in 0..<300 {
            let canary = String(generator.next() | 1 << 63, radix: 16)
            let place = Int(generator.next() % 4)
            let body = [
                "{\"event_name\":\"\(canary)\",\"conversation_id\":\"c\"}",
                "{\"a\":[[{\"status\":\"\(canary)\"},\"\(canary)\"]],\"id\":\"\(canary)\"}",
                "{\"\(canary)\":1,\"reason\":\"\\u00e9\(canary)\"}",
                "not JSON \(canary)",
            ][place]
            let isValid = generator.next() % 2 == 0
            let made = mask.masked(
                RawDelivery(
                    unixMilliseconds: 1, signature: "sha256=\(canary)", body: Array(body.utf8),
                    verdict: isValid ? .accepted : .badSignature))
            #expect(made.body.count == body.utf8.count, "\(TestSeed.note)")
            let text = String(decoding: made.body, as: UTF8.self) + (made.signature ?? "")
            #expect(!text.contains(canary), "\(TestSeed.note)")
            let right = NaiveHMAC.header(key: Array("throwaway".utf8), body: made.body)
            #expect((Array((made.signature ?? "").utf8) == right) == isValid, "\(TestSeed.note)")
        }
    }
}
