internal import FinMeasure
internal import FinProfile

/// Runs in a few lines of Markdown, for a pull request.
enum MarkdownSummary {
    /// The whole text, with a line break at the end.
    static func text(_ runs: [RunPicture]) -> String {
        var blocks = runs.map(block)
        if let table = PageTables.differences(runs).first {
            blocks.append(
                (["**The profiles differ:**", ""] + grid("Key", table)).joined(separator: "\n"))
        }
        if let table = PageTables.sideBySide(runs).first {
            let primary = table.rows.filter { row in
                ["ttft", "first_reply", "turn_time", "error_rate"].contains {
                    row.name.hasPrefix($0)
                }
            }
            let short = PageModel.Grid(columns: table.columns, rows: primary)
            blocks.append(
                (["#### Side by side", ""] + grid("Metric", short)).joined(separator: "\n"))
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private static func block(_ run: RunPicture) -> String {
        let judgement = run.judgement
        let symbol = PageModel.symbol(judgement.result.rawValue)
        var lines = [
            "### \(symbol) \(Markup.markdown(run.name)): \(Markup.markdown(RunWords.headline(run)))",
            "", Markup.markdown(judgement.reasons.first ?? ""), "",
            "Target \(Markup.markdown(RunWords.target(run.document))). "
                + "Run \(Markup.markdown(run.document.runID)), "
                + "started \(Markup.markdown(run.document.startedAt)).", "",
        ]
        if !judgement.slos.isEmpty { lines += slos(judgement) + [""] }
        lines += latencies(run)
        lines += ["", "Outcomes: \(Markup.markdown(RunWords.outcomes(run.record)))."]
        let doubts = judgement.warnings.map {
            "- \(Markup.markdown($0.message)): "
                + Markup.markdown($0.advice)
        }
        if !doubts.isEmpty { lines += [""] + doubts }
        return lines.joined(separator: "\n")
    }

    private static func slos(_ judgement: Judgement) -> [String] {
        ["| SLO | seen | verdict | why |", "|---|--:|---|---|"]
            + judgement.slos.map { result in
                let word = result.judgement.verdict
                let cells = [
                    result.slo.text, RunWords.seen(result.value),
                    "\(PageModel.symbol(word.rawValue)) \(word.words)", result.judgement.reason,
                ]
                return row(cells)
            }
    }

    private static func latencies(_ run: RunPicture) -> [String] {
        let columns = ["n", "censored", "p50", "p95", "p99", "max"]
        let places = columns.compactMap { PageTables.latencyColumns.firstIndex(of: $0) }
        let rows = PageTables.latency(run).filter { line in
            Metric(rawValue: line.metric)?.isPrimary == true
        }
        return [
            "| main phase | " + columns.joined(separator: " | ") + " |",
            "|---|" + columns.map { _ in "--:|" }.joined(),
        ] + rows.map { line in row([line.name] + places.map { line.cells[$0].value }) }
    }

    private static func grid(_ name: String, _ grid: PageModel.Grid) -> [String] {
        [row([name] + grid.columns), "|---|" + grid.columns.map { _ in "--:|" }.joined()]
            + grid.rows.map { line in row([line.name] + line.cells.map(\.value)) }
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { Markup.markdown($0) }.joined(separator: " | ") + " |"
    }
}
