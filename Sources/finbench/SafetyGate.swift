import FinMeasure
import FinProfile

/// What is refused before anything is sent: a plan that could exceed what its profile allows.
///
/// A cap never cuts in silence. An open load is refused by what it will do; a closed one, whose
/// number of conversations nobody knows, by the least it will do: `max_cost` stops it on its way.
enum SafetyGate {
    /// Checks a plan.
    ///
    /// - Throws: `Complaint` with the figures, exit status 64.
    static func check(_ plan: RunPlan) throws {
        try checkBill(plan)
        try checkUsers(plan)
        try checkAbortRules(plan.profile)
    }

    private static func checkBill(_ plan: RunPlan) throws {
        let profile = plan.profile
        guard let limit = profile.safety.maxCost,
            let bill = profile.worstCaseBill(conversations: plan.foreseenConversations),
            profile.safety.isExceeded(by: bill)
        else { return }
        let affordable = Int((limit / profile.safety.pricePerOutcome + 1e-6).rounded(.down))
        throw Complaint(
            .usage,
            "the plan of \"\(profile.name)\" has \(plan.foreseenConversations) conversations, which "
                + "may cost \(Money.words(bill)) (\(Money.words(profile.safety.pricePerOutcome)) "
                + "each), but safety.max_cost is \(Money.words(limit)): plan at most "
                + "\(affordable) conversations, or raise safety.max_cost")
    }

    private static func checkUsers(_ plan: RunPlan) throws {
        let size = plan.profile.conversation.userPool.size
        guard let closed = plan.closed, let limit = plan.profile.perUserLimit,
            closed.concurrency > size * limit
        else { return }
        throw Complaint(
            .usage,
            "load.concurrency \"\(closed.concurrency)\" needs more users than "
                + "conversation.user_pool.size \"\(size)\" with at most \(limit) conversations each "
                + "(safety.max_per_user) can give: raise one of them, or lower load.concurrency")
    }

    private static func checkAbortRules(_ profile: Profile) throws {
        for rule in profile.abortRules {
            guard case .percentile(let metric, _, _, _) = rule.subject, metric.scope != .turn else {
                continue
            }
            throw Complaint(
                .usage,
                "abort_when \"\(rule.text)\" names \"\(metric.rawValue)\", which has no value for "
                    + "each turn; name a metric of a turn, such as ttft, or error_rate")
        }
    }
}
