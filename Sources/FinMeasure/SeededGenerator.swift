/// A small, fast, seeded generator (SplitMix64) whose every stream is named by what it is for.
///
/// A draw depends on `(seed, stream, index)` only, never on the order in which others were drawn:
/// the same seed gives the same plan and the same simulator behaviour whatever arrives first.
/// - Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    /// Starts the stream of one thing.
    ///
    /// - Parameters:
    ///   - seed: the run's or the simulator's seed.
    ///   - stream: what the draws are for; two streams of a seed are independent.
    ///   - index: which one of them (a conversation number, say).
    ///   - subindex: a second coordinate (a turn number, say).
    @inlinable public init(seed: UInt64, stream: Stream, index: UInt64 = 0, subindex: UInt64 = 0) {
        var state = SeededGenerator.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        state = SeededGenerator.mix(state ^ stream.rawValue &* 0xD6E8_FEB8_6659_FD93)
        state = SeededGenerator.mix(state ^ index &* 0xA076_1D64_78BD_642F)
        self.state = SeededGenerator.mix(state ^ subindex &* 0xE703_7ED1_A0B4_28DB)
    }

    /// What a stream of draws is for.
    public enum Stream: UInt64, Sendable {
        case arrivals = 1
        case turnCount, thinkTime, user, message, scenario, backoff
        case serverThink, serverChunks, serverOutcome, serverFault, serverIdentifier, serverText
        case test
        case comparison
        case webhookBody, webhookOrder
        case serverConnector = 40
        case connectorAnswer
        case topicOrder = 64
        case serverHITL, answerDelay
    }

    @inlinable static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The next 64 uniform bits.
    @inlinable public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SeededGenerator.mix(state)
    }

    /// A uniform value in [0, 1), with 53 random bits.
    @inlinable public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
