import FinMeasure

extension Field {
    /// Reads `safety:`.
    func safety() throws(ProfileError) -> Profile.Safety {
        let section = try Section(self, .safety)
        var safety = Profile.Safety()
        if let field = section["max_conversations"] {
            safety.maxConversations = try field.count(1...100_000_000)
        }
        if let field = section["max_cost"] { safety.maxCost = try field.positiveMoney() }
        try section.read("price_per_outcome", into: &safety.pricePerOutcome, Field.positiveMoney)
        if let field = section["max_escalations"] {
            safety.maxEscalations = try field.count(0...1_000_000_000)
        }
        if let field = section["rate_limit_floor"] { safety.rateLimitFloor = try field.floor() }
        if let field = section["max_per_user"] {
            safety.maxPerUser = try field.count(1...1_000_000)
        }
        return safety
    }

    /// Reads `generator:`.
    func generator() throws(ProfileError) -> Profile.Generator {
        let section = try Section(self, .generator)
        var generator = Profile.Generator()
        try section.read("max_share", into: &generator.maxShare, Field.positiveShare)
        if let field = section["spin"] { generator.spin = try field.spin() }
        return generator
    }

    /// Reads `on_429:`.
    func onRateLimit() throws(ProfileError) -> Profile.OnRateLimit {
        let word = try word(Profile.OnRateLimit.allCases.map(\.rawValue))
        return Profile.OnRateLimit(rawValue: word) ?? .count
    }

    /// US dollars, above zero.
    private func positiveMoney() throws(ProfileError) -> Double {
        let sum = try quantity(.money)
        if sum <= 0 {
            throw error(
                "must be above 0 USD: for a copy that bills nobody write metered: false in target")
        }
        return sum
    }

    private func floor() throws(ProfileError) -> Double {
        let share = try positiveShare()
        if share >= 1 { throw error("must be below 100%, or no request could be sent") }
        return share
    }

    /// Up to a second.
    private func spin() throws(ProfileError) -> Nanoseconds {
        let span = try duration()
        if span > .seconds(1) { throw error("must be at most 1s") }
        return span
    }
}
