private import FinMeasure

/// Deliveries that somebody recorded, a line of JSON each.
///
/// `{"signature":"sha256=…","body_base64":"…"}`: the header's value as received, empty or left out
/// where there was none, and the raw body.
public struct RecordedDeliveries: Sendable {
    /// The deliveries as they can be checked.
    public let corpus: DeliveryCorpus
    /// True signatures, by the reference.
    public let validCount: Int
    /// Well-formed signatures that are not the body's, by the reference.
    public let wrongCount: Int
    /// Headers that have not the form of a signature.
    public let malformedCount: Int
    /// The bodies' size in bytes, on average.
    public let meanBytes: Int

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - secret: the signing secret as displayed; not empty.
    ///   - seed: of the order in which they are checked.
    /// - Throws: `WebhookError` with path, line and what was expected; never a body's bytes.
    public init(path: String, secret: String, seed: UInt64) throws(WebhookError) {
        try self.init(secret: secret, path: path, seed: seed) { visit throws(WebhookError) in
            try RecordedLine.read(path: path, flag: "--bodies", visit)
        }
    }

    init(text: String, path: String, secret: String, seed: UInt64) throws(WebhookError) {
        try self.init(secret: secret, path: path, seed: seed) { visit throws(WebhookError) in
            try RecordedLine.read(text: text, path: path, flag: "--bodies", visit)
        }
    }

    private init(
        secret: String, path: String, seed: UInt64,
        _ read: ((RecordedLine, Int) throws(WebhookError) -> Void) throws(WebhookError) -> Void
    ) throws(WebhookError) {
        let key = Array(secret.utf8)
        var bytes: [UInt8] = []
        var deliveries: [Delivery] = []
        try read { line, _ in
            let header = Array((line.signature ?? "").utf8)
            let code = Libcrypto.code(key: key.span, message: line.body.span)
            let start = bytes.count
            bytes += header + line.body
            let middle = start + header.count
            deliveries.append(
                Delivery(
                    header: start..<middle, body: middle..<bytes.count, secret: 0,
                    isValid: header == HeaderMaker.valid(code), code: code))
        }
        guard !deliveries.isEmpty else {
            throw WebhookError(
                .file, "--bodies \"\(path)\" holds no delivery: expected a line of JSON for each")
        }
        let refused = deliveries.filter { !$0.isValid }
        let wrong = refused.filter { RecordedDeliveries.isWellFormed(bytes[$0.header]) }
        let malformed = refused.filter { !RecordedDeliveries.isWellFormed(bytes[$0.header]) }
        validCount = deliveries.count - refused.count
        wrongCount = wrong.count
        malformedCount = malformed.count
        meanBytes = deliveries.reduce(0) { $0 + $1.body.count } / deliveries.count
        corpus = DeliveryCorpus(
            bodyBytes: nil, bytes: bytes, secrets: [key],
            sequences: [
                .mix: refused.isEmpty || validCount == 0 ? [] : deliveries,
                .valid: deliveries.filter(\.isValid), .wrong: wrong, .malformed: malformed,
                .oneShot: deliveries,
            ], seed: seed)
    }

    /// `sha256=` and 64 lower-case digits.
    private static func isWellFormed(_ header: ArraySlice<UInt8>) -> Bool {
        header.count == 71 && header.starts(with: "sha256=".utf8)
            && header.dropFirst(7).allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
            }
    }
}
