/// What a run says of a service level objective; the raw value is the word in every output.
public enum SLOVerdict: String, Sendable, Codable, CaseIterable {
    /// Met, with the confidence asked for.
    case pass
    /// Missed, with the confidence asked for.
    case fail
    /// The turns of this run decide neither.
    case notEnoughData = "not_enough_data"
}

/// A verdict and the figures it rests on.
public struct SLOJudgement: Sendable, Equatable {
    /// The verdict.
    public var verdict: SLOVerdict
    /// Turns that count.
    public var n: UInt64
    /// Slow ones among them, failed ones included.
    public var slow: UInt64
    /// How much slow turns cluster, at least 1; nil when the run is too short to know.
    public var dispersion: Double?
    /// The most slow turns with which this many would pass; nil when not even none would do.
    public var allowed: UInt64?
    /// Turns still needed if none of them is slow, 0 for a pass; nil when no number of turns would
    /// help, or another thing is missing.
    public var needed: UInt64?
    /// Turns still needed at the rate seen, 0 for a pass; nil for never.
    public var neededAtRate: UInt64?
    /// Why, in words and figures.
    public var reason: String
}

/// The test of "no more than this share of turns is slow" at a confidence.
///
/// With q = the share allowed (1 - p for a percentile p), t of n turns slow and c the confidence:
/// pass when P(Binomial(n, q) <= t) <= 1 - c; fail when P(Binomial(n, q) >= t) <= 1 - c. Both n and
/// t are first divided by the overdispersion. A pass also leaves room for pauses that the run did not
/// meet: t <= n (q - g), with g of `PauseGuard`.
public struct SLOTest: Sendable {
    /// The share of turns that may be slow, above 0 and below 1.
    public let share: Double
    /// The confidence that a verdict must have, above 0.5 and below 1.
    public let confidence: Double
    // Beyond this many turns, "needed" is "never".
    private static let horizon = 1e12

    /// Makes a test.
    public init(share: Double, confidence: Double) {
        precondition(share > 0 && share < 1, "the share allowed must be between 0 and 1")
        precondition(confidence > 0.5 && confidence < 1, "a confidence lies between 0.5 and 1")
        self.share = share
        self.confidence = confidence
    }

    /// The verdict on independent turns (or turns already divided by their overdispersion).
    public func verdict(n: Double, slow: Double) -> SLOVerdict {
        if passes(n: n, slow: slow) { return .pass }
        let tail = Binomial.atLeast(slow, of: n, probability: share)
        return tail <= 1 - confidence ? .fail : .notEnoughData
    }

    /// How many turns pass at the least when `slow` of them are slow; nil beyond all horizons.
    public func turnsNeeded(slow: Double) -> UInt64? {
        smallest { passes(n: Double($0), slow: slow) }
    }

    /// How many turns pass at the least when this share of them is slow; nil for never.
    public func turnsNeeded(rate: Double) -> UInt64? {
        rate < share ? smallest { passes(n: Double($0), slow: rate * Double($0)) } : nil
    }

