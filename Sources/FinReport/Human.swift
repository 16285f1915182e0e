internal import FinMeasure

/// Numbers for people: three significant digits and the unit that suits.
enum Human {
    /// A span, for instance `845 us`, `12.3 ms`, `1.25 s`, `2 min 5 s`.
    static func span(_ nanoseconds: UInt64) -> String {
        let value = Double(nanoseconds)
        if nanoseconds < 1000 { return "\(nanoseconds) ns" }
        if value < 999_500 { return "\(digits(value / 1e3)) us" }
        if value < 999_500_000 { return "\(digits(value / 1e6)) ms" }
        if value < 119.5e9 { return "\(digits(value / 1e9)) s" }
        let seconds = Int((value / 1e9).rounded())
        return seconds % 60 == 0
            ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
    }

    /// A span that may be a lower bound: `>= 1.25 s`; `-` for none.
    static func span(_ value: RankedValue?) -> String {
        guard let value else { return "-" }
        return (value.isLowerBound ? ">= " : "") + span(value.nanoseconds)
    }

    /// A signed span: `-12.5 us`.
    static func span(signed nanoseconds: Int64) -> String {
        (nanoseconds < 0 ? "-" : "") + span(nanoseconds.magnitude)
    }

    /// A share as a percentage with three significant digits.
    static func share<Count: BinaryInteger>(_ count: Count, _ all: Count) -> String {
        all == 0 ? "-" : percent(Double(count) / Double(all))
    }

    /// A share, 0 to 1, as a percentage.
    static func percent(_ share: Double) -> String {
        share == 0 ? "0 %" : "\(Decimals.number(share * 100, places: share < 0.001 ? 4 : 2)) %"
    }

    /// Three significant digits of a value from 1 to 999; one decimal less for each digit before.
    static func digits(_ value: Double) -> String {
        let places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        let text = Decimals.number(value, places: places)
        if places == 0 { return text }
        let parts = text.split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return parts[0] + "." + fraction + String(repeating: "0", count: places - fraction.count)
    }

    /// `text` in a field of that width, left or right.
    static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }
}
