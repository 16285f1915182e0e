internal import FinMeasure

/// The family that shows a metric, and where its buckets end.
///
/// What OpenTelemetry's conventions for generative AI have a name for has that name, with dots made
/// to underscores and the unit at the end; all else begins with `finbench_`. Their client metrics
/// begin when the request is issued: ours from `sent`.
/// - Source: OpenTelemetry semantic conventions, "Generative AI metrics" (in development).
struct MetricFamily: Hashable {
    var name: String
    var help: String
    /// Ends of the buckets in nanoseconds, ascending; the last, without an end, is not listed.
    var bounds: [UInt64]

    private init(_ name: String, _ help: String, _ bounds: [UInt64]) {
        (self.name, self.help, self.bounds) = ("\(name)_seconds", help, bounds)
    }

    /// The family of a metric from an anchor.
    static func of(_ metric: Metric, _ anchor: Anchor) -> MetricFamily {
        switch (metric, anchor) {
        case (.turnTime, .sent):
            MetricFamily(
                "gen_ai_client_operation_duration", "From a request to the end of its turn.",
                doublings)
        case (.ttft, .sent):
            MetricFamily(
                "gen_ai_client_operation_time_to_first_chunk",
                "From a request to its first chunk.", doublings)
        case (.chunkGap, _):
            MetricFamily(
                "gen_ai_client_operation_time_per_output_chunk",
                "Between a chunk and the next, by arrival.", doublings)
        case (.serverTTFT, _):
            MetricFamily(
                "gen_ai_server_time_to_first_token",
                "From a response to its first chunk, by the server's own clock.", firstToken)
        default: own(metric, anchor)
        }
    }

    private static func own(_ metric: Metric, _ anchor: Anchor) -> MetricFamily {
        if anchor == .none {
            return MetricFamily(
                "finbench_\(metric.rawValue)", "The metric \(metric.rawValue) of finbench.",
                decades)
        }
        return MetricFamily(
            "finbench_\(metric.rawValue)_from_\(anchor.rawValue)",
            "The metric \(metric.rawValue) of finbench, from the instant \(anchor.rawValue).",
            decades)
    }

    /// Labels that the conventions ask of every one of their metrics.
    var required: [OpenMetricsText.Label] {
        name.hasPrefix("gen_ai_")
            ? [("gen_ai_operation_name", "invoke_agent"), ("gen_ai_provider_name", "intercom")] : []
    }

    /// 10 ms and its doublings, up to 82 s.
    private static let doublings = (0..<14).map { UInt64(10_000_000) << UInt64($0) }

    /// 1 ms to 10 s.
    private static let firstToken: [UInt64] = [
        1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000,
    ].map { $0 * 1_000_000 }

    /// 1, 2.5 and 5 of each decade from 10 us to 100 s.
    private static let decades: [UInt64] =
        (4..<11).flatMap { exponent in
            let unit = (0..<exponent).reduce(UInt64(1)) { value, _ in value * 10 }
            return [unit, unit * 5 / 2, unit * 5]
        } + [100_000_000_000]
}
