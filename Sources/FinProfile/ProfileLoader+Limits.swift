import FinMeasure
import Yams

extension Field {
    /// Reads `safety:`.
    func safety() throws(ProfileError) -> Profile.Safety {
        let keys = [
            "max_conversations", "max_cost", "price_per_outcome", "max_escalations",
            "rate_limit_floor", "max_per_user",
        ]
        let section = try Section(self, keys: keys)
        var safety = Profile.Safety()
        if let field = section["max_conversations"] {
            safety.maxConversations = try field.count(1...100_000_000)
        }
        if let field = section["max_cost"] { safety.maxCost = try field.money() }
        if let field = section["price_per_outcome"] { safety.pricePerOutcome = try field.money() }
        if let field = section["max_escalations"] {
            safety.maxEscalations = try field.count(0...100_000_000)
        }
        if let field = section["rate_limit_floor"] { safety.rateLimitFloor = try field.share() }
        if let field = section["max_per_user"] {
            safety.maxPerUser = try field.count(1...1_000_000)
        }
        return safety
    }

    /// US dollars: `50 USD`.
    private func money() throws(ProfileError) -> Double {
        let text = try text()
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[1] == "USD", let value = Double(parts[0]), value >= 0,
            value <= 1e9
        else { throw error("is not an amount: write \"50 USD\"") }
        return value
    }

    /// Reads `on_429:`.
    func onRateLimit() throws(ProfileError) -> Profile.OnRateLimit {
        let word = try word(Profile.OnRateLimit.allCases.map(\.rawValue))
        return Profile.OnRateLimit(rawValue: word) ?? .count
    }

    /// Reads `abort_when:`.
    func abortRules() throws(ProfileError) -> [Profile.AbortRule] {
        var rules: [Profile.AbortRule] = []
        for field in try list(of: "rules, such as \"error_rate > 20% over 30s\"") {
            rules.append(try field.abortRule())
        }
        return rules
    }

    private func abortRule() throws(ProfileError) -> Profile.AbortRule {
        let text = try text()
        let parts = text.split(separator: " ").map(String.init)
        guard let place = parts.firstIndex(of: "over"), place == parts.count - 2,
            let window = try? Unit.duration.parse(parts[place + 1]), window > 0
        else { throw error("must end in a window: write \"error_rate > 20% over 30s\"") }
        let words = parts[..<place].joined(separator: " ").replacing(">", with: "<")
        let objective = try SLO.parse(words)
        let subject: Profile.AbortRule.Subject =
            switch objective.subject {
            case .errorRate(let share): .errorRate(above: share)
            case .percentile(let metric, let anchor, let percentile, let limit):
                .percentile(metric, anchor, percentile: percentile, above: limit)
            }
        return .init(text: text, subject: subject, window: Nanoseconds(Int64(window)))
    }
}
