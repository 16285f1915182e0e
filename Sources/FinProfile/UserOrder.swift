import FinMeasure

/// The users of a pool in a drawn order, one after the other and then again from the first.
///
/// Between two conversations of one user lie those of all the others: with a limit per user, a pool
/// that is large enough blocks no start, which independent draws would.
struct UserOrder: Sendable {
    // A Feistel network permutes the numbers of 2 * halfBits bits; what falls outside the pool is
    // permuted again until it falls inside, which keeps it a permutation of the pool ("cycle
    // walking", Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
    //
    // Invariant: size <= 1 << (2 * halfBits) <= 4 * size, so a walk has about four steps at most.
    private let size: UInt64
    private let seed: UInt64
    private let halfBits: UInt64

    private static let roundCount: UInt64 = 4

    /// The order of a pool of 1 user at least.
    init(size: Int, seed: UInt64) {
        self.size = UInt64(max(1, size))
        self.seed = seed
        let bits = UInt64(UInt64.bitWidth - (self.size - 1).leadingZeroBitCount)
        halfBits = max(1, (bits + 1) / 2)
    }

    /// The user of a conversation.
    ///
    /// - Complexity: O(1) expected.
    func user(of conversation: UInt64) -> UInt32 {
        var place = permuted(conversation % size)
        while place >= size { place = permuted(place) }
        return UInt32(truncatingIfNeeded: place)
    }

    private func permuted(_ place: UInt64) -> UInt64 {
        let mask = (1 << halfBits) - 1 as UInt64
        var (left, right) = (place >> halfBits, place & mask)
        for round in 0..<Self.roundCount {
            var generator = SeededGenerator(
                seed: seed, stream: .user, index: round, subindex: right)
            (left, right) = (right, left ^ (generator.next() & mask))
        }
        return left << halfBits | right
    }
}
