internal import FinMeasure

/// What a run's data connectors came to, in a few words for the terminal.
enum ConnectorText {
    /// Nothing for a run without them.
    static func lines(_ record: RunRecord) -> [String] {
        guard let connectors = record.document.totals?.connectors else { return [] }
        var words =
            "connectors: \(connectors.seen) calls seen, \(connectors.reported) executions "
            + "reported, \(connectors.failed) of them failed"
        let unmatched = connectors.seenUnmatched + connectors.reportedUnmatched
        if unmatched > 0 {
            words +=
                "; \(connectors.seenUnmatched) calls and \(connectors.reportedUnmatched) "
                + "executions have no match"
        }
        if let share = connectors.answerShare {
            words +=
                "; of TTFT in \(connectors.turns) turns that waited: "
                + "\(Human.percent(share)) as seen"
        }
        if let share = connectors.executionShare {
            words += ", \(Human.percent(share)) as reported"
        }
        let note = connectors.note.isEmpty ? "" : "; executions are lacking: \(connectors.note)"
        return TerminalSummary.wrap(words + note)
    }
}
