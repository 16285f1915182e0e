import FinMeasure
import FinTestSupport
import FinWire
import Testing

@testable import FinWebhooks

/// Verdicts over deliveries, without a socket.
@Suite struct DeliveryJudgeTests {
    private static let secret = "fin-signing-secret-0001"
    private static let verifier = WebhookVerifier(secret: secret)

    private static func judge(isOurs: Bool = true) -> DeliveryJudge {
        DeliveryJudge(verifier: verifier, isOurs: { _ in isOurs })
    }

    private static func event(
        _ conversation: String, status: String = "escalated", second: Int = 7
    ) -> String {
        """
        {"event_name":"fin_status_updated","conversation_id":"\(conversation)",\
        "status":"\(status)","created_at_ms":"2026-02-03T09:15:0\(second).900Z"}
        """
    }

    private static func reply(_ id: String, second: Int) -> String {
        """
        {"event_name":"fin_replied","conversation_id":"c","status":"replying",\
        "message":{"id":"\(id)","author":"fin"},"created_at_ms":"2026-02-03T09:15:0\(second).900Z"}
        """
    }

    private static func take(
        _ judge: inout DeliveryJudge, _ body: String, signature: String?? = nil,
        at seconds: Int64 = 1
    ) -> (DeliveryVerdict, WebhookReceipt?) {
        var scanner = EventScanner()
        let header = signature ?? verifier.header(for: body.utf8.span)
        let found = judge.judge(
            body.utf8.span, signature: header,
            at: Instant(nanoseconds: 1) + .seconds(seconds), unixMilliseconds: 0,
            scanner: &scanner)
        return (found.verdict, found.receipt)
    }

    @Test("a signed event is accepted, its repeat a duplicate, another status is new")
    func duplicates() {
        var judge = DeliveryJudgeTests.judge()
        let event = DeliveryJudgeTests.event("ld-0001")
        #expect(DeliveryJudgeTests.take(&judge, event).0 == .accepted)
        let again = DeliveryJudgeTests.take(&judge, event)
        #expect(again.0 == .duplicate && again.1?.isDuplicate == true)
        let other = DeliveryJudgeTests.event("ld-0001", status: "complete")
        #expect(DeliveryJudgeTests.take(&judge, other).0 == .accepted)
        #expect(
            DeliveryJudgeTests.take(&judge, DeliveryJudgeTests.event("ld-0002")).0 == .accepted)
        #expect(judge.ledger.counts == [.accepted: 3, .duplicate: 1])
    }

    @Test("a reply is known by its message id, whatever else changed")
    func replies() {
        var judge = DeliveryJudgeTests.judge()
        let first = DeliveryJudgeTests.reply("m1", second: 1)
        #expect(DeliveryJudgeTests.take(&judge, first).0 == .accepted)
        let later = DeliveryJudgeTests.reply("m1", second: 2)
        #expect(DeliveryJudgeTests.take(&judge, later).0 == .duplicate)
        let other = DeliveryJudgeTests.reply("m2", second: 2)
        #expect(DeliveryJudgeTests.take(&judge, other).0 == .accepted)
    }

    @Test("an earlier event that comes later is reordered, in its own conversation only")
    func reordering() {
        var judge = DeliveryJudgeTests.judge()
        _ = DeliveryJudgeTests.take(&judge, DeliveryJudgeTests.reply("m2", second: 5))
        let late = DeliveryJudgeTests.take(&judge, DeliveryJudgeTests.reply("m1", second: 3))
        #expect(late.1?.isReordered == true)
        let other = DeliveryJudgeTests.event("d", second: 1)
        #expect(DeliveryJudgeTests.take(&judge, other).1?.isReordered == false)
        #expect(judge.ledger.reordered == 1)
    }

    @Test("tampered, unsigned, unreadable and foreign deliveries are counted and not passed on")
    func refusals() {
        var judge = DeliveryJudgeTests.judge()
        let event = DeliveryJudgeTests.event("c")
        let signature = DeliveryJudgeTests.verifier.header(for: event.utf8.span)
        let tampered = DeliveryJudgeTests.take(&judge, event + " ", signature: signature)
        #expect(tampered.0 == .badSignature && tampered.1 == nil)
        #expect(
            DeliveryJudgeTests.take(&judge, event, signature: .some(nil)).0 == .unsigned)
        for body in ["", "{", "[]", "{}", "{\"event_name\":\"fin_replied\"}"] {
            #expect(DeliveryJudgeTests.take(&judge, body).0 == .unreadable, "\(body)")
        }
        var strict = DeliveryJudgeTests.judge(isOurs: false)
        let foreign = DeliveryJudgeTests.take(&strict, event)
        #expect(foreign.0 == .foreign && foreign.1 == nil)
    }

    @Test("what came twenty minutes ago is forgotten, what came nine minutes ago is not")
    func memory() {
        var judge = DeliveryJudgeTests.judge()
        let event = DeliveryJudgeTests.event("c")
        #expect(DeliveryJudgeTests.take(&judge, event, at: 0).0 == .accepted)
        #expect(DeliveryJudgeTests.take(&judge, event, at: 540).0 == .duplicate)
        for minute in Int64(1)...30 {
            let other = DeliveryJudgeTests.event("d\(minute)")
            _ = DeliveryJudgeTests.take(&judge, other, at: 540 + 60 * minute)
        }
        #expect(DeliveryJudgeTests.take(&judge, event, at: 2400).0 == .accepted)
    }

    @Test("ten thousand deliveries with one in a hundred tampered, repeated or late: exact counts")
    func manyDeliveries() {
        var judge = DeliveryJudgeTests.judge()
        var generator = TestSeed.generator(0)
        var expected: [DeliveryVerdict: UInt64] = [:]
        var reordered: UInt64 = 0
        for number in 0..<10_000 {
            let conversation = "c\(number)"
            let event = DeliveryJudgeTests.event(conversation, second: 5)
            switch generator.next() % 100 {
            case 0:
                let signature = DeliveryJudgeTests.verifier.header(for: event.utf8.span)
                let body = DeliveryJudgeTests.event("x\(number)")
                _ = DeliveryJudgeTests.take(&judge, body, signature: signature)
                expected[.badSignature, default: 0] += 1
            case 1:
                _ = DeliveryJudgeTests.take(&judge, event)
                _ = DeliveryJudgeTests.take(&judge, event)
                expected[.accepted, default: 0] += 1
                expected[.duplicate, default: 0] += 1
            case 2:
                _ = DeliveryJudgeTests.take(&judge, event)
                let earlier = DeliveryJudgeTests.event(conversation, status: "x", second: 4)
                _ = DeliveryJudgeTests.take(&judge, earlier)
                expected[.accepted, default: 0] += 2
                reordered += 1
            default:
                _ = DeliveryJudgeTests.take(&judge, event)
                expected[.accepted, default: 0] += 1
            }
        }
        #expect(judge.ledger.counts == expected, "\(TestSeed.note)")
        #expect(judge.ledger.reordered == reordered, "\(TestSeed.note)")
    }
}
