internal import FinMeasure

/// Numbers as every file shows them: plain decimals, no exponents, no trailing zeros.
enum Decimals {
    /// Nanoseconds as milliseconds, exact: at most 6 decimals.
    static func milliseconds(_ nanoseconds: Int64) -> String {
        scaled(nanoseconds, places: 6)
    }

    /// Nanoseconds as milliseconds, exact: at most 6 decimals.
    static func milliseconds(_ nanoseconds: UInt64) -> String {
        scaled(Int64(clamping: nanoseconds), places: 6)
    }

    /// Nanoseconds as seconds, exact: at most 9 decimals.
    static func seconds(_ span: Nanoseconds) -> String { scaled(span.count, places: 9) }

    /// A number rounded to so many decimals; empty when it is not finite.
    static func number(_ value: Double, places: Int = 6) -> String {
        guard value.isFinite else { return "" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard abs(value) < 9e18 / scale else { return "\(Int64(clamping: Int128(value)))" }
        return scaled(Int64((value * scale).rounded()), places: places)
    }

    /// `value` / 10^places, without trailing zeros.
    static func scaled(_ value: Int64, places: Int) -> String {
        var divisor: UInt64 = 1
        for _ in 0..<places { divisor *= 10 }
        let magnitude = value.magnitude
        let sign = value < 0 ? "-" : ""
        let whole = "\(sign)\(magnitude / divisor)"
        if magnitude % divisor == 0 { return whole }
        var fraction = String(magnitude % divisor + divisor).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}
