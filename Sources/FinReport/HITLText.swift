internal import FinMeasure

/// What humans were asked in a run, in a line for the terminal.
enum HITLText {
    /// Nothing for a run that answers no human step.
    static func lines(_ record: RunRecord) -> [String] {
        guard let hitl = record.document.totals?.hitl else { return [] }
        let questions = words([
            ("asked", hitl.asked), ("resumed", hitl.resumed), ("cut", hitl.cut),
            ("repeated", hitl.repeated), ("FOREIGN", hitl.foreign),
            ("unreadable", hitl.unreadable), ("with a refused callback", hitl.refusedCallbacks),
        ])
        let answers = words([
            ("sent", hitl.sent), ("of them second ones", hitl.sentTwice),
            ("accepted", hitl.accepted), ("refused with 401", hitl.unauthorized),
            ("403", hitl.forbidden), ("404", hitl.notFound), ("expired (404)", hitl.expired),
            ("409", hitl.conflicting), ("422", hitl.invalid),
            ("other statuses", hitl.otherStatus), ("timed out", hitl.timedOut),
            ("lost", hitl.lost),
        ])
        return TerminalSummary.wrap("human steps: \(questions); answers: \(answers)")
    }

    /// The first count always, the others where they are not zero.
    private static func words(_ counts: [(name: String, count: Int)]) -> String {
        counts.enumerated().filter { $0.offset == 0 || $0.element.count > 0 }
            .map { "\($0.element.count) \($0.element.name)" }.joined(separator: ", ")
    }
}
