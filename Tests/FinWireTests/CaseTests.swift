import FinTestSupport
import FinTestThreads
import FinWire
import Testing

@Suite("Random input against the naive judges", .heavy)
struct CaseTests {
    private static let caseCount = 10_000

    @Test("10,000 of each kind are judged alike", arguments: [WireCase.streams, .documents])
    func alike(kind: WireCase) {
        var tally = WireTally()
        let failure = kind.firstFailure(in: 0..<Self.caseCount, tally: &tally)
        #expect(failure == nil)
        #expect(tally.accepted + tally.refused == Self.caseCount || failure != nil)
        #expect(tally.isMixed, "\(tally); \(TestSeed.note)")
    }

    // Fewer: the naive code is slow where it is not optimised.
    @Test("500 headers are judged alike")
    func headers() {
        var tally = WireTally()
        #expect(WireCase.headers.firstFailure(in: 0..<500, tally: &tally) == nil)
        #expect(tally.isMixed, "\(tally); \(TestSeed.note)")
    }

    @Test("a judge that disagrees is a failure, with its words and the seed")
    func disagreement() {
        let header = NaiveHMAC.header(key: [1], body: [2])
        #expect(HeaderCase.failure(key: [1], header: header, body: [2]) == nil)
        // Upper case is switched on for nobody: what our verifier must refuse, the judge refuses.
        let shouted = header.map { $0 >= 0x61 && $0 <= 0x66 ? $0 - 0x20 : $0 }
        #expect(HeaderCase.failure(key: [1], header: shouted, body: [2]) == nil)
        #expect(NaiveJSON.isValid(Array("{}".utf8)) && !NaiveJSON.isValid(Array("{".utf8)))
        var tally = WireTally()
        for _ in 0..<100 { tally.count(true) }
        #expect(!tally.isMixed)
    }

    @Test("the naive code gives the published values")
    func naiveCode() {
        // FIPS 180-4's example, RFC 4231's second case, and a key longer than a block.
        #expect(
            hex(NaiveHMAC.sha256(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let code = NaiveHMAC.code(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8))
        #expect(hex(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        for vector in SignatureVector.finWebhook {
            let header = NaiveHMAC.header(
                key: Array(vector.secret.utf8), body: Array(vector.message.utf8))
            #expect(String(decoding: header, as: UTF8.self) == vector.signature)
        }
    }

    @Test("every length around the ends of a block is padded as libcrypto pads it")
    func paddings() {
        for count in 0...200 {
            let body = [UInt8](repeating: 0x61, count: count)
            let key = SignatureKey(.finWebhook, secrets: [[7]])
            let header = NaiveHMAC.header(key: [7], body: body)
            let isAccepted = key.verify(header.span, of: body.span)
            #expect(isAccepted, "\(count) bytes")
        }
    }

    @Test("the fuzzers' first inputs are made alike each time, and are not empty")
    func seeds() {
        for target in ["parser", "scan", "header"] {
            let inputs = (0..<200).map { FuzzSeed.input(target, $0) }
            #expect(inputs == (0..<200).map { FuzzSeed.input(target, $0) })
            #expect(Set(inputs).count > 100)
        }
        #expect(FuzzSeed.input("nothing", 0).isEmpty)
    }
}

@Suite("Allocations of every kind of check", .enabled(if: AllocationCounter.isActive))
struct CheckAllocationTests {
    @Test("true, wrong and malformed signatures of every scheme are checked without an allocation")
    func everyScheme() {
        for scheme in SignatureScheme.allCases {
            let key = SignatureKey(scheme, secret: "one", previousSecret: "two")
            let body = Array("{\"event_name\":\"fin_replied\"}".utf8)
            let signature = Array((key.signature(of: body.span) ?? "").utf8)
            var wrong = signature
            wrong[wrong.count - 1] ^= 1
            let headers = [signature, wrong, Array(signature.dropLast()), []]
            for header in headers {
                var acceptedCount = key.verify(header.span, of: body.span) ? 1 : 0
                let count = AllocationCounter.count {
                    for _ in 0..<50 where key.verify(header.span, of: body.span) {
                        acceptedCount += 1
                    }
                }
                #expect(count == 0)
                #expect(acceptedCount == (header == signature ? 51 : 0))
            }
        }
    }

    @Test("each event of one read is parsed and scanned without an allocation, each kind by itself")
    func everyKind() throws {
        for sample in Sample.all where sample.name != Sample.enveloped.name {
            for event in parse(sample.bytes).events {
                var scanner = EventScanner()
                var mark = TextMark()
                // The first scan may size the buffers for escapes.
                _ = try scanner.scan(event.data.span, mark: &mark)
                var failureCount = 0
                let count = AllocationCounter.count {
                    for _ in 0..<20 {
                        do throws(WireError) {
                            _ = try scanner.scan(event.data.span, mark: &mark)
                        } catch { failureCount += 1 }
                    }
                }
                #expect(count == 0 && failureCount == 0)
            }
        }
    }
}
