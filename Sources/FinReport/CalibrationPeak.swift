/// The search for what a machine can do: the number of conversations at a time doubles until the rate
/// grows by no more than a tenth.
///
/// With few at a time the length of a conversation bounds the rate, not the machine.
/// Pure: ask for `next`, try that many at a time, `take` the rate, until there is no next.
public struct CalibrationPeak: Sendable {
    /// So many at a time, and the rate they came to.
    public struct Try: Sendable, Equatable {
        /// Conversations at a time.
        public var concurrency: Int
        /// Conversations a second.
        public var rate: Double
    }

    /// The first number at a time.
    public static let first = 300
    /// The highest number at a time: it bounds how long the search takes.
    public static let last = 2400  // three doublings
    /// A rate that grows by less is the machine's.
    private static let growth = 1.1

    /// The highest number at a time here.
    public let most: Int
    /// What was tried, ascending.
    public private(set) var tries: [Try] = []

    /// - Parameter allowed: conversations at a time that the process may have; at least `first`.
    public init(allowed: Int) {
        precondition(allowed >= CalibrationPeak.first, "too few for one try")
        most = min(allowed, CalibrationPeak.last)
    }

    /// The number at a time to try next; nil when the search is over.
    public var next: Int? {
        guard let last = tries.last else { return CalibrationPeak.first }
        return isFlat || last.concurrency >= most ? nil : min(most, last.concurrency * 2)
    }

    /// Takes the rate that `next` came to, in conversations a second.
    public mutating func take(rate: Double) {
        guard let concurrency = next else { preconditionFailure("the search is over") }
        tries.append(Try(concurrency: concurrency, rate: rate))
    }

    /// The highest rate that was seen, in conversations a second; 0 before the first.
    public var rate: Double { tries.map(\.rate).max() ?? 0 }

    /// Whether the rate had ceased to grow; false: the machine may do more than `rate`.
    ///
    /// A last try that the process's files cut short says nothing: it could not grow by more.
    public var isFlat: Bool {
        guard tries.count > 1 else { return false }
        let (before, last) = (tries[tries.count - 2], tries[tries.count - 1])
        return last.concurrency == 2 * before.concurrency
            && last.rate <= CalibrationPeak.growth * before.rate
    }
}
