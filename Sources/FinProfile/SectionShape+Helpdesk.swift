extension SectionShape {
    static let simulatorHelpdesk = SectionShape(
        helpdeskSecrets + [
            .flag(
                "check_signatures", "whether each call must carry its X-Fin-Signature",
                standard: "true"),
            KeyShape(
                name: "token_life", value: .quantity(.duration, isPositive: true),
                summary: "from a bearer token's issue to its end", standard: "1h"),
            KeyShape(
                name: "clock_skew", value: .quantity(.duration, isPositive: false),
                summary: "how far a signature's time may lie from now", standard: "300s"),
            .delay("delay", "from a call to its answer", standard: "0s"),
            .share("dropped_answers", "calls that are carried out, and then the connection closes"),
            .share("http_401", "calls refused although their token is good"),
            .share("http_403", "the same with 403"),
            .share("http_500", "calls that fail and are not carried out"),
            .flag(
                "idempotent", "whether a known object_id gives the object it made", standard: "true"
            ),
        ])

    /// How operations talk to a helpdesk.
    static let helpdesk = SectionShape(
        [
            KeyShape(
                name: "style", value: .word(Profile.Helpdesk.Style.allCases.map(\.rawValue)),
                summary: "the form of its endpoints", standard: "post_only"),
            KeyShape(
                name: "path", value: .text,
                summary: "stands on the target before each endpoint's name",
                standard: "/helpdesk"),
            KeyShape(
                name: "token_path", value: .text, summary: "where on the target tokens come from",
                standard: "/helpdesk/oauth/token"),
            KeyShape(
                name: "client", value: .pattern("^[A-Za-z0-9._-]{1,64}$"),
                summary: "the client that asks for tokens", standard: "fin"),
            KeyShape(
                name: "integration", value: .pattern("^[A-Za-z0-9._-]{1,64}$"),
                summary: "the integration that notifications to Fin name",
                standard: "finbench"),
            KeyShape(
                name: "retries", value: .count(0...100),
                summary: "how often a failed synchronisation is begun anew", standard: "5"),
            KeyShape(
                name: "retry_after", value: .quantity(.duration, isPositive: false),
                summary: "from its failure to that", standard: "60s"),
        ] + helpdeskSecrets)

    /// Where the secrets are that Fin and a helpdesk share.
    static let helpdeskSecrets = [
        KeyShape(
            name: "signing_key_env", value: .text,
            summary: "the variable with the key of X-Fin-Signature; none: the simulator's own",
            example: "HELPDESK_SIGNING_KEY"),
        KeyShape(
            name: "client_secret_env", value: .text,
            summary: "the variable with the token endpoint's secret; none: the simulator's own",
            example: "HELPDESK_CLIENT_SECRET"),
        KeyShape(
            name: "webhook_key_env", value: .text,
            summary: "the variable with X-Webhook-Key; none: the simulator's own",
            example: "HELPDESK_WEBHOOK_KEY"),
    ]
}
