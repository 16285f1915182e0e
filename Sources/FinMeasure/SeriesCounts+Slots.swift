extension SeriesCounts {
    /// A slot that holds something.
    @frozen
    public struct Slot: Sendable, Equatable {
        /// The slot's index in the layout.
        public var index: Int
        /// How many values it holds, at least 1.
        public var count: UInt64

        /// Joins the two.
        @inlinable
        public init(index: Int, count: UInt64) {
            self.index = index
            self.count = count
        }
    }

    /// Slots in a row, eight bytes each: a long run keeps a hundred thousand histograms at once, and
    /// memory that is touched for the first time costs more than what is done with it.
    @frozen
    public struct Slots: RandomAccessCollection, Sendable, Equatable {
        /// Bits of a word below the index.
        @usableFromInline static let countBits: UInt64 = 40
        /// The most values that a slot can hold: 10^12, a million a second for twelve days.
        public static let mostValues: UInt64 = 1 << countBits - 1
        /// The highest index: above that of any layout of five digits.
        public static let highestIndex = 1 << 24 - 1

        // The index above, the count below.
        @usableFromInline var words: [UInt64] = []

        /// None.
        public init() {}

        /// Takes slots in their order.
        public init(_ slots: some Sequence<Slot>) {
            words.reserveCapacity(slots.underestimatedCount)
            for slot in slots { append(slot) }
        }

        /// Makes room for so many.
        @inlinable
        public mutating func reserveCapacity(_ count: Int) { words.reserveCapacity(count) }

        /// Appends a slot; traps above `highestIndex` and `mostValues`.
        @inlinable
        public mutating func append(_ slot: Slot) {
            precondition(
                slot.index >= 0 && slot.index <= Slots.highestIndex
                    && slot.count <= Slots.mostValues, "a slot beyond 24 bits, or a count beyond 40"
            )
            words.append(UInt64(slot.index) << Slots.countBits | slot.count)
        }

        /// The first slot's place.
        @inlinable public var startIndex: Int { 0 }
        /// The place behind the last slot.
        @inlinable public var endIndex: Int { words.count }

        /// A slot by its place in the row.
        @inlinable
        public subscript(place: Int) -> Slot {
            Slot(
                index: Int(words[place] >> Slots.countBits),
                count: words[place] & Slots.mostValues)
        }
    }
}