    /// The most slow turns with which `n` pass; nil when not even none would do.
    public func allowed(n: Double) -> UInt64? {
        guard passes(n: n, slow: 0) else { return nil }
        var (low, high) = (UInt64(0), UInt64(n))
        while low < high {
            let middle = low + (high - low + 1) / 2
            if passes(n: n, slow: Double(middle)) { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private func passes(n: Double, slow: Double) -> Bool {
        Binomial.atMost(slow, of: n, probability: share) <= 1 - confidence
    }

    private func smallest(_ holds: (UInt64) -> Bool) -> UInt64? {
        var high: UInt64 = 1
        while !holds(high) {
            high *= 2
            if Double(high) > SLOTest.horizon { return nil }
        }
        var low = high / 2
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }
}

extension SLOTest {
    /// Judges a run.
    ///
    /// - Parameters:
    ///   - n: turns that count.
    ///   - slow: slow ones among them.
    ///   - cut: turns that we cut, outside `n`.
    ///   - dispersion: from `Overdispersion.estimate`; nil when the run was too short for one.
    ///   - pauses: those that the run may have missed.
    public func judge(
        n: UInt64, slow: UInt64, cut: UInt64, dispersion: Double?, pauses: PauseGuard = .none
    ) -> SLOJudgement {
        let factor = max(1, dispersion ?? 1)
        var found = SLOJudgement(
            verdict: .notEnoughData, n: n, slow: slow, dispersion: dispersion, reason: "")
        found.allowed = allowed(n: Double(n), factor: factor, pauses)
        if n == 0 {
            found.reason = "no turn counts"
        } else if Double(cut) > share * Double(n + cut) {
            found.reason = "\(cut) of \(n + cut) turns were cut, more than may be slow"
        } else if dispersion == nil {
            found.reason =
                "turns over fewer than \(Overdispersion.leastBlocks) blocks of "
                + "\(Int(Overdispersion.leastBlockSeconds)) s do not show how slow turns cluster"
        } else {
            decide(&found, factor: factor, pauses)
        }
        return found
    }

    /// The most slow turns with which `n` pass, clusters and pauses not met thought of; nil when not
    /// even none would do.
    public func allowed(n: Double, factor: Double = 1, _ pauses: PauseGuard) -> UInt64? {
        guard let most = allowed(n: n / factor) else { return nil }
        let room = n * (share - pauses.hiddenShare(confidence: confidence))
        return room < 0 ? nil : min(UInt64(Double(most) * factor), UInt64(room))
    }

    /// How many times as long a run must last to leave room for pauses that it did not meet, with so
    /// many slow turns or at that rate; nil for never.
    public func lengthNeeded(
        slow: Double, of n: Double, atRate: Bool, _ pauses: PauseGuard
    ) -> Double? {
        func holds(_ scale: Double) -> Bool {
            let seen = slow / n / (atRate ? 1 : scale)
            let hidden = pauses.hiddenShare(confidence: confidence, scale: scale)
            return seen + hidden <= share
        }
        if holds(1) { return 1 }
        var (low, high) = (1.0, 2.0)
        while !holds(high) {
            (low, high) = (high, high * 2)
            if high > SLOTest.horizon { return nil }
        }
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }

    private func decide(_ found: inout SLOJudgement, factor: Double, _ pauses: PauseGuard) {
        let (n, slow) = (Double(found.n), Double(found.slow))
        found.verdict = verdict(n: n / factor, slow: slow / factor)
        let isGuarded = found.verdict == .pass && slow > Double(found.allowed ?? 0)
        let mayHide = found.allowed == nil && found.verdict == .pass
        if isGuarded || mayHide { found.verdict = .notEnoughData }
        let most = found.allowed.map { "\($0)" } ?? "none yet"
        found.reason = "\(found.slow) of \(found.n) turns slow, allowed \(most)"
        if factor > 1.005 { found.reason += ", slow turns cluster \(tenths(factor))-fold" }
        guard found.verdict == .notEnoughData else {
            if found.verdict == .pass { (found.needed, found.neededAtRate) = (0, 0) }
            return
        }
        found.needed = larger(
            missing(turnsNeeded(slow: slow / factor), factor, found.n),
            missing(lengthNeeded(slow: slow, of: n, atRate: false, pauses), n))
        found.neededAtRate = larger(
            missing(turnsNeeded(rate: slow / n), factor, found.n),
            missing(lengthNeeded(slow: slow, of: n, atRate: true, pauses), n))
        let atRate = found.neededAtRate.map { "\($0) at the rate seen" } ?? "never at the rate seen"
        if let needed = found.needed {
            found.reason += "; needs \(needed) more turns if none is slow, \(atRate)"
        }
        if isGuarded || mayHide {
            found.reason +=
                "; pauses of \(tenths(pauses.pauseSeconds)) s, which the profile allows for as "
                + "longest_pause, may have been missed in \(tenths(pauses.runSeconds)) s"
        }
    }

    /// Real turns beyond `n`, from effective turns in all.
    private func missing(_ effective: UInt64?, _ factor: Double, _ n: UInt64) -> UInt64? {
        guard let effective else { return nil }
        let all = UInt64((Double(effective) * factor).rounded(.up))
        return all > n ? all - n : 0
    }

    /// The same from a multiple of the run's length.
    private func missing(_ scale: Double?, _ n: Double) -> UInt64? {
        scale.map { UInt64((n * ($0 - 1)).rounded(.up)) }
    }

    /// Nil, for never, is the largest.
    private func larger(_ one: UInt64?, _ other: UInt64?) -> UInt64? {
        guard let one, let other else { return nil }
        return max(one, other)
    }

    private func tenths(_ value: Double) -> String {
        let scaled = Int((value * 10).rounded())
        return "\(scaled / 10).\(scaled % 10)"
    }
}
