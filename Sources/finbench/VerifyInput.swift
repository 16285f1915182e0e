import FinMeasure
import FinWebhooks

/// What `webhooks verify` checks, and how it is described in the record.
struct VerifyInput: Sendable {
    /// The deliveries.
    let corpora: [DeliveryCorpus]
    /// One sentence.
    let words: String
    /// What a reader must know of it before the figures.
    var notes: [String] = []
    /// What the record's `profile` holds of it.
    let settings: [String: JSONValue]

    /// Generated deliveries.
    init(sizes: [Int], mix: DeliveryMix, seed: UInt64) {
        let bytes = CacheSize.corpusBytes
        corpora =
            sizes.map {
                DeliveryCorpus(bodyBytes: $0, minimumBytes: bytes, mix: mix, seed: seed)
            } + [.userHashes(minimumBytes: bytes, seed: seed)]
        let shares = "valid \(mix.valid) %, wrong \(mix.wrong) %, malformed \(mix.malformed) %"
            .replacing(".0 %", with: " %")
        words = "generated deliveries, mix of \(shares)"
        settings = [
            "bodies": .string("generated"),
            "mix": .object([
                "valid": .number(mix.valid), "wrong": .number(mix.wrong),
                "malformed": .number(mix.malformed),
            ]),
            "sizes": .array(sizes.map { .number(Double($0)) }),
        ]
    }

    /// Recorded deliveries.
    init(_ recorded: RecordedDeliveries, path: String) {
        corpora = [recorded.corpus]
        let counts =
            "\(recorded.validCount) valid and \(recorded.wrongCount + recorded.malformedCount) "
            + "invalid (\(recorded.wrongCount) wrong, \(recorded.malformedCount) malformed)"
        words =
            "recorded deliveries: \(counts), one secret, bodies of \(recorded.meanBytes) B on "
            + "average"
        notes = ["\"\(path)\" holds \(counts)"]
        settings = [
            "bodies": .string("recorded"), "valid": .number(Double(recorded.validCount)),
            "wrong": .number(Double(recorded.wrongCount)),
            "malformed": .number(Double(recorded.malformedCount)),
        ]
        let size = recorded.corpus.workingSet(.oneShot)
        if size < CacheSize.secondLevel ?? 0 {
            notes.append(
                "they are \(size) bytes together, less than the second-level cache: the figures "
                    + "flatter; record more deliveries")
        }
    }

    /// A sentence for each size: what is walked through.
    var workingSets: [String] {
        let cache = CacheSize.secondLevel.map { "\($0 >> 10) KiB" } ?? "unknown"
        return corpora.map { corpus in
            let work: VerifyScenario.Work = corpus.count(.valid) > 0 ? .valid : .oneShot
            let kind = corpus.count(.userHash) > 0 ? "user ids" : "bodies"
            let size = corpus.bodyBytes.map { "\($0) B" } ?? "recorded"
            let secrets = corpus.secretCount == 1 ? "1 secret" : "\(corpus.secretCount) secrets"
            return "\(size): \(corpus.count(work)) \(kind) under \(secrets), "
                + "working set \(corpus.workingSet(work) >> 10) KiB (second-level cache \(cache))"
        }
    }
}
