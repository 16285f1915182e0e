internal import FinMeasure
internal import FinProfile

/// The SLOs with the figures their verdicts rest on, a row each; below a row that is no pass, why.
enum SLOTable {
    private static let columns: [(name: String, width: Int)] = [
        ("value", 10), ("n", 8), ("slow", 6), ("allowed", 8), ("needed", 8), ("cluster", 8),
    ]
    // "pass", "FAIL" or "open", two blanks, the SLO's words.
    private static let headWidth = 32

    /// Header, rows and reasons; nothing without SLOs.
    static func lines(_ results: [SLOResult]) -> [String] {
        if results.isEmpty { return [] }
        return [line("slo", columns.map(\.name))] + results.flatMap(rows)
    }

    private static func rows(_ result: SLOResult) -> [String] {
        let found = result.judgement
        let head = "\(word(found.verdict))  \(result.slo.text)"
        let cells = [
            shown(result.value), "\(found.n)", "\(found.slow)",
            found.allowed.map { "\($0)" } ?? "-",
            needed(found), found.dispersion.map { Decimals.number($0, places: 1) } ?? "-",
        ]
        // Long words have the line to themselves.
        let isLong = head.count > headWidth
        let lines = isLong ? [head, line("", cells)] : [line(head, cells)]
        guard let why = why(found) else { return lines }
        return lines + TerminalSummary.wrap(why, indent: 6, isHanging: false)
    }

    private static func line(_ head: String, _ cells: [String]) -> String {
        zip(columns, cells).reduce(Human.pad(head, headWidth)) {
            $0 + Human.pad($1.1, $1.0.width, right: true)
        }
    }

    private static func word(_ verdict: SLOVerdict) -> String {
        switch verdict {
        case .pass: "pass"
        case .fail: "FAIL"
        case .notEnoughData: "open"
        }
    }

    private static func needed(_ found: SLOJudgement) -> String {
        if found.verdict == .fail { return "-" }
        return found.needed.map { "\($0)" } ?? "-"
    }

    /// What decided, in words; for a pass the row says it: no more slow turns than allowed.
    private static func why(_ found: SLOJudgement) -> String? {
        switch found.verdict {
        case .pass: nil
        case .fail: "more slow turns than chance explains"
        case .notEnoughData: "not enough data: \(found.reason)"
        }
    }

    private static func shown(_ value: SLOValue?) -> String {
        switch value {
        case .span(let ranked)?: Human.span(ranked)
        case .share(let share)?: Human.percent(share)
        case nil: "-"
        }
    }
}
