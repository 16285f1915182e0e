extension RunDocument {
    /// What procedures asked humans in a run, and what became of the answers.
    ///
    /// Each answer that was sent is in one of the counts from `accepted` to `lost`, or was `cut` on its
    /// way; each question was answered, or is in `refusedCallbacks` or `cut`.
    public struct HITL: Codable, Sendable, Equatable {
        /// Questions of the run's turns, each once.
        public var asked = 0
        /// Notifications of a question that had come before.
        public var repeated = 0
        /// Notifications of no turn of this run that was open: counted, never stored.
        public var foreign = 0
        /// Notifications that lack what an answer needs.
        public var unreadable = 0
        /// Questions whose callback URL is not the target's: nothing was sent there.
        public var refusedCallbacks = 0
        /// Answers sent, second ones included.
        public var sent = 0
        /// Of those: to a question that had its answer from us already.
        public var sentTwice = 0

        /// 200: the answer counts.
        public var accepted = 0
        /// 401.
        public var unauthorized = 0
        /// 403: no access, or no such feature.
        public var forbidden = 0
        /// 404: no such conversation or step.
        public var notFound = 0
        /// 404, because the question had expired.
        public var expired = 0
        /// 409: somebody, perhaps we ourselves, had answered before.
        public var conflicting = 0
        /// 422: the values do not fit what was asked.
        public var invalid = 0
        /// Any other HTTP status.
        public var otherStatus = 0
        /// No complete response in time.
        public var timedOut = 0
        /// The connection failed or broke.
        public var lost = 0

        /// Turns that went on after our answer.
        public var resumed = 0
        /// Questions that the end of the run left without an answer, or without its response.
        public var cut = 0

        /// Nothing yet.
        public init() {}

        private static var counts: [WritableKeyPath<HITL, Int>] {
            [
                \.asked, \.repeated, \.foreign, \.unreadable, \.refusedCallbacks, \.sent,
                \.sentTwice, \.accepted, \.unauthorized, \.forbidden, \.notFound, \.expired,
                \.conflicting, \.invalid, \.otherStatus, \.timedOut, \.lost, \.resumed, \.cut,
            ]
        }

        /// The counts of several processes as one; nil for none.
        public static func sum(_ parts: [HITL]) -> HITL? {
            if parts.isEmpty { return nil }
            return parts.reduce(into: HITL()) { sum, part in
                for path in counts { sum[keyPath: path] += part[keyPath: path] }
            }
        }
    }
}
