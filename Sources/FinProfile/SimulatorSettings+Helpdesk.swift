public import FinMeasure

extension SimulatorSettings {
    /// The simulated customer's helpdesk, and Fin's hook for it.
    public struct Helpdesk: Codable, Sendable, Equatable {
        /// What stands for each secret that no variable is named for.
        ///
        /// No secret: it opens a simulator on this machine and nothing else.
        public static let localSecret = "finbench-local"
        /// The only integration that the hook knows, unless a profile names another.
        public static let localIntegration = "finbench"

        /// The environment variable with the key of `X-Fin-Signature`.
        public var signingKeyVariable: String?
        /// The environment variable with the secret that the token endpoint asks for.
        public var clientSecretVariable: String?
        /// The environment variable with the value of `X-Webhook-Key`.
        public var webhookKeyVariable: String?
        /// The secrets themselves.
        ///
        /// No profile sets them: the door fills them in on its way to the simulator.
        public var secrets = HelpdeskSecrets()
        /// Whether each call must be signed; the key's form is not documented, so that it can be off.
        public var checksSignatures = true
        /// How far a signature's time may lie from now, nanoseconds; nobody documents it.
        public var clockSkew: Double = 300e9
        /// From a token's issue to its end, nanoseconds.
        public var tokenLife: Double = 3600e9
        /// From a call to its answer, nanoseconds.
        public var delay: Distribution = .fixed(0)
        /// The share of calls that are carried out and then not answered: the connection closes.
        public var droppedAnswers = 0.0
        /// The share of calls that are refused with 401 although the token is good, 0 to 1.
        public var http401 = 0.0
        /// The same with 403.
        public var http403 = 0.0
        /// The share of calls that fail with 500 and are not carried out, 0 to 1.
        public var http500 = 0.0
        /// Whether an `object_id` that is known already gives the object it made, as it must.
        public var isIdempotent = true

        /// A helpdesk that does all it is asked for, at once.
        public init() {}
    }
}

/// The secrets that Fin and a customer's helpdesk share.
public struct HelpdeskSecrets: Codable, Sendable, Equatable {
    /// The key of `X-Fin-Signature`.
    public var signingKey: String
    /// What the token endpoint asks for.
    public var clientSecret: String
    /// The value of `X-Webhook-Key`.
    public var webhookKey: String

    /// Those of a simulator on this machine.
    public init() {
        signingKey = SimulatorSettings.Helpdesk.localSecret
        clientSecret = SimulatorSettings.Helpdesk.localSecret
        webhookKey = SimulatorSettings.Helpdesk.localSecret
    }
}
