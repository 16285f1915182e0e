internal import FinMeasure
internal import FinProfile

/// Sentences and facts of a run for the page and for Markdown.
enum RunWords {
    /// The verdict in capitals; a stop before it.
    static func headline(_ run: RunPicture) -> String {
        let words = run.judgement.headline(target: run.document.target.kind)
        let stop = run.document.totals?.stopReason ?? ""
        if !run.record.isComplete { return "KILLED; what it left: \(words)" }
        return stop.isEmpty ? words : "STOPPED (\(stop)); so far: \(words)"
    }

    /// What was hit, in words.
    static func target(_ document: RunDocument) -> String {
        "\(document.target.kind.rawValue): \(document.target.url), version "
            + document.target.version
    }

    /// What was run, and the figures that most people ask for first.
    static func facts(_ run: RunPicture) -> [PageModel.Fact] {
        let document = run.document
        var facts: [PageModel.Fact] = [
            .init(name: "target", value: target(document), isKey: true)
        ]
        facts += figures(run)
        facts += [
            .init(name: "profile", value: document.profileName),
            .init(name: "run", value: document.runID),
            .init(name: "started", value: document.startedAt),
            .init(name: "load", value: load(document)),
        ]
        for (key, value) in document.labels.sorted(by: { $0.key < $1.key }) {
            facts.append(.init(name: key, value: value))
        }
        facts.append(
            .init(
                name: "generator",
                value: "\(document.host.name), \(document.host.processors) processors, "
                    + document.host.system))
        return facts
    }

    /// The figures that most people ask for first; none where there were no turns.
    private static func figures(_ run: RunPicture) -> [PageModel.Fact] {
        let ttft = run.main(.ttft, .planned)
        let totals = OutcomeTotals(run.record.outcomes) { $0.phase == .main }
        guard totals.planned > 0 else { return [] }
        let values = ttft.values(at: [0.5, 0.95, 0.99]) + [ttft.maximum]
        return [
            .init(
                name: "TTFT p50, p95, p99, max",
                value: values.map { Human.span($0) }.joined(separator: ", "), isKey: true),
            .init(
                name: "error rate",
                value: (totals.errorRate.map { Human.percent($0) } ?? "-")
                    + " of \(totals.n) turns", isKey: true),
        ]
    }

    private static func load(_ document: RunDocument) -> String {
        let plan = document.plan
        let begun = document.totals.map { "\($0.conversationsBegun)" } ?? "?"
        return "\(document.loadModel), \(Decimals.number(plan.lengthSeconds)) s, "
            + "\(Decimals.number(plan.warmupSeconds)) s of it warm-up; "
            + "\(begun) of \(plan.conversations) conversations began"
    }

    /// The generator's own lateness in a sentence.
    static func validity(_ run: RunPicture) -> String {
        Validity(run.record, run.rollup, slos: run.judgement.slos.map(\.slo)).sentence
    }

    /// What was found wrong on the wire.
    static func integrity(_ record: RunRecord) -> String { FoundFlags(record).integrity }

    /// The figure that an SLO is about.
    static func seen(_ value: SLOValue?) -> String {
        switch value {
        case .span(let ranked)?: Human.span(ranked)
        case .share(let share)?: Human.percent(share)
        case nil: "-"
        }
    }

    /// How the turns of the main phase ended.
    static func outcomes(_ record: RunRecord) -> String {
        var counts: [Outcome: UInt64] = [:]
        for row in record.outcomes where row.phase == .main {
            counts[row.outcome, default: 0] += row.count
        }
        let words = Outcome.allCases.compactMap { outcome in
            counts[outcome].map { "\(outcome.rawValue) \($0)" }
        }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }
}
