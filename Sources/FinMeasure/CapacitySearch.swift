/// The search for the highest rate that still passes: geometric steps up, then bisection.
///
/// Pure: ask for `next`, try that rate, `take` what came of it, until there is no next. A first rate
/// that fails is halved until one passes. Bisection takes the geometric mean, so that a resolution of
/// 5 % is one everywhere.
public struct CapacitySearch: Sendable {
    /// What a step came to.
    public enum Verdict: String, Sendable {
        /// Every objective is met.
        case pass
        /// One is missed.
        case fail
        /// The generator was late, or its own limits held starts back: the step says nothing of the
        /// target.
        case invalid
        /// There were too few turns for a verdict.
        case undecided
    }

    /// What a search found.
    public enum Finding: Sendable, Equatable {
        /// The rate passes, and one at most the resolution above it fails.
        case knee
        /// What lies above what passed, if anything did, was too much for the generator: the target may
        /// take more.
        case generatorBound
        /// The highest rate allowed passes.
        case limit
        /// Not even the lowest rate tried passes.
        case nothing
        /// A step gave no verdict.
        case undecided
    }

    /// A rate that was tried.
    public struct Step: Sendable, Equatable {
        /// Conversations begun a second.
        public var rate: Double
        /// What it came to.
        public var verdict: Verdict
    }

    /// The first rate.
    public let start: Double
    /// A rate is this many times the one before it, while all pass.
    public let factor: Double
    /// The highest rate that may be tried; nil for any.
    public let most: Double?
    /// How near the answer must be, as a share of the rate.
    public let resolution: Double
    /// What was tried, in order.
    public private(set) var steps: [Step] = []

    /// How often a first rate that fails is lowered.
    private static let descents = 6

    /// - Parameters:
    ///   - start: above zero, and not above `most`.
    ///   - factor: above 1.
    ///   - resolution: above zero.
    public init(start: Double, factor: Double, most: Double?, resolution: Double) {
        precondition(start > 0 && factor > 1 && resolution > 0, "a search needs room to move")
        self.start = start
        self.factor = factor
        self.most = most
        self.resolution = resolution
    }

    /// The highest rate that passed.
    public var passed: Double? { steps.filter { $0.verdict == .pass }.map(\.rate).max() }

    /// The lowest rate that did not pass, above all that did.
    public var refused: Step? {
        steps.filter { $0.verdict != .pass && $0.rate > (passed ?? 0) }.min { $0.rate < $1.rate }
    }

    /// The rate to try next; nil when the search is over.
    public var next: Double? {
        guard let last = steps.last else { return start }
        if last.verdict == .undecided { return nil }
        guard let refused else { return higher(than: last.rate) }
        guard let passed else {
            return steps.count > CapacitySearch.descents ? nil : last.rate / factor
        }
        return refused.rate / passed <= 1 + resolution ? nil : (refused.rate * passed).squareRoot()
    }

    private func higher(than rate: Double) -> Double? {
        guard let most else { return rate * factor }
        return rate >= most ? nil : min(most, rate * factor)
    }

    /// Takes what the rate of `next` came to.
    public mutating func take(_ verdict: Verdict) {
        guard let rate = next else { preconditionFailure("the search is over") }
        steps.append(Step(rate: rate, verdict: verdict))
    }

    /// What was found; a search that was broken off is undecided.
    public var finding: Finding {
        if steps.last?.verdict == .undecided || next != nil { return .undecided }
        guard let refused else { return .limit }
        if refused.verdict == .invalid { return .generatorBound }
        return passed == nil ? .nothing : .knee
    }

    /// The most steps there can be, and the most that their rates can sum up to: for a bill before
    /// the search.
    ///
    /// Nil without a highest rate.
    public var worstCase: (steps: Int, rates: Double)? {
        guard let most else { return nil }
        var (steps, rates, rate) = (1, start, start)
        while rate < most {
            rate = min(most, rate * factor)
            rates += rate
            steps += 1
        }
        // Each halving of the logarithm of what lies between, all below the highest rate.
        var gap = factor
        while gap > 1 + resolution {
            gap = gap.squareRoot()
            rates += most
            steps += 1
        }
        // All descents together are at most what the first step was.
        return (steps + CapacitySearch.descents, rates + start)
    }
}
