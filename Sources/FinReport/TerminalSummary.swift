internal import FinMeasure
internal import FinProfile

/// What the terminal shows at the end of a run: words, figures, verdict; 80 to 100 columns, no
/// colour, nothing that a log file could not hold.
enum TerminalSummary {
    /// The whole text, with a line break at the end.
    static func text(_ record: RunRecord, _ rollup: Rollup, _ judgement: Judgement) -> String {
        let blocks: [[String]] = [
            heading(record),
            LatencyTable.lines(rollup),
            HistogramChart.lines(rollup.main(.ttft, .planned)),
            outcomes(record),
            integrity(record),
            LedgerText.lines(record),
            slos(judgement),
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
        return [
            "\(document.profileName)  run \(document.runID), \(document.loadModel) load"
                + "\(state)",
            "target \(document.target.kind.rawValue): \(document.target.url), "
                + "version \(document.target.version)",
            "\(Decimals.number(plan.lengthSeconds)) s of arrivals, "
                + "\(Decimals.number(plan.warmupSeconds)) s of them warm-up; "
                + "\(document.totals.map { "\($0.conversationsBegun)" } ?? "?") of "
                + "\(plan.conversations) conversations began",
        ]
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

    /// What was found wrong on the wire; one line even when nothing was.
    private static func integrity(_ record: RunRecord) -> [String] {
        let words = TurnFlags.names.compactMap { name -> String? in
            let turns = record.outcomes.reduce(UInt64(0)) {
                $0 + ($1.mentions(name) ? $1.count : 0)
            }
            return turns > 0 ? "\(name) \(turns)" : nil
        }
        return wrap("integrity: " + (words.isEmpty ? "clean" : words.joined(separator: ", ")))
    }

    private static func slos(_ judgement: Judgement) -> [String] {
        judgement.slos.flatMap { result -> [String] in
            let word = Human.pad(result.judgement.verdict.words, 15)
            return wrap(
                "slo  \(word)  \(result.slo.text): \(shown(result.value)); "
                    + result.judgement.reason)
        }
    }

    private static func shown(_ value: SLOValue?) -> String {
        switch value {
        case .span(let ranked)?: Human.span(ranked)
        case .share(let share)?: Human.percent(share)
        case nil: "-"
        }
    }

    private static func warnings(_ judgement: Judgement) -> [String] {
        judgement.warnings.flatMap { wrap("warning: \($0.message): \($0.advice)") }
    }

    private static func ending(_ record: RunRecord, _ judgement: Judgement) -> [String] {
        let target = record.document.target.kind
        let headline = judgement.headline(target: target)
        let stop = record.document.totals?.stopReason ?? ""
        var lines = [stop.isEmpty ? headline : "STOPPED (\(stop)); so far: \(headline)"]
        if let reason = judgement.reasons.first { lines += wrap(reason) }
        return lines + ["\(record.directory)   next: finbench report \(record.directory)"]
    }

    /// Breaks a line at blanks, continuation lines indented.
    static func wrap(_ text: String, width: Int = 96) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = "    " + word
            } else {
                line = line.isEmpty && lines.isEmpty ? String(word) : line + " " + word
            }
        }
        return lines + [line]
    }
}
