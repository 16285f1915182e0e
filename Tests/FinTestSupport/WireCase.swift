internal import FinMeasure

/// What random input is held against, a case a number; the same number and seed, the same case.
public enum WireCase: String, Sendable, CaseIterable {
    /// Event streams, each read whole, byte by byte and cut at random, against the naive parser.
    case streams
    /// Damaged documents, against the naive validator.
    case documents
    /// Signature headers, true, damaged and odd, against the naive code.
    case headers

    /// Runs one case: what came out otherwise than the judge says, in words; nil when nothing did.
    ///
    /// - Parameters:
    ///   - index: which case.
    ///   - tally: counts what the cases were, so that a generator of one kind only is noticed.
    public func failure(_ index: Int, tally: inout WireTally) -> String? {
        let found =
            switch self {
            case .streams: StreamCase.failure(index, tally: &tally)
            case .documents: DocumentCase.failure(index, tally: &tally)
            case .headers: HeaderCase.failure(index, tally: &tally)
            }
        return found.map { "\(rawValue) case \(index): \($0); \(TestSeed.note)" }
    }

    /// Runs the cases of a range until the first failure.
    public func firstFailure(in range: Range<Int>, tally: inout WireTally) -> String? {
        for index in range {
            if let failure = failure(index, tally: &tally) { return failure }
        }
        return nil
    }
}

/// What kinds of cases there were.
public struct WireTally: Sendable, Equatable {
    /// Cases the judge accepts: a valid document, a true signature, a stream with an event.
    public var accepted = 0
    /// Cases it refuses.
    public var refused = 0

    /// No case yet.
    public init() {}

    /// Counts one case.
    public mutating func count(_ isAccepted: Bool) {
        if isAccepted { accepted += 1 } else { refused += 1 }
    }

    /// Whether each kind makes up a twentieth at the least.
    ///
    /// A generator that only breaks things, or never does, would prove nothing.
    public var isMixed: Bool { min(accepted, refused) * 20 >= accepted + refused }
}

extension Array where Element == UInt8 {
    /// One of these at random.
    static func pick<Item>(_ items: [Item], _ generator: inout SeededGenerator) -> Item {
        items[Int.random(in: 0..<items.count, using: &generator)]
    }

    /// As text for a message, with what is no plain text as escapes.
    var shown: String {
        String(decoding: self, as: UTF8.self).debugDescription
    }
}
