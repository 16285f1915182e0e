import FinMeasure

/// What objectives and stop rules look like, as regular expressions for `profile schema`.
///
/// The loader reads them itself and says more; these only keep an editor's user on the way.
enum SLOPattern {
    /// `ttft{turn=1} p95 < 2s`, `error_rate < 0.5%`.
    static let objective =
        "^ *((\(names(of: Metric.allCases))) *\(selectors)? *\(percentile) *\(selectors)? *<"
        + " *\(positive(.duration))|error_rate *\(selectors)? *< *\(positive(.percent))) *$"

    /// `ttft p95 > 10s over 30s`, `error_rate > 20% over 30s`.
    static let abortRule =
        "^ *((\(names(of: Metric.allCases.filter { $0.scope == .turn }))) +\(percentile) *>"
        + " *\(positive(.duration))|error_rate *> *\(Unit.percent.pattern)) +over"
        + " +\(positive(.duration)) *$"

    private static let percentile = "p(?!0+(\\.0+)?[ <>{])[0-9]{1,2}(\\.[0-9]+)?"

    private static let selectors: String = {
        let selector = "(turn *= *(1|2\\+)|(scenario|operation) *= *[A-Za-z0-9_-]+)"
        return "(\\{ *\(selector) *(, *\(selector) *){0,2}\\})"
    }()

    private static func positive(_ unit: Unit) -> String { Unit.notZero + unit.pattern }

    private static func names(of metrics: [Metric]) -> String {
        metrics.map(\.rawValue).joined(separator: "|")
    }
}

extension Unit {
    /// A number of this kind with its unit, as a regular expression without anchors.
    var pattern: String {
        let number = "(0|[1-9][0-9]*)(\\.[0-9]+)?"
        if self == .count { return number }
        if self == .percent { return "(100(\\.0+)?|(0|[1-9][0-9]?)(\\.[0-9]+)?) *%" }
        return "\(number) *(\(factors.map(\.name).joined(separator: "|")))"
    }

    /// What to put before `pattern` where zero is refused.
    static let notZero = "(?!0+(\\.0+)? *[^0-9. ])"
}
