public import FinMeasure

/// Every delivery of a run, decided before the first is sent: when, and of which class.
public struct SendPlan: Sendable {
    /// When each is due.
    public let arrivals: ArrivalPlan
    /// What each is; as many as there are arrivals.
    public let classes: [SendClass]
    /// The seed of classes and bodies.
    public let seed: UInt64

    /// Draws the classes.
    ///
    /// A replay or an older event needs a valid one before it: until there is one, valid is sent.
    /// - Parameters:
    ///   - arrivals: when deliveries are due.
    ///   - mix: the classes' shares.
    ///   - seed: the same seed gives the same classes and bodies.
    public init(arrivals: ArrivalPlan, mix: SendMix, seed: UInt64) {
        self.arrivals = arrivals
        self.seed = seed
        var generator = SeededGenerator(seed: seed, stream: .webhookOrder, index: .max)
        var hasValid = false
        classes = arrivals.offsets.map { _ in
            let drawn = mix.pick(generator.unit())
            let needsValid = drawn == .replayed || drawn == .reordered
            let kind = needsValid && !hasValid ? .valid : drawn
            if kind == .valid { hasValid = true }
            return kind
        }
    }

    /// How many deliveries there are.
    public var count: Int { classes.count }

    /// How many of a class.
    public func count(_ kind: SendClass) -> Int {
        classes.reduce(0) { $0 + ($1 == kind ? 1 : 0) }
    }
}
