import FinMeasure

/// Writes numbers the way a profile does, with their unit and without loss.
enum DurationText {
    private static let units: [(name: String, size: Int64)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
        ("us", 1_000), ("ns", 1),
    ]

    /// A span in the largest unit that makes it a whole number: `90s`, `2m`, `1500ms`.
    static func words(_ span: Nanoseconds) -> String {
        if span == .zero { return "0s" }
        let unit = units.first { span.count % $0.size == 0 } ?? ("ns", 1)
        return "\(span.count / unit.size)\(unit.name)"
    }

    /// A number without a needless fraction: `3`, `0.5`.
    static func words(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }
}
