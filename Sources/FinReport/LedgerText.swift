internal import FinMeasure

/// What a run asked of its target, in a line for the terminal.
enum LedgerText {
    /// Nothing for a record without a ledger.
    static func lines(_ record: RunRecord) -> [String] {
        guard let ledger = record.document.totals?.ledger else { return [] }
        var words =
            "ledger: \(ledger.begun) conversations begun, \(ledger.accepted) accepted "
            + "(\(ledger.users) users), \(ledger.answered) answered, "
            + "\(ledger.escalated) escalated"
        if let cost = ledger.worstCaseUsd {
            words += "; \(ledger.billable) may be billed: at the worst \(Money.words(cost))"
        }
        return TerminalSummary.wrap(words)
    }
}
