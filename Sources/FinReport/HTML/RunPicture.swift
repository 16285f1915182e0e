internal import FinMeasure
internal import FinProfile

/// One run with everything that its page shows, computed once from its record.
struct RunPicture {
    let record: RunRecord
    let rollup: Rollup
    let judgement: Judgement
    let survey: TurnSurvey
    let anatomy: [AnatomyCSV.Table]
    let timeline: RunTimeline
    /// What tells it from the other runs of the page.
    var name: String

    init(
        _ record: RunRecord, _ rollup: Rollup, _ judgement: Judgement, _ survey: TurnSurvey,
        _ anatomy: [AnatomyCSV.Table]
    ) {
        self.record = record
        self.rollup = rollup
        self.judgement = judgement
        self.survey = survey
        self.anatomy = anatomy
        timeline = RunTimeline(record)
        name = record.document.profileName
    }

    var document: RunDocument { record.document }

    /// The word that stands on every chart of a run whose numbers are not the target's.
    var stamp: String {
        if !judgement.isValid { return "INVALID: the generator was late" }
        return record.isComplete ? "" : "KILLED: a part of the run"
    }

    /// The word for a chart that several runs share.
    static func stamp(_ runs: [RunPicture]) -> String {
        if runs.count == 1 { return runs[0].stamp }
        let doubtful = runs.indices.filter { !runs[$0].stamp.isEmpty }.map { "\($0 + 1)" }
        return doubtful.isEmpty ? "" : "INVALID or killed: run \(doubtful.joined(separator: ", "))"
    }

    /// The main phase of a metric, over all scenarios.
    func main(
        _ metric: Metric, _ anchor: Anchor = .none,
        where isSelected: (String) -> Bool = { _ in true }
    ) -> SeriesCounts {
        rollup.main(metric, anchor, where: isSelected) ?? SeriesCounts(metric: metric)
    }

    /// The operations that the main phase timed.
    var operations: [String] { rollup.operations }

    /// What the generator's lateness may be, in nanoseconds.
    var allowedLateness: UInt64 {
        Validity(record, rollup, slos: judgement.slos.map(\.slo)).allowed
    }

    /// Names that tell several runs apart: the labels that differ, else profile and start.
    static func named(_ runs: [RunPicture]) -> [RunPicture] {
        if runs.count < 2 { return runs }
        let keys = Set(runs.flatMap { $0.document.labels.keys }).sorted().filter { key in
            Set(runs.map { $0.document.labels[key] }).count > 1
        }
        let profiles = Set(runs.map(\.document.profileName))
        return runs.enumerated().map { index, run in
            var parts = profiles.count > 1 ? [run.document.profileName] : []
            parts += keys.prefix(2).map { key in
                "\(key)=\(run.document.labels[key] ?? "-")"
            }
            if parts.isEmpty { parts = [run.document.startedAt] }
            var named = run
            named.name = "\(index + 1): " + shortened(parts.joined(separator: " "))
            return named
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count <= 32 ? text : text.prefix(31) + "…"
    }
}
