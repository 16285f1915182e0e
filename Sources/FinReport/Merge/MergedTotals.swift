internal import FinMeasure

/// The counts of several slices as one.
enum MergedTotals {
    /// Adds up what the slices counted.
    ///
    /// - Parameters:
    ///   - users: distinct users of accepted conversations where they are known; else the slices' own
    ///     counts are added, which is too many where two slices share a user.
    ///   - receiver: what a receiver of webhooks that the slices share has counted; nil for none.
    static func sum(
        _ inputs: [MergeInput], users: Int?, receiver: RunDocument.Webhooks?
    ) -> RunDocument.Totals {
        let all = inputs.map { $0.document.totals ?? estimate($0.record) }
        func total(_ value: (RunDocument.Totals) -> Int) -> Int { all.reduce(0) { $0 + value($1) } }
        return RunDocument.Totals(
            conversationsBegun: total(\.conversationsBegun), turnsPlanned: total(\.turnsPlanned),
            postsSent: total(\.postsSent), streamsOpened: total(\.streamsOpened),
            rowsDropped: total(\.rowsDropped), events: total(\.events),
            eventsKernelStamped: total(\.eventsKernelStamped),
            eventsCoalesced: total(\.eventsCoalesced), clockSteps: total(\.clockSteps),
            stopReason: stopReason(inputs),
            ledger: RunDocument.Ledger.sum(all.compactMap(\.ledger), users: users),
            webhooks: RunDocument.Webhooks.sum(all.compactMap(\.webhooks), receiver: receiver),
            hitl: RunDocument.HITL.sum(all.compactMap(\.hitl)))
    }

    /// Why the whole ended early: a rule before the host before a target that some did not reach, before
    /// a person; empty when nothing did.
    private static func stopReason(_ inputs: [MergeInput]) -> String {
        let (unreached, gaveUp) = ("unreachable: ", "aborted: a slice gave up: ")
        let reasons = inputs.sorted { $0.slices[0].index < $1.slices[0].index }
            .compactMap { $0.document.totals?.stopReason }.filter { !$0.isEmpty }
        for start in ["aborted: ", "host limit: "] {
            let reason = reasons.first { $0.hasPrefix(start) && !$0.hasPrefix(gaveUp) }
            if let reason { return reason }
        }
        // A target that answered one slice can be reached: what the slices measured counts.
        let words = reasons.lazy.compactMap { reason in
            [unreached, gaveUp].first { reason.hasPrefix($0) }.map { reason.dropFirst($0.count) }
        }.first
        guard let words else { return reasons.first ?? "" }
        return (inputs.contains(where: isAnswered) ? gaveUp : unreached) + words
    }

    private static func isAnswered(_ input: MergeInput) -> Bool {
        (input.document.totals?.ledger?.accepted ?? 0) > 0
            || input.record.outcomes.contains { $0.outcome.isSuccess && $0.count > 0 }
    }

    /// What a killed slice's record still says; what it does not say is 0.
    static func estimate(_ record: RunRecord) -> RunDocument.Totals {
        func sum(_ metric: HealthMetric) -> Int {
            let rows = record.health.filter { $0.metric == metric.rawValue }
            return Int(rows.reduce(0) { $0 + $1.value })
        }
        let turns = record.outcomes.reduce(UInt64(0)) { $0 + $1.count }
        let posts = record.health.filter { $0.metric == HealthMetric.postRate.rawValue }
            .reduce(0) { $0 + $1.value * $1.length.seconds }
        return RunDocument.Totals(
            conversationsBegun: sum(.starts), turnsPlanned: Int(turns),
            postsSent: Int(posts.rounded()), streamsOpened: 0, rowsDropped: sum(.rowsDropped),
            events: sum(.events), eventsKernelStamped: sum(.eventsKernelStamped),
            eventsCoalesced: sum(.eventsCoalesced), clockSteps: sum(.clockSteps), stopReason: "")
    }
}
