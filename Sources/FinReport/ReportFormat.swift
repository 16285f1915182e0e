internal import FinMeasure
public import FinProfile
private import Foundation

/// What other tools of the field read, made from a run's record.
public enum ReportFormat: String, Sendable, CaseIterable {
    /// JUnit XML of the verdicts: a test case for each SLO and one for the generator.
    case junit
    /// HdrHistogram's percentile text of TTFT from `planned`, in milliseconds.
    case hgrm
    /// github-action-benchmark, `customSmallerIsBetter`: percentiles of the primary metrics.
    case benchmark

    /// Renders a finished run.
    ///
    /// - Parameter parseSLO: the profile's parser; nil for what it does not understand.
    /// - Throws: `ReportError`.
    public func render(directory: String, parseSLO: (String) -> SLO?) throws -> String {
        let record = try RecordReader.read(directory: directory)
        let rollup = Rollup(record)
        switch self {
        case .junit:
            let slos = try Report.slos(in: directory, parseSLO)
            return JUnitXML.text(record, try Judgement(record, rollup, slos: slos))
        case .hgrm:
            guard let counts = rollup.main(.ttft, .planned), counts.slotTotal > 0 else {
                throw ReportError(
                    .malformed, path: directory,
                    "has no ttft; expected at least one turn with chunks: look at outcomes.csv")
            }
            return PercentileText.text(counts)
        case .benchmark: return try BenchmarkJSON.text(record, rollup)
        }
    }
}

/// JUnit's XML, which every CI shows.
///
/// *Not enough data* is an error, not a skipped test: CI shows skipped ones as fine.
enum JUnitXML {
    static func text(_ record: RunRecord, _ judgement: Judgement) -> String {
        let suite = escaped("finbench.\(record.document.profileName)")
        let failures =
            judgement.slos.count { $0.judgement.verdict == .fail }
            + (judgement.result == .invalid ? 1 : 0)
        let trouble = wholeness(record, judgement)
        let errors =
            judgement.slos.count { $0.judgement.verdict == .notEnoughData }
            + (trouble?.tag == "error" ? 1 : 0)
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<testsuite name=\"\(suite)\" tests=\"\(judgement.slos.count + 1)\" "
                + "failures=\"\(failures)\" errors=\"\(errors)\" "
                + "timestamp=\"\(escaped(record.document.startedAt))\">",
        ]
        lines += test(suite, "the run is whole and its generator kept up", trouble)
        for result in judgement.slos {
            let reason = result.judgement.reason
            switch result.judgement.verdict {
            case .pass: lines += test(suite, result.slo.text, nil)
            case .fail: lines += test(suite, result.slo.text, ("failure", "missed", reason))
            case .notEnoughData:
                lines += test(suite, result.slo.text, ("error", "not_enough_data", reason))
            }
        }
        return (lines + ["</testsuite>", ""]).joined(separator: "\n")
    }

    private typealias Trouble = (tag: String, type: String, words: String)

    private static func wholeness(_ record: RunRecord, _ judgement: Judgement) -> Trouble? {
        let reason = judgement.reasons.first ?? ""
        if judgement.result == .invalid { return ("failure", "invalid", reason) }
        if let lack = Judgement.lack(record) { return ("error", "not_enough_data", lack) }
        let stop = record.document.totals?.stopReason ?? ""
        if !stop.isEmpty {
            return ("error", "interrupted", "the run did not come to its end: \(stop)")
        }
        let isSaid = judgement.slos.contains { $0.judgement.verdict == .notEnoughData }
        return judgement.result == .notEnoughData && !isSaid
            ? ("error", "not_enough_data", reason) : nil
    }

    private static func test(_ suite: String, _ name: String, _ trouble: Trouble?) -> [String] {
        let head = "  <testcase classname=\"\(suite)\" name=\"\(escaped(name))\""
        guard let trouble else { return [head + "/>"] }
        return [
            head + ">",
            "    <\(trouble.tag) type=\"\(trouble.type)\" message=\"\(escaped(trouble.words))\"/>",
            "  </testcase>",
        ]
    }

    private static func escaped(_ text: String) -> String {
        var made = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": made += "&amp;"
            case "<": made += "&lt;"
            case ">": made += "&gt;"
            case "\"": made += "&quot;"
            // XML 1.0 has no place for other control characters.
            case "\u{0}"..."\u{1F}": made += " "
            default: made.unicodeScalars.append(character)
            }
        }
        return made
    }
}

