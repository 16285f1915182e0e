extension RunDocument {
    /// Webhooks of a run: what its receiver was sent, and what the run made of them.
    ///
    /// Every delivery is in one of the receiver's counts. `accepted` = `joined` + `unmatched`, but for
    /// what was still on its way between the two threads when the run ended, and what a worker process
    /// that died had taken.
    public struct Webhooks: Codable, Sendable, Equatable {
        /// Every delivery, whatever became of it.
        public var received = 0
        /// Events of the run's conversations: signed, readable, new.
        public var accepted = 0
        /// Of the accepted ones: came after a later event of their conversation.
        public var reordered = 0
        /// Events that had come before.
        public var duplicate = 0
        /// Events of conversations that are not this run's: counted, never stored.
        public var foreign = 0
        /// Signed, but no event of the Fin Agent API.
        public var unreadable = 0
        /// Without a signature header, or signed in another way.
        public var unsigned = 0
        /// The signature was not the body's.
        public var badSignature = 0
        /// The body was longer than the limit.
        public var oversized = 0
        /// Not a POST, or on another path.
        public var misdirected = 0
        /// Notifications of standard topics, signed.
        public var topics = 0

        /// Accepted ones that were set beside the same event of the stream.
        public var joined = 0
        /// Accepted ones without such an event: the stream had lost it, or nobody waited any more.
        public var unmatched = 0
        /// Events of streams whose webhook did not come within its grace.
        public var missing = 0
        /// Events of streams whose webhook was still waited for when the run ended.
        public var cut = 0

        /// Nothing yet.
        public init() {}

        /// What one receiver has counted.
        private static var received: [WritableKeyPath<Webhooks, Int>] {
            [
                \.received, \.accepted, \.reordered, \.duplicate, \.foreign, \.unreadable,
                \.unsigned, \.badSignature, \.oversized, \.misdirected, \.topics,
            ]
        }

        /// What became of what it accepted.
        private static var used: [WritableKeyPath<Webhooks, Int>] {
            [\.joined, \.unmatched, \.missing, \.cut]
        }

        /// The counts of several processes as one; nil for none.
        ///
        /// - Parameter receiver: what the receiver that they share has counted, and those that none of
        ///   them took; nil where each has its own.
        public static func sum(_ parts: [Webhooks], receiver: Webhooks? = nil) -> Webhooks? {
            if parts.isEmpty { return receiver }
            var sum = receiver ?? Webhooks()
            for path in receiver == nil ? received + used : used {
                sum[keyPath: path] += parts.reduce(0) { $0 + $1[keyPath: path] }
            }
            return sum
        }

        /// Deliveries that say something is wrong: with the secret, the sender or the way.
        public var refused: Int { unsigned + badSignature + oversized + misdirected }
    }
}
