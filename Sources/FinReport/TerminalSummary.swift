internal import FinMeasure
internal import FinProfile

/// What the terminal shows at the end of a run: words, figures, verdict; 80 columns, no colour,
/// nothing that a log file could not hold.
enum TerminalSummary {
    /// The whole text, with a line break at the end.
    static func text(_ record: RunRecord, _ rollup: Rollup, _ judgement: Judgement) -> String {
        let blocks: [[String]] = [
            heading(record),
            LatencyTable.lines(rollup),
            LatencyTable.operations(rollup),
            HistogramChart.lines(rollup.main(.ttft, .planned)),
            outcomes(record),
            integrity(record),
            stamps(record),
            WebhookText.lines(record),
            LedgerText.lines(record),
            ConnectorText.lines(record),
            HITLText.lines(record),
            SLOTable.lines(judgement.slos),
            warnings(judgement),
            ending(record, judgement),
        ]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }

    private static func heading(_ record: RunRecord) -> [String] {
        let document = record.document
        let plan = document.plan
        let state = record.isComplete ? "" : ", killed: this is what it left"
        let begun = document.totals.map { "\($0.conversationsBegun)" } ?? "?"
        let lines: [String] = [
            "\(document.profileName), run \(document.runID), \(document.loadModel) load\(state)",
            "target \(document.target.kind.rawValue): \(document.target.url), "
                + "version \(document.target.version)",
            "\(Decimals.number(plan.lengthSeconds, places: 1)) s of arrivals, "
                + "\(Decimals.number(plan.warmupSeconds)) s of them warm-up; "
                + "\(begun) of \(plan.conversations) conversations began",
        ]
        return (lines + merged(document)).flatMap { wrap($0) }
    }

    private static func merged(_ document: RunDocument) -> [String] {
        guard let slices = document.slices else { return [] }
        return ["merged from \(slices.count) of \(document.sliceCount) slices"]
    }

    private static func outcomes(_ record: RunRecord) -> [String] {
        var counts: [Outcome: UInt64] = [:]
        let rows = record.outcomes.filter { $0.phase == .main }
        for row in rows { counts[row.outcome, default: 0] += row.count }
        guard !counts.isEmpty else { return ["outcomes: no turn ended in the main phase"] }
        let totals = OutcomeTotals(rows) { _ in true }
        let words = Outcome.allCases.compactMap { outcome in
            counts[outcome].map { "\(outcome.rawValue) \($0)" }
        }
        let rate = totals.errorRate.map { Human.percent($0) } ?? "-"
        return wrap("outcomes: " + words.joined(separator: ", ") + "; error rate \(rate)")
    }

    /// What was found wrong on the wire, one line even when nothing was; and what we did ourselves.
    private static func integrity(_ record: RunRecord) -> [String] {
        let found = FoundFlags(record)
        let remarks = found.remarks.isEmpty ? [] : wrap("remarks: " + found.remarks)
        return wrap("integrity: " + found.integrity) + remarks
    }

    /// How exact the instants of events are.
    private static func stamps(_ record: RunRecord) -> [String] {
        guard let totals = record.document.totals, totals.events > 0 else { return [] }
        func share(_ count: Int) -> String {
            Human.percent(Double(count) / Double(totals.events))
        }
        let errors = record.health.filter { $0.metric == HealthMetric.clockOffsetError.rawValue }
        let error = errors.map(\.value).max().map {
            "; their clock is known to \(Human.span(UInt64(max(0, $0 * 1000))))"
        }
        return wrap(
            "stamps: \(share(totals.eventsKernelStamped)) of \(totals.events) events have the kernel's, "
                + "\(share(totals.eventsCoalesced)) shared a read" + (error ?? ""))
    }

    private static func warnings(_ judgement: Judgement) -> [String] {
        judgement.warnings.flatMap { wrap("warning: \($0.message): \($0.advice)") }
    }

    private static func ending(_ record: RunRecord, _ judgement: Judgement) -> [String] {
        let target = record.document.target.kind
        let headline = judgement.headline(target: target)
        let stop = record.document.totals?.stopReason ?? ""
        var lines = [stop.isEmpty ? headline : "STOPPED (\(stop)); so far: \(headline)"]
        // Why an SLO is open or missed stands in its table; the last reason is the generator's.
        let reasons = judgement.reasons
        if let reason = judgement.result == .invalid ? reasons.first : reasons.last {
            lines += wrap(reason)
        }
        return lines + ["\(record.directory)   next: finbench report \(record.directory)"]
    }

    /// The columns that every line keeps to, if its words let it.
    static let width = 80

    /// Breaks a text at blanks; lines after the first are indented, or all of them.
    static func wrap(_ text: String, indent: Int = 4, isHanging: Bool = true) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = isHanging ? "" : margin
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                (line, isEmpty) = (margin, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}
