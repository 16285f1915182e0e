internal import FinMeasure
internal import FinProfile

extension PageModel {
    /// What the runs' page says.
    init(_ runs: [RunPicture], toolVersion: String, css: String) throws {
        let isOverlay = runs.count > 1
        let names = runs.map(\.document.profileName)
        let first = runs.first?.document
        title =
            isOverlay
            ? "finbench: \(runs.count) runs"
            : "finbench: \(names.first ?? ""), \(first?.verdictWord ?? "")"
        heading =
            isOverlay
            ? "finbench: \(runs.count) runs laid over each other"
            : "finbench report: \(names.first ?? ""), run \(first?.runID ?? "")"
        self.toolVersion = toolVersion
        self.css = css
        self.runs = try runs.map { try Run($0, isOverlay: isOverlay) }
        differences = PageTables.differences(runs)
        sideBySide = PageTables.sideBySide(runs)
        trends = []
        charts = RunCharts.all(runs).map { chart in
            Figure(
                name: chart.name, title: chart.title, note: chart.note,
                svg: ChartDrawing.svg(chart))
        }
    }

    /// A sign beside a verdict's word, so that colour is not alone.
    static func symbol(_ verdict: String) -> String {
        switch verdict {
        case "pass": "✓"
        case "fail": "✗"
        case "invalid": "⚠"
        case "not_enough_data": "?"
        default: "–"
        }
    }
}

extension RunDocument {
    fileprivate var verdictWord: String { target.kind.rawValue }
}

extension PageModel.Run {
    init(_ run: RunPicture, isOverlay: Bool) throws {
        let judgement = run.judgement
        name = run.name
        self.isOverlay = isOverlay
        result = judgement.result.rawValue
        symbol = PageModel.symbol(judgement.result.rawValue)
        headline = RunWords.headline(run)
        reason = judgement.reasons.first ?? ""
        facts = RunWords.facts(run)
        slos = judgement.slos.map { PageModel.SLOLine($0) }
        hasSLOs = !slos.isEmpty
        validity = RunWords.validity(run)
        warnings = judgement.warnings.map { .init(message: $0.message, advice: $0.advice) }
        integrity = RunWords.integrity(run.record)
        webhooks = PageTables.webhooks(run.document)
        latencyColumns = PageTables.latencyColumns
        latency = PageTables.latency(run)
        hasTurns = run.record.turnsPath != nil
        turnLists = PageTables.turnLists(run)
        profile = try PageTables.profile(run)
    }
}

extension PageModel.SLOLine {
    init(_ result: SLOResult) {
        text = result.slo.text
        verdict = result.judgement.verdict.rawValue
        symbol = PageModel.symbol(verdict)
        words = result.judgement.verdict.words
        seen = RunWords.seen(result.value)
        reason = result.judgement.reason
    }
}
