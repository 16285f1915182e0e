import FinMeasure
import FinTestSupport
import FinWire
import Testing

@testable import FinWebhooks

/// What the sender decides before it sends: classes, bodies, signatures.
@Suite struct SenderTests {
    private static let secret = "fin-signing-secret-0001"

    private func plan(_ mix: String, count: Int, seed: UInt64) throws -> SendPlan {
        let curve = RateCurve([.init(startRate: 1000, endRate: 1000, length: .seconds(60))])
        return SendPlan(
            arrivals: .constant(curve, limit: count), mix: try SendMix(mix), seed: seed)
    }

    private func bodies(isTopic: Bool = false, seed: UInt64 = TestSeed.value) -> SendBody {
        SendBody(
            seed: seed, isTopic: isTopic, secret: Self.secret, unixZero: 1_790_000_000_000_000_000)
    }

    @Test(
        "a mix that is wrong is refused with its part",
        arguments: [
            "", "valid", "valid=90%", "valid=60%,valid=40%", "good=100%", "valid=100", "valid=101%",
            "replayed=50%,unsigned=50%", "valid=0%,reordered=100%",
        ])
    func wrongMix(text: String) {
        #expect(throws: WebhookError.self) { try SendMix(text) }
    }

    @Test("a plan is the same for a seed, near its shares, and repeats nothing before it is there")
    func plan() throws {
        let mix = "valid=50%,tampered=10%,replayed=20%,reordered=20%"
        let one = try plan(mix, count: 20_000, seed: TestSeed.value)
        #expect(one.classes == (try plan(mix, count: 20_000, seed: TestSeed.value)).classes)
        #expect(one.classes != (try plan(mix, count: 20_000, seed: TestSeed.value + 1)).classes)
        for (kind, share) in [(SendClass.valid, 0.5), (.tampered, 0.1), (.replayed, 0.2)] {
            // Six standard deviations of a binomial count: once in a billion runs.
            let slack = 6 * (20_000 * share * (1 - share)).squareRoot()
            let distance = abs(Double(one.count(kind)) - 20_000 * share)
            #expect(distance <= slack, "\(kind) \(TestSeed.note)")
        }
        #expect(one.count(.huge) == 0 && one.count(.unsigned) == 0)
        let first = try #require(one.classes.firstIndex(of: .valid))
        #expect(!one.classes[..<first].contains { $0 == .replayed || $0 == .reordered })
    }

    /// The value of a header line, and its name.
    private func parts(_ header: [UInt8]) -> (name: String, value: [UInt8]) {
        let text = String(decoding: header, as: UTF8.self)
        let name = text.prefix { $0 != ":" }
        return (String(name), Array(text.dropFirst(name.count + 2).utf8))
    }

    @Test("signatures are those of an implementation that shares no code, or by design are not")
    func signatures() throws {
        let maker = bodies()
        for number in 0..<60 {
            let base = (number: number / 2, offset: Int64(number / 2) * 1_000_000)
            for kind in SendClass.allCases where kind != .huge {
                let request = maker.request(
                    kind, number: number, offset: Int64(number) * 1_000_000, base: base)
                if kind == .unsigned {
                    #expect(request.header.isEmpty)
                    continue
                }
                let (name, value) = parts(request.header)
                #expect(name == "X-Fin-Agent-API-Webhook-Signature")
                let right = NaiveHMAC.header(key: Array(Self.secret.utf8), body: request.body)
                #expect((value == right) == (kind != .tampered), "\(kind) \(TestSeed.note)")
            }
        }
    }

    @Test("the published vectors of topic signatures come out")
    func topicVectors() {
        let code = Libcrypto.shortCode(
            key: Array("client-secret-abc".utf8).span,
            message: Array("{\"type\":\"notification_event\",\"topic\":\"ping\"}".utf8).span)
        let text = String(decoding: HeaderMaker.hex(code), as: UTF8.self)
        #expect(text == "08a4ed3b6dd04defca13c2ac99107761ffc6cda6")
        let request = bodies(isTopic: true).request(
            .valid, number: 1, offset: 0, base: (number: 0, offset: 0))
        let (name, value) = parts(request.header)
        #expect(name == "X-Hub-Signature" && value.count == 45)
        #expect(String(decoding: request.body, as: UTF8.self).contains("\"notification_event\""))
    }

    @Test("a replay is its original, an older event is older and another one, each is readable")
    func events() throws {
        let maker = bodies()
        var scanner = EventScanner()
        var mark = TextMark()
        let base = (number: 7, offset: Int64(5_000_000_000))
        let original = maker.request(.valid, number: 7, offset: base.offset, base: base)
        let replay = maker.request(.replayed, number: 9, offset: 6_000_000_000, base: base)
        #expect(replay.body == original.body && replay.header == original.header)
        let late = maker.request(.reordered, number: 9, offset: 6_000_000_000, base: base)
        let first = try scanner.scan(original.body.span, mark: &mark)
        let second = try scanner.scan(late.body.span, mark: &mark)
        #expect(first.conversationID == second.conversationID)
        #expect(first.messageID != second.messageID && second.messageID != nil)
        let (before, after) = (second.createdAtMilliseconds, first.createdAtMilliseconds)
        #expect(try #require(before) < #require(after))
        let huge = maker.request(.huge, number: 1, offset: 0, base: base)
        #expect(huge.body.count > 1 << 20)
        let tampered = maker.request(.tampered, number: 3, offset: 0, base: base)
        #expect(try scanner.scan(tampered.body.span, mark: &mark).name == .replied)
    }

    @Test("what each class must be answered")
    func demands() {
        for kind in [SendClass.valid, .replayed, .reordered] {
            #expect(kind.isRight(status: 204) && !kind.isRight(status: 401))
            #expect(!kind.isRight(status: 500) && !kind.isRight(status: 302))
        }
        for kind in [SendClass.tampered, .unsigned] {
            #expect(kind.isRight(status: 401) && kind.isRight(status: 403))
            #expect(!kind.isRight(status: 200) && !kind.isRight(status: 500))
        }
        #expect(SendClass.huge.isRight(status: 413) && SendClass.huge.isRight(status: 200))
        #expect(!SendClass.huge.isRight(status: 400) && !SendClass.huge.isRight(status: 502))
    }
}
