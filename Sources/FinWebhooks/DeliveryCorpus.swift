public import FinMeasure
internal import FinWire

/// Deliveries to check: their bytes, their secrets, and the order in which they come.
///
/// Generated ones are larger than the second-level cache, every body is another one, and the order
/// is shuffled, so that neither caches nor branch predictors know what comes next.
public struct DeliveryCorpus: Sendable {
    /// The bodies' size in bytes, or that of users' ids; nil for recorded deliveries.
    public let bodyBytes: Int?
    /// SHA-256 compressions of a true code, on average.
    let compressions: Double
    /// All headers and bodies.
    let bytes: [UInt8]
    /// The secrets' bytes.
    let secrets: [[UInt8]]
    /// A key for each secret.
    let keys: [SignatureKey]
    // Invariant: every sequence that is here holds at least one delivery.
    /// The deliveries of each kind of work, in the order in which they are checked.
    private(set) var sequences: [VerifyScenario.Work: [Delivery]]

    /// How many deliveries there are of a kind.
    public func count(_ work: VerifyScenario.Work) -> Int { sequences[work]?.count ?? 0 }

    /// Bytes that are walked through while one kind of work is done: headers, bodies, the list, and
    /// the keys.
    public func workingSet(_ work: VerifyScenario.Work) -> Int {
        let list = sequences[work] ?? []
        let sum = list.reduce(0) { $0 + $1.header.count + $1.body.count }
        // A verifier's key: two hash states and what an array keeps beside them.
        return sum + list.count * MemoryLayout<Delivery>.stride + secrets.count * 288
    }

    /// How many secrets there are.
    public var secretCount: Int { secrets.count }

    /// Joins the parts and shuffles each sequence.
    init(
        _ scheme: SignatureScheme = .finWebhook, bodyBytes: Int?, bytes: [UInt8],
        secrets: [[UInt8]], sequences: [VerifyScenario.Work: [Delivery]], seed: UInt64
    ) {
        self.bodyBytes = bodyBytes
        self.bytes = bytes
        self.secrets = secrets
        keys = secrets.map { SignatureKey(scheme, secrets: [$0]) }
        var shuffled: [VerifyScenario.Work: [Delivery]] = [:]
        for (index, work) in VerifyScenario.Work.allCases.enumerated() {
            guard var list = sequences[work], !list.isEmpty else { continue }
            var generator = SeededGenerator(
                seed: seed, stream: .webhookOrder, index: UInt64(bodyBytes ?? 0),
                subindex: UInt64(index))
            list.shuffle(using: &generator)
            shuffled[work] = list
        }
        self.sequences = shuffled
        let hashed = shuffled[.oneShot] ?? []
        let sum = hashed.reduce(0) { $0 + VerifyScenario.compressions(bodyBytes: $1.body.count) }
        compressions = hashed.isEmpty ? 0 : Double(sum) / Double(hashed.count)
    }

    /// Changes what must be said of one delivery: for tests of the check on verdicts.
    mutating func turnExpectation(_ work: VerifyScenario.Work, at index: Int) {
        sequences[work]?[index].isValid.toggle()
    }
}

extension DeliveryCorpus {
    /// Makes deliveries of one size.
    ///
    /// - Parameters:
    ///   - bodyBytes: the size of every body, at least 16.
    ///   - minimumBytes: bodies together, at the least.
    ///   - mix: which headers they have.
    ///   - seed: of bytes, secrets and order.
    /// - Complexity: O(minimumBytes), about 20 ms for 8 MiB in release.
    public init(bodyBytes: Int, minimumBytes: Int, mix: DeliveryMix, seed: UInt64) {
        precondition(bodyBytes >= 16, "a body has room for its number")
        var maker = CorpusMaker(bodyBytes: bodyBytes, mix: mix, seed: seed)
        let count = max(64, (minimumBytes + bodyBytes - 1) / bodyBytes)
        maker.makeSecrets(min(1024, count))
        for number in 0..<count { maker.add(number) }
        self.init(
            bodyBytes: bodyBytes, bytes: maker.bytes, secrets: maker.secrets,
            sequences: maker.sequences, seed: seed)
    }

