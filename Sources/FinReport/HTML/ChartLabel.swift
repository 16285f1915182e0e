/// The words at a chart's ticks and in its hover texts.
enum ChartLabel {
    /// A span given in nanoseconds, as short as it can be said: `200 ms`, `1.5 s`.
    static func span(_ nanoseconds: Double) -> String {
        switch abs(nanoseconds) {
        case 0: "0"
        case ..<999.5: text(nanoseconds, "ns")
        case ..<999_500: text(nanoseconds / 1e3, "us")
        case ..<999_500_000: text(nanoseconds / 1e6, "ms")
        case ..<119.5e9: text(nanoseconds / 1e9, "s")
        default: time(nanoseconds / 1e9)
        }
    }

    /// A time since the run's zero, given in seconds: `45 s`, `2 min`, `1 h 30 min`.
    static func time(_ seconds: Double) -> String {
        if abs(seconds) < 120 { return text(seconds, "s") }
        let whole = Int(seconds.rounded())
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        let parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
        return parts.filter { $0.0 != 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// A share of turns as a percentile: `p50`, `p99.9`; the low end is `0`.
    static func percentile(_ share: Double) -> String {
        share == 0 ? "0" : "p" + Decimals.number(share * 100, places: 4)
    }

    /// A plain number; thousands as `20 k`.
    static func number(_ value: Double) -> String {
        if abs(value) >= 9999.5 { return Decimals.number(value / 1000, places: 1) + " k" }
        return Decimals.number(value, places: abs(value) < 10 ? 2 : abs(value) < 100 ? 1 : 0)
    }

    private static func text(_ value: Double, _ unit: String) -> String {
        Decimals.number(value, places: value < 10 ? 2 : value < 100 ? 1 : 0) + " " + unit
    }
}
