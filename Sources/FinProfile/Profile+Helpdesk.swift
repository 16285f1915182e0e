public import FinMeasure

extension Profile {
    /// How operations talk to a customer's helpdesk, as Fin does, and to Fin, as that helpdesk does.
    public struct Helpdesk: Sendable, Equatable {
        /// The two forms in which a helpdesk's endpoints are documented.
        public enum Style: String, Sendable, CaseIterable {
            /// GET, PUT and POST.
            case mixed
            /// POST alone.
            case postOnly = "post_only"
        }

        /// How the helpdesk is called.
        public var style = Style.postOnly
        /// What stands on the target before each endpoint's name; the simulator's own, else the
        /// customer's.
        public var path = "/helpdesk"
        /// Where on the target bearer tokens come from.
        public var tokenPath = "/helpdesk/oauth/token"
        /// The client that asks for them; no secret.
        public var client = "fin"
        /// The integration that notifications to Fin name.
        public var integration = SimulatorSettings.Helpdesk.localIntegration
        /// How often a synchronisation that failed is begun anew.
        public var retries = 5
        /// From its failure to that.
        public var retryAfter = Nanoseconds.seconds(60)
        /// The environment variable with the key of `X-Fin-Signature`.
        public var signingKeyVariable: String?
        /// The environment variable with the secret that the token endpoint asks for.
        public var clientSecretVariable: String?
        /// The environment variable with the value of `X-Webhook-Key`.
        public var webhookKeyVariable: String?

        /// The documented retries, and the simulator's paths.
        public init() {}
    }
}