/// The percentile text that HdrHistogram's own tools print and plot, `.hgrm`.
///
/// Censored turns are part of the count, as in every percentile of ours: the list then ends below
/// 1.0 at the last value that was measured.
/// - Source: HdrHistogram, `outputPercentileDistribution`, five ticks per half distance.
enum PercentileText {
    private static let ticksPerHalf = 5.0

    static func text(_ counts: SeriesCounts) -> String {
        var lines = ["       Value     Percentile TotalCount 1/(1-Percentile)", ""]
        let n = Double(counts.n)
        var passed: UInt64 = 0
        var next = 0.0
        for slot in counts.slots {
            passed += slot.count
            let reached = Double(passed) / n
            let value = Double(counts.reported(slot)) / 1e6
            // Several ticks may fall into one slot; it is printed once for each of them.
            while reached >= next {
                lines.append(line(value, next, passed))
                if next >= 1 || passed == counts.n { break }
                next = following(next)
            }
        }
        if passed == counts.n, let largest = counts.largest, next < 1 {
            lines.append(line(Double(largest) / 1e6, 1, passed))
        }
        lines.append(
            String(
                format: "#[Mean    = %12.3f, StdDeviation   = %12.3f]", (counts.mean ?? 0) / 1e6,
                (counts.standardDeviation ?? 0) / 1e6))
        lines.append(
            String(
                format: "#[Max     = %12.3f, Total count    = %12d]",
                Double(counts.largest ?? 0) / 1e6, Int(counts.n)))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ value: Double, _ percentile: Double, _ count: UInt64) -> String {
        let head = String(
            format: "%12.3f %2.12f %10d", value, percentile, Int(count))
        return percentile >= 1
            ? head : head + (String(format: " %14.2f", 1 / (1 - percentile)))
    }

    /// The next tick: the distance to 1 is divided more finely the nearer it is.
    private static func following(_ percentile: Double) -> Double {
        let halves = (log(1 / (1 - percentile)) / log(2)).rounded(.down) + 1
        let ticks = ticksPerHalf * exp2(halves)
        return percentile + 1 / ticks
    }
}

/// The list that github-action-benchmark charts; a smaller value is better.
enum BenchmarkJSON {
    static func text(_ record: RunRecord, _ rollup: Rollup) throws -> String {
        var entries: [JSONValue] = []
        for metric in [Metric.ttft, .firstReply, .turnTime] {
            guard let counts = rollup.main(metric, .planned) else { continue }
            for share in [0.5, 0.95, 0.99] {
                guard let value = counts.value(at: share) else { continue }
                let gate = ComparisonGate(
                    .percentile(metric, .planned, share), threshold: 0)
                let bound = value.isLowerBound ? "at least: it falls among failed turns; " : ""
                entries.append(
                    entry(
                        record, gate.name, "ms", Double(value.nanoseconds) / 1e6,
                        "\(bound)n=\(counts.n)"))
            }
        }
        let totals = OutcomeTotals(record.outcomes.filter { $0.phase == .main }) { _ in true }
        if let rate = totals.errorRate {
            entries.append(entry(record, "error_rate", "%", rate * 100, "n=\(totals.n)"))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(JSONValue.array(entries)), as: UTF8.self) + "\n"
    }

    private static func entry(
        _ record: RunRecord, _ name: String, _ unit: String, _ value: Double, _ extra: String
    ) -> JSONValue {
        let document = record.document
        return .object([
            "name": .string("\(document.profileName) \(name)"),
            "unit": .string(unit),
            "value": .number(value),
            "extra": .string(
                "\(extra); target \(document.target.kind.rawValue)"
                    + (Judgement.lack(record).map { "; \($0)" } ?? "")),
        ])
    }
}
