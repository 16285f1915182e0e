extension RunDocument {
    /// What a run asked of its target, conversation by conversation: what a bill can be checked
    /// against, and the simulator's own count.
    public struct Ledger: Codable, Sendable, Equatable {
        /// Conversations whose `/fin/start` was sent.
        public var begun: Int
        /// Those whose `/fin/start` was answered with 200.
        public var accepted: Int
        /// Those in which a chunk or a reply was seen.
        public var answered: Int
        /// Those that were handed to people.
        public var escalated: Int
        /// Distinct users of the accepted ones.
        public var users: Int
        /// Those that may be billed: all begun but those that were certainly refused.
        public var billable: Int
        /// What they may cost at the worst, in US dollars; nil where nothing is billed.
        public var worstCaseUsd: Double?

        /// Joins the counts.
        public init(
            begun: Int, accepted: Int, answered: Int, escalated: Int, users: Int, billable: Int,
            worstCaseUsd: Double?
        ) {
            self.begun = begun
            self.accepted = accepted
            self.answered = answered
            self.escalated = escalated
            self.users = users
            self.billable = billable
            self.worstCaseUsd = worstCaseUsd
        }
    }
}
