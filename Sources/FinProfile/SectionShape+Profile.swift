extension SectionShape {
    /// A whole profile.
    static let profile = SectionShape([
        KeyShape(
            name: "extends", value: .path,
            summary: "another profile, or a shipped one, whose keys hold where this one is silent",
            example: "base.yaml"),
        KeyShape(
            name: "name", value: .pattern("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
            summary: "names the results; the file's name when left out"),
        KeyShape(
            name: "description", value: .text, summary: "what the profile asks, in a sentence",
            standard: "''"),
        KeyShape(
            name: "labels",
            value: .texts(.text, keyPattern: "^[A-Za-z0-9._-]+$", limit: nil),
            summary: "words of your own in every summary", standard: "{}"),
        KeyShape(
            name: "target", value: .section(.target),
            summary: "what is hit; without an address: the embedded simulator"),
        KeyShape(
            name: "delivery", value: .list(.word(Profile.Delivery.allCases.map(\.rawValue))),
            summary: "how Fin's events come", standard: "[sse]"),
        KeyShape(
            name: "webhooks", value: .section(.webhooks),
            summary: "the run's own receiver, of events by webhook and of humans' questions"),
        KeyShape(
            name: "hitl", value: .either([.whole(.hitl)]),
            summary: "who answers procedures that ask a human; none: nobody does",
            example: "{answer_delay: 500ms}"),
        KeyShape(
            name: "conversation", value: .section(.conversation),
            summary: "what one conversation is like"),
        KeyShape(
            name: "scenarios", value: .list(.whole(.scenario), least: 0),
            summary: "a weighted mix of conversations and API operations; none: conversation alone",
            example: "[{name: tools, operations: [capabilities]}]"),
        KeyShape(
            name: "connectors", value: .either([.whole(.connectors)]),
            summary: "the endpoint that data connectors call, hosted by the run; none: as needed",
            example: "{answer: 50ms}"),
        KeyShape(
            name: "helpdesk", value: .section(.helpdesk),
            summary: "how helpdesk operations talk to a customer's helpdesk, and to Fin"),
        KeyShape(
            name: "load", value: .section(.load), summary: "when conversations begin"),
        KeyShape(
            name: "slo", value: .list(.pattern(SLOPattern.objective), least: 0),
            summary: "what must hold for a pass; none: no verdict", example: "[ttft p95 < 2s]"),
        KeyShape(
            name: "confidence", value: .quantity(.percent, isPositive: true),
            summary: "the confidence that a verdict must have", standard: "99%"),
        KeyShape(
            name: "longest_pause", value: .quantity(.duration, isPositive: false),
            summary: "that a pass allows for unmet; none: 3s, 0s when simulated",
            example: "15s"),
        KeyShape(
            name: "abort_when", value: .list(.pattern(SLOPattern.abortRule), least: 0),
            summary: "what ends the run before its time; none: nothing",
            example: "[error_rate > 20% over 30s]"),
        KeyShape(
            name: "on_429", value: .word(Profile.OnRateLimit.allCases.map(\.rawValue)),
            summary: "count: a 429 ends its turn; wait: its POST waits for the limit's reset",
            standard: "count"),
        KeyShape(
            name: "transport", value: .section(.transport), summary: "how requests travel"),
        KeyShape(
            name: "generator", value: .section(.generator),
            summary: "what is asked of finbench itself"),
        KeyShape(
            name: "safety", value: .section(.safety), summary: "what a run may not exceed"),
        KeyShape(
            name: "simulator", value: .section(.simulator),
            summary: "the embedded simulator; without effect where a target is named"),
    ])

    static let webhooks = SectionShape([
        KeyShape(
            name: "listen", value: .pattern("^.+:[0-9]{1,5}$"),
            summary: "address and port; port 0 takes a free one", standard: "127.0.0.1:0"),
        KeyShape(
            name: "path", value: .pattern("^/[^?# ]*$"),
            summary: "the only path that is taken; none: any", example: "/fin"),
        KeyShape(
            name: "secret_env", value: .pattern(EnvironmentName.pattern),
            summary: "the variable with the signing secret; the embedded simulator needs none",
            example: "FIN_WEBHOOK_SECRET"),
        KeyShape(
            name: "previous_secret_env", value: .pattern(EnvironmentName.pattern),
            summary: "the variable with a second valid secret, during a rotation",
            example: "FIN_WEBHOOK_SECRET_OLD"),
        KeyShape(
            name: "topic_secret_env", value: .pattern(EnvironmentName.pattern),
            summary: "the variable with the secret of standard topics; none: no topic is taken",
            example: "INTERCOM_CLIENT_SECRET"),
        KeyShape(
            name: "grace", value: .quantity(.duration, isPositive: true),
            summary: "a webhook is waited for so long once its turn is over", standard: "10s"),
    ])

    static let transport = SectionShape([
        KeyShape(
            name: "http", value: .word(["1.1", "2"]),
            summary: "the version of HTTP; 2 needs an https target, and shares connections",
            standard: "'1.1'"),
        KeyShape(
            name: "streams_per_connection", value: .count(1...1000),
            summary: "requests that share an HTTP/2 connection, at the most", standard: "10"),
    ])

    static let generator = SectionShape([
        KeyShape(
            name: "max_share", value: .quantity(.percent, isPositive: true),
            summary: "of a gated median, the most that finbench's own lateness may be",
            standard: "1%"),
        KeyShape(
            name: "spin", value: .quantity(.duration, isPositive: false),
            summary: "awake so long before a start; none: as the machine needs", example: "100us"),
    ])

    static let safety = SectionShape([
        KeyShape(
            name: "max_conversations", value: .count(1...100_000_000),
            summary: "a larger plan is refused; none: 100 where metered, else 100000",
            example: "100"),
        KeyShape(
            name: "max_cost", value: .quantity(.money, isPositive: true),
            summary: "a plan whose worst case costs more is refused; none: no limit",
            example: "50 USD"),
        KeyShape(
            name: "price_per_outcome", value: .quantity(.money, isPositive: true),
            summary: "what one outcome costs, for the worst case", standard: "0.99 USD"),
        KeyShape(
            name: "max_escalations", value: .count(0...1_000_000_000),
            summary: "one more stops new starts; none: no limit", example: "5"),
        KeyShape(
            name: "rate_limit_floor", value: .quantity(.percent, isPositive: true),
            summary: "starts pause while less of the rate limit is left; none: they do not",
            example: "50%"),
        KeyShape(
            name: "max_per_user", value: .count(1...1_000_000),
            summary: "conversations of one user at a time; none: 2 where metered, else no limit",
            example: "2"),
    ])

    static let target = SectionShape([
        KeyShape(
            name: "url", value: .pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@ ]+(/[^?# ]*)?$"),
            summary: "scheme, host, port and path prefix", example: "http://127.0.0.1:8080",
            rivals: ["region"]),
        KeyShape(
            name: "region", value: .word(Profile.Target.regionNames),
            summary: "Intercom's region instead of a url", example: "us", rivals: ["url"]),
        KeyShape(
            name: "api_key_env", value: .pattern(EnvironmentName.pattern),
            summary: "the environment variable that holds the key", example: "FIN_API_KEY",
            rivals: ["api_key_file"]),
        KeyShape(
            name: "api_key_file", value: .path, summary: "the file that holds the key",
            example: "key.txt", rivals: ["api_key_env"]),
        KeyShape(
            name: "version", value: .word(Profile.versions), summary: "Intercom-Version",
            standard: "'2.16'"),
        KeyShape(
            name: "headers", value: .texts(.text, keyPattern: headerNames, limit: nil),
            summary: "further request headers", example: "{X-Env: staging}"),
        KeyShape(
            name: "headers_env",
            value: .texts(
                .pattern(EnvironmentName.pattern), keyPattern: headerNames, limit: nil),
            summary: "further request headers whose values are in environment variables",
            example: "{X-Token: MY_TOKEN}"),
        KeyShape(
            name: "tls", value: .section(.tls), summary: "whom TLS trusts",
            example: "{ca_file: private-ca.pem}"),
        KeyShape(
            name: "proxy", value: .pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@ ]+/?$"),
            summary: "a proxy; the environment's are not read", example: "http://127.0.0.1:3128"),
        KeyShape(
            name: "metered", value: .flag,
            summary: "whether conversations cost money; left out: all but this machine",
            example: "true"),
    ])

    static let tls = SectionShape([
        KeyShape(
            name: "ca_file", value: .path, summary: "a PEM file of the authorities trusted",
            example: "private-ca.pem", isRequired: true)
    ])

    /// A token of RFC 9110 that is none of the headers finbench makes itself, in any case.
    private static let headerNames: String = {
        let own = ["authorization", "host", "content-type", "content-length", "intercom-version"]
        let words = (own + ["accept"]).map { word in
            word.map { $0.isLetter ? "[\($0.uppercased())\($0)]" : String($0) }.joined()
        }
        return "^(?!(\(words.joined(separator: "|")))$)[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
    }()
}
