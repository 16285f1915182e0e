import FinMeasure
import FinProfile

/// What a plan will do, in the few lines that are shown before its first request.
enum Forecast {
    /// The lines, without a line break at the end.
    static func words(_ plan: RunPlan) -> String {
        let lines = [target(plan), size(plan), names(plan), bill(plan.profile, plan)]
        return (lines + ["stop rules: " + rules(plan.profile)]).joined(separator: "\n")
    }

    private static func target(_ plan: RunPlan) -> String {
        let profile = plan.profile
        let url = profile.target?.url ?? "the embedded simulator"
        return "target \(profile.targetKind.rawValue): \(url), version \(profile.version)"
    }

    private static func size(_ plan: RunPlan) -> String {
        let count = plan.conversationLimit
        let seconds = max(plan.length.seconds, 0.001)
        guard let closed = plan.closed else {
            let turns = plan.arrivals.indices.reduce(0) { $0 + plan.draft(UInt64($1)).turnCount }
            return "\(count) conversations with at most \(turns) turns in "
                + "\(decimal(seconds)) s, \(decimal(Double(count) / seconds))/s on average"
        }
        return "at most \(count) conversations, \(closed.concurrency) at a time, for "
            + "\(decimal(seconds)) s"
    }

    private static func names(_ plan: RunPlan) -> String {
        let pool = plan.profile.conversation.userPool
        let last = UInt64(max(0, plan.conversationLimit - 1))
        let email = pool.email == nil ? "no e-mail is sent" : "an e-mail is sent and overwrites"
        let most = plan.profile.perUserLimit.map { ", at most \($0) conversations each at once" }
        return "ids \(plan.conversationID(0)) to \(plan.conversationID(last)); users "
            + "\(plan.userID(0)) to \(plan.userID(UInt32(pool.size - 1)))\(most ?? ""); \(email)"
    }

    private static func bill(_ profile: Profile, _ plan: RunPlan) -> String {
        guard let bill = profile.worstCaseBill(conversations: plan.conversationLimit) else {
            return "bill: none, target.metered is false"
        }
        let limit = profile.safety.maxCost.map { ", stopped before \(Money.words($0))" }
        return "worst-case bill: \(Money.words(bill)), \(plan.conversationLimit) conversations at "
            + "\(Money.words(profile.safety.pricePerOutcome))\(plan.closed == nil ? "" : limit ?? "")"
    }

    private static func rules(_ profile: Profile) -> String {
        let safety = profile.safety
        let rules = [
            safety.maxEscalations.map { "more than \($0) escalations" },
            safety.maxCost.map { "a bill above \(Money.words($0))" },
            safety.rateLimitFloor.map { "a pause at \(decimal($0 * 100))% of the rate limit left" },
        ]
        let words = rules.compactMap(\.self) + profile.abortRules.map(\.text)
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    private static func decimal(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
