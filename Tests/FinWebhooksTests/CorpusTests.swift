import FinMeasure
import FinTestSupport
import Testing

@testable import FinWebhooks

@Suite("Deliveries to check")
struct CorpusTests {
    private static let corpus = DeliveryCorpus(
        bodyBytes: 100, minimumBytes: 30_000, mix: .usual, seed: TestSeed.value)

    private func header(_ delivery: Delivery, _ corpus: DeliveryCorpus = corpus) -> [UInt8] {
        Array(corpus.bytes[delivery.header])
    }

    private func body(_ delivery: Delivery, _ corpus: DeliveryCorpus = corpus) -> [UInt8] {
        Array(corpus.bytes[delivery.body])
    }

    @Test("a delivery is what its class says, by the naive code")
    func classes() throws {
        for work in [VerifyScenario.Work.valid, .wrong, .malformed] {
            for delivery in try #require(Self.corpus.sequences[work]) {
                let truth = NaiveHMAC.header(
                    key: Self.corpus.secrets[delivery.secret], body: body(delivery))
                let header = header(delivery)
                #expect((header == truth) == (work == .valid), "\(TestSeed.note)")
                #expect(delivery.isValid == (work == .valid))
                #expect(
                    delivery.code.bytes
                        == NaiveHMAC.code(
                            key: Self.corpus.secrets[delivery.secret], message: body(delivery)))
                let hasForm = header.count == 71 && header.starts(with: "sha256=".utf8)
                if work == .wrong { #expect(hasForm) }
            }
        }
    }

    @Test("each user's id is another one, and has its hash by the naive code")
    func users() throws {
        let corpus = DeliveryCorpus.userHashes(minimumBytes: 9000, seed: TestSeed.value)
        let users = try #require(corpus.sequences[.userHash])
        #expect(Set(users.map { body($0, corpus) }).count == users.count && users.count > 100)
        for user in users {
            let id = body(user, corpus)
            let code = NaiveHMAC.code(key: corpus.secrets[user.secret], message: id)
            #expect(id.count == corpus.bodyBytes && header(user, corpus) == HeaderMaker.hex(code))
        }
        #expect(corpus.count(.valid) == 0 && corpus.count(.oneShot) == users.count)
    }

    @Test("every kind of malformed header is refused by the verifier, and no two are alike")
    func malformed() {
        let code = Libcrypto.code(key: Array("k".utf8).span, message: Array("body".utf8).span)
        let kinds = (0..<HeaderMaker.malformedKinds).map { HeaderMaker.malformed(code, kind: $0) }
        #expect(Set(kinds).count == kinds.count)
        for header in kinds {
            #expect(
                HeaderCase.failure(
                    key: Array("k".utf8), header: header, body: Array("body".utf8)) == nil)
            #expect(header != HeaderMaker.valid(code))
        }
    }

    @Test("bodies are all different, and the mix has about its shares")
    func shares() throws {
        let valid = try #require(Self.corpus.sequences[.valid])
        #expect(valid.count == 300)
        #expect(Set(valid.map { body($0) }).count == 300)
        let mix = try #require(Self.corpus.sequences[.mix])
        #expect(mix.count == 300)
        // 240 are expected; six standard deviations of a binomial are 41.6.
        #expect((198...282).contains(mix.count { $0.isValid }), "\(TestSeed.note)")
    }

    @Test("one seed gives one corpus; another gives other bytes in another order")
    func seeds() throws {
        func make(_ seed: UInt64) -> DeliveryCorpus {
            DeliveryCorpus(bodyBytes: 64, minimumBytes: 6400, mix: .usual, seed: seed)
        }
        #expect(make(5).bytes == make(5).bytes)
        #expect(make(5).bytes != make(6).bytes)
        func order(_ corpus: DeliveryCorpus) throws -> [Int] {
            try #require(corpus.sequences[.valid]).map(\.body.lowerBound)
        }
        #expect(try order(make(5)) == order(make(5)))
        #expect(try order(make(5)) != order(make(5)).sorted())
    }

    @Test("a mix without a class has none of it, and one class alone is no mix")
    func oneClass() throws {
        let corpus = DeliveryCorpus(
            bodyBytes: 64, minimumBytes: 6400, mix: try DeliveryMix("wrong=100%"), seed: 1)
        #expect(corpus.count(.wrong) == 100 && corpus.count(.oneShot) == 100)
        #expect([corpus.count(.valid), corpus.count(.malformed), corpus.count(.mix)] == [0, 0, 0])
    }

    @Test(
        "a mix that is not understood is refused in words",
        arguments: [
            "", "valid", "valid=80", "valid=90%", "valid=50%,valid=50%", "good=100%", "valid=-1%",
            "valid=101%", "valid=100%,", "valid=1e2%", "valid=nan%",
        ])
    func badMix(text: String) {
        do throws(WebhookError) {
            _ = try DeliveryMix(text)
            Issue.record("\"\(text)\" was taken")
        } catch { #expect(error.description.contains("--mix \"\(text)\"")) }
    }

    @Test("cache sizes are read as the kernel writes them")
    func cacheSizes() {
        #expect(CacheSize.bytes("1024K") == 1 << 20)
        #expect(CacheSize.bytes("2M") == 2 << 20)
        #expect(CacheSize.bytes("x") == nil)
        #expect(CacheSize.corpusBytes >= 8 << 20)
        #expect(CacheSize.corpusBytes >= 4 * (CacheSize.secondLevel ?? 0))
    }
}
