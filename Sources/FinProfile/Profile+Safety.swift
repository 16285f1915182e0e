internal import FinMeasure

extension Profile {
    /// Whether conversations cost money: as `target.metered` says, by default on any target that is
    /// not this machine.
    public var isMetered: Bool { target?.isMetered ?? false }

    /// Conversations of one test user at the same time; nil for no limit.
    ///
    /// Two by default where conversations are billed: a person with two windows.
    public var perUserLimit: Int? { safety.maxPerUser ?? (isMetered ? 2 : nil) }

    /// What so many conversations cost at the worst, in US dollars; nil where nothing is billed.
    ///
    /// Every one counts: a conversation that was answered and left is billed as an assumed resolution.
    /// - Source: Intercom's help pages on outcomes: at most one a conversation.
    public func worstCaseBill(conversations: Int) -> Double? {
        isMetered ? Money.sum(conversations, of: safety.pricePerOutcome) : nil
    }
}

extension Profile.Safety {
    /// Whether a bill is above `max_cost`; a bill that meets it to the cent is not.
    public func isExceeded(by bill: Double) -> Bool {
        // Sums of cents are not exact in binary: a ten-thousandth of a cent is no excess.
        maxCost.map { bill > $0 + 1e-6 } ?? false
    }
}
