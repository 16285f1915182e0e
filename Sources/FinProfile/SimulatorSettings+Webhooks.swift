public import FinMeasure

extension SimulatorSettings {
    /// How the simulator posts its events to a callback URL.
    public struct Webhooks: Codable, Sendable, Equatable {
        /// The callback URL, `http` only; nil where a run names its own receiver.
        public var url: String?
        /// The environment variable that holds the signing secret.
        public var secretVariable: String?
        /// The signing secret.
        ///
        /// No profile sets it: the door fills it in on its way to the simulator's process.
        public var secret: String?
        /// From an event to its delivery, nanoseconds.
        public var delay: Distribution = .fixed(50e6)
        /// The share of deliveries that are sent twice, 0 to 1.
        public var duplicates = 0.0
        /// The share that is sent behind the next one of its turn, 0 to 1.
        public var reordered = 0.0
        /// The share whose signature is wrong, 0 to 1.
        public var badSignatures = 0.0
        /// From a failed attempt to the only other one, nanoseconds.
        public var retryAfter: Double = 60e9

        /// Deliveries without faults.
        public init(url: String? = nil, secret: String? = nil) {
            self.url = url
            self.secret = secret
        }
    }

    /// How the simulator posts notifications of topics to their subscriber.
    public struct TopicWebhooks: Codable, Sendable, Equatable {
        /// What they have in common with events; its secret is the app's client secret.
        public var delivery: Webhooks
        /// From an answer 429 to the next attempt of anything, nanoseconds; doubled each time.
        public var throttle: Double = 60e9
        /// Failed attempts in a row after which notifications are dropped for a while.
        ///
        /// The documentation names no number.
        public var errorLimit = 100
        /// For so long, nanoseconds.
        public var dropFor: Double = 900e9

        /// Notifications without faults.
        public init(_ delivery: Webhooks = Webhooks()) { self.delivery = delivery }
    }
}
