import FinMeasure

extension Field {
    /// A distribution: one value, or one of `uniform`, `lognormal`, `recorded`.
    func distribution(_ unit: Unit) throws(ProfileError) -> Distribution {
        if node.mapping == nil { return .fixed(try quantity(unit)) }
        let section = try Section(self, keys: SectionShape.distributionKinds)
        guard let kind = section.pairs.first, section.keys.count == 1 else {
            throw error("must have exactly one of: uniform, lognormal, recorded")
        }
        switch kind.key {
        case "uniform": return try kind.value.uniform(unit)
        case "lognormal": return try kind.value.lognormal(unit)
        default: return .recorded(try kind.value.recordedValues(unit))
        }
    }

    /// A distribution of whole numbers, none below `least` or above `most`.
    ///
    /// A log-normal has no end; its draws are held within the bounds by whoever draws.
    func countDistribution(_ bounds: ClosedRange<Int>) throws(ProfileError) -> Distribution {
        let distribution = try distribution(.count)
        let (least, most) = (Double(bounds.lowerBound), Double(bounds.upperBound))
        let (low, high): (Double, Double)
        switch distribution {
        case .fixed(let value): (low, high) = (value, value)
        case .uniform(let lowest, let highest): (low, high) = (lowest, highest)
        case .lognormal(let median, let p95): (low, high) = (median, p95)
        case .recorded(let values): (low, high) = (values.min() ?? 0, values.max() ?? 0)
        }
        if low < least { throw error("must not be below \(bounds.lowerBound)") }
        if high > most { throw error("must not be above \(bounds.upperBound)") }
        if case .lognormal = distribution { return distribution }
        if low != low.rounded() || high != high.rounded() {
            throw error("may have whole numbers only")
        }
        return distribution
    }

    private func uniform(_ unit: Unit) throws(ProfileError) -> Distribution {
        let bounds = try list(of: "two values, the lowest and the highest")
        if bounds.count != 2 { throw error("must have two values, the lowest and the highest") }
        let (low, high) = (try bounds[0].quantity(unit), try bounds[1].quantity(unit))
        if low > high { throw bounds[1].error("must not be below the lowest value") }
        return .uniform(low: low, high: high)
    }

    private func lognormal(_ unit: Unit) throws(ProfileError) -> Distribution {
        let section = try Section(self, keys: SectionShape.lognormalKeys)
        let median = try section.required("median", "the 50th percentile")
        let p95 = try section.required("p95", "the 95th percentile")
        let (middle, high) = (try median.quantity(unit), try p95.quantity(unit))
        if middle <= 0 { throw median.error("must be above 0: a log-normal has no zero") }
        if high <= middle { throw p95.error("must be above the median") }
        return .lognormal(median: middle, p95: high)
    }
}