    /// Makes users' ids with their `user_hash` where bodies have signatures.
    ///
    /// - Parameters:
    ///   - minimumBytes: ids and hashes together, at the least.
    ///   - seed: of secrets and order.
    public static func userHashes(minimumBytes: Int, seed: UInt64) -> DeliveryCorpus {
        var maker = CorpusMaker(bodyBytes: userBytes, mix: .usual, seed: seed)
        let count = max(64, minimumBytes / (userBytes + 64))  // a hash has 64 digits
        maker.makeSecrets(min(1024, count))
        for number in 0..<count { maker.add(user: number) }
        return DeliveryCorpus(
            .userHash, bodyBytes: userBytes, bytes: maker.bytes, secrets: maker.secrets,
            sequences: maker.sequences, seed: seed)
    }

    /// Bytes of a user's id: fewer than any body has, so that the two share no name.
    private static let userBytes = 12
}

/// Generates deliveries one after the other.
private struct CorpusMaker {
    let bodyBytes: Int
    let mix: DeliveryMix
    var generator: SeededGenerator
    var bytes: [UInt8] = []
    var secrets: [[UInt8]] = []
    var sequences: [VerifyScenario.Work: [Delivery]] = [:]

    init(bodyBytes: Int, mix: DeliveryMix, seed: UInt64) {
        self.bodyBytes = bodyBytes
        self.mix = mix
        generator = SeededGenerator(seed: seed, stream: .webhookBody, index: UInt64(bodyBytes))
    }

    /// Secrets of 43 characters, as Fin's settings show them.
    mutating func makeSecrets(_ count: Int) {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for _ in 0..<count {
            secrets.append((0..<43).map { _ in alphabet[Int(generator.next() >> 58)] })
        }
    }

    /// One body with a header of each class that the mix has.
    mutating func add(_ number: Int) {
        let secret = number % secrets.count
        let body = addBody(number)
        let key = secrets[secret]
        let code = Libcrypto.code(key: key.span, message: bytes.span.extracting(body))
        let classes = mix.classes
        let drawn = mix.pick(generator.unit())
        for work in classes {
            let header = add(header(work, code))
            let delivery = Delivery(
                header: header, body: body, secret: secret, isValid: work == .valid, code: code)
            sequences[work, default: []].append(delivery)
            if work == drawn, classes.count > 1 { sequences[.mix, default: []].append(delivery) }
            if work == classes[0] { sequences[.oneShot, default: []].append(delivery) }
        }
    }

    /// The id of one user with its hash.
    mutating func add(user number: Int) {
        let secret = number % secrets.count
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, bodyBytes - 2 - digits.utf8.count))
        let id = add(Array("u-\(zeros)\(digits)".utf8))
        let key = secrets[secret]
        let code = Libcrypto.code(key: key.span, message: bytes.span.extracting(id))
        let hash = add(HeaderMaker.hex(code.bytes))
        let delivery = Delivery(header: hash, body: id, secret: secret, isValid: true, code: code)
        for work in [.userHash, .oneShot] as [VerifyScenario.Work] {
            sequences[work, default: []].append(delivery)
        }
    }

    /// A body that no other equals: its number, then noise; a hash's time depends on neither.
    private mutating func addBody(_ number: Int) -> Range<Int> {
        let start = bytes.count
        var word = UInt64(number)
        for index in 0..<bodyBytes {
            if index % 8 == 0, index > 0 { word = generator.next() }
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8)))
        }
        return start..<bytes.count
    }

    private mutating func header(_ work: VerifyScenario.Work, _ code: ReferenceCode) -> [UInt8] {
        switch work {
        case .wrong:
            HeaderMaker.wrong(
                code, place: Int.random(in: 0..<64, using: &generator),
                step: Int.random(in: 1..<16, using: &generator))
        case .malformed:
            HeaderMaker.malformed(
                code, kind: Int.random(in: 0..<HeaderMaker.malformedKinds, using: &generator))
        default: HeaderMaker.valid(code)
        }
    }

    private mutating func add(_ header: [UInt8]) -> Range<Int> {
        let start = bytes.count
        bytes += header
        return start..<bytes.count
    }
}
