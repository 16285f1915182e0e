public import FinProfile

/// Where the simulator listens and how it behaves.
public struct SimulatorOptions: Sendable {
    /// Latencies, outcomes, faults, framing: the `simulator:` section of a profile.
    public var settings: SimulatorSettings
    /// The address to bind; loopback unless said otherwise.
    public var host = "127.0.0.1"
    /// The port to bind; 0 lets the system choose.
    public var port = 0
    /// The base URL written into `sse_subscription_url`, without a trailing slash, for a server
    /// behind a gateway; nil: the bound address.
    public var advertise: String?
    /// The only accepted API key; nil: any bearer token that is not empty.
    public var apiKey: String?
    /// Where the truth log is written, one CSV line per turn; nil: none is kept.
    public var truthPath: String?
    /// Where the truth of webhooks is written, one CSV line per attempt; nil: none is kept.
    public var webhookTruthPath: String?
    /// Where the truth of human answers is written, one CSV line per request; nil: none is kept.
    public var hitlTruthPath: String?
    /// Whether webhooks may go to another machine; else the callback URL must be loopback's.
    public var allowsRemoteWebhooks = false
    /// The version of calls that carry no `Intercom-Version`.
    public var defaultVersion = "2.16"
    /// The app id inside channel names.
    public var appID = "finsim01"
    /// Whether a start token dies at `awaiting_user_reply` even when nobody has subscribed yet.
    ///
    /// Off, because an answer that needs no time would then always be lost: the token of
    /// `/fin/start` lives on until the end of its answer was read once, at most for its 180 s.
    public var revokesUnreadTokens = false

    /// Seconds that a token lives; shorter in tests only.
    var tokenLife: UInt64 = 180
    /// Identity verification secrets that are there from the beginning; in tests only.
    var plantedSecrets: [String] = []

    /// Options with default values around the given settings.
    public init(settings: SimulatorSettings = SimulatorSettings()) {
        self.settings = settings
    }
}
