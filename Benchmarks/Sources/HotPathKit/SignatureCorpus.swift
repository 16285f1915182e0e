import FinWire

/// Signed webhook bodies of one size, made from a seed: one in sixteen has a wrong signature.
///
/// Four secrets take turns, so that no key's state alone stays warm.
public struct SignatureCorpus {
    /// Bytes of each body.
    public let bodySize: Int
    /// How many bodies.
    public let count: Int
    /// The four secrets; body i is signed with number i % 4.
    public let secrets: [String]
    /// Whether each signature is valid.
    public private(set) var isValid: [Bool] = []
    // Flat, as an array of arrays would cost a retain for every look.
    private var bodies: [UInt8] = []
    private var headers: [UInt8] = []
    private var codes: [UInt8] = []
    private let verifiers: [WebhookVerifier]
    private static let headerSize = 71  // "sha256=" and 64 digits
    private static let codeSize = 32

    /// Compressions of one check: the blocks of the padded body, the key's pads not counted, and one.
    public var compressions: Int { (bodySize + 8) / 64 + 2 }

    /// Makes `count` bodies.
    public init(seed: UInt64, bodySize: Int, count: Int) {
        var draws = Draws(seed: seed &+ UInt64(bodySize))
        self.bodySize = bodySize
        self.count = count
        let secrets = (0..<4).map { _ in draws.hex(40) }
        self.secrets = secrets
        verifiers = secrets.map { WebhookVerifier(secret: $0) }
        for index in 0..<count {
            let body = (0..<bodySize).map { _ in UInt8.random(in: 0x20...0x7E, using: &draws) }
            let right = verifiers[index % 4].header(for: body.span) ?? ""
            add(body, right, isValid: !draws.oneIn(16), &draws)
        }
    }

    private mutating func add(
        _ body: [UInt8], _ right: String, isValid valid: Bool, _ draws: inout Draws
    ) {
        var header = Array(right.utf8)
        precondition(header.count == SignatureCorpus.headerSize, "a header has 71 bytes")
        if !valid {
            // Another digit in one place, still a digit.
            let place = Int.random(in: 7..<header.count, using: &draws)
            header[place] = header[place] == 0x30 ? 0x31 : 0x30
        }
        bodies += body
        headers += header
        codes += SignatureCorpus.code(header[7...])
        isValid.append(valid)
    }

    private static func code(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        let values = digits.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// Verifies every header; whether each answer was right.
    public func verifies(laps: Int) -> Bool {
        answersRight(laps) { secret, header, _, body in
            verifiers[secret].verify(header: header, body: body)
        }
    }

    /// Verifies by libcrypto's HMAC(), from codes already decoded.
    public func verifiesOneShot(laps: Int) -> Bool {
        let keys = secrets.map { Array($0.utf8) }
        return answersRight(laps) { secret, _, code, body in
            Floors.oneShotMatches(key: keys[secret], message: body, code: code)
        }
    }

    /// For a reader in another language: secret, header, 1 if valid, body in hexadecimal, by tabs.
    public var lines: [String] {
        (0..<count).map { index in
            let start = index * SignatureCorpus.headerSize
            let header = headers[start..<start + SignatureCorpus.headerSize]
            let body = bodies[index * bodySize..<(index + 1) * bodySize]
            let digits = body.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let text = String(decoding: header, as: UTF8.self)
            return "\(secrets[index & 3])\t\(text)\t\(isValid[index] ? 1 : 0)\t\(digits)"
        }
    }

    /// Asks for every body whether its signature is valid; whether each answer was right.
    ///
    /// `isAccepted` is given the secret's number, the header, its code and the body.
    @inlinable public func answersRight(
        _ laps: Int, _ isAccepted: (Int, Span<UInt8>, Span<UInt8>, Span<UInt8>) -> Bool
    ) -> Bool {
        var right = 0
        for _ in 0..<laps {
            for index in 0..<count {
                let answer = isAccepted(index & 3, header(index), code(index), body(index))
                if answer == isValid[index] { right &+= 1 }
            }
        }
        return right == laps * count
    }

    @_lifetime(borrow self)
    @usableFromInline func header(_ index: Int) -> Span<UInt8> {
        SignatureCorpus.part(headers.span, index, SignatureCorpus.headerSize)
    }

    @_lifetime(borrow self)
    @usableFromInline func code(_ index: Int) -> Span<UInt8> {
        SignatureCorpus.part(codes.span, index, SignatureCorpus.codeSize)
    }

    @_lifetime(borrow self)
    @usableFromInline func body(_ index: Int) -> Span<UInt8> {
        SignatureCorpus.part(bodies.span, index, bodySize)
    }

    @_lifetime(copy bytes)
    private static func part(_ bytes: Span<UInt8>, _ index: Int, _ size: Int) -> Span<UInt8> {
        bytes.extracting(index * size..<(index + 1) * size)
    }
}
