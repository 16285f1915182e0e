public import FinMeasure

extension Profile {
    /// A way in which Fin's events come.
    public enum Delivery: String, Sendable, CaseIterable {
        /// Over the event stream whose URL the answer to a POST names.
        case sse
        /// To the run's own receiver.
        case webhook
    }

    /// The receiver of a run whose events come by webhook.
    public struct Webhooks: Sendable, Equatable {
        /// The address to listen on, `host:port`; port 0 takes a free one.
        public var listen = Listen(host: "127.0.0.1", port: 0)
        /// The only path that is taken; nil: any.
        public var path: String?
        /// The environment variable with the signing secret; the embedded simulator needs none.
        public var secretVariable: String?
        /// The variable with a second valid secret, during a rotation.
        public var previousSecretVariable: String?
        /// The variable with the app's client secret, which signs standard topics; nil: none is taken.
        public var topicSecretVariable: String?
        /// How long a webhook is waited for once its turn is over.
        public var grace = Nanoseconds.seconds(10)

        /// The defaults.
        public init() {}
    }

    /// Where a receiver listens.
    public struct Listen: Sendable, Equatable {
        /// An address of this machine.
        public var host: String
        /// 0 lets the system choose.
        public var port: Int

        /// Joins the two.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// Whether turns are followed on their event stream.
    public var hasStreams: Bool { delivery.contains(.sse) }

    /// Whether events come by webhook.
    public var hasWebhooks: Bool { delivery.contains(.webhook) }

    /// Whether the run has a receiver.
    public var hasReceiver: Bool { hasWebhooks || hitl != nil }
}
