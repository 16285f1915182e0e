extension SectionShape {
    static let simulator = SectionShape([
        KeyShape(
            name: "seed", value: .seed, summary: "the seed of latencies, texts, outcomes, faults",
            standard: "1"),
        .delay(
            "think", "from the request to the first chunk",
            standard: "{lognormal: {median: 400ms, p95: 1200ms}}"),
        KeyShape(
            name: "slow", value: .texts(.distribution(.duration), keyPattern: nil, limit: nil),
            summary: "what questions take on top of think, by name", standard: "{}"),
        KeyShape(
            name: "chunks", value: .section(.chunks), summary: "the chunks of a streamed part"),
        .delay("reply_delay", "from the last chunk to its fin_replied", standard: "10ms"),
        .delay("done_delay", "from the last fin_replied to the done signal", standard: "5ms"),
        KeyShape(
            name: "parts", value: .countDistribution(1...100), summary: "parts of an answer",
            standard: "1"),
        KeyShape(
            name: "streaming", value: .word(SimulatorSettings.Streaming.allCases.map(\.rawValue)),
            summary: "which parts come in chunks", standard: "first"),
        KeyShape(
            name: "outcomes", value: .section(.outcomes),
            summary: "shares of turns that do not await the user's reply"),
        .share("csat", "completed conversations that are asked for a rating"),
        KeyShape(
            name: "framing", value: .word(SimulatorSettings.Framing.allCases.map(\.rawValue)),
            summary: "how an event stands on the wire", standard: "plain"),
        .flag(
            "done_event_before_2_16", "sends awaiting_user_reply in 2.14 and 2.15 as well",
            standard: "false"),
        .flag("closes_streams", "closes each connection after its stream", standard: "false"),
        KeyShape(
            name: "keep_alive", value: .quantity(.duration, isPositive: false),
            summary: "between comments in a quiet stream; 0s: none", standard: "15s"),
        KeyShape(
            name: "rate_limit", value: .pattern("^[1-9][0-9]*(/10s)?$"),
            summary: "calls per window of 10 s and token; none: no limit", example: "1000/10s"),
        .flag(
            "omit_stream_url",
            "leaves sse_subscription_url out, as workspaces with webhooks only do",
            standard: "false"),
        KeyShape(
            name: "faults", value: .section(.faults),
            summary: "what goes wrong on purpose, by shares of the turns", standard: "{}"),
        KeyShape(
            name: "freeze", value: .either([.whole(.freeze), .list(.whole(.freeze))]),
            summary: "the whole server stands still; none: never",
            example: "{at: 20s, for: 5s}"),
        KeyShape(
            name: "webhooks", value: .either([.whole(.simulatorWebhooks)]),
            summary: "events posted to a callback URL too; none: no webhooks",
            example: "{url: http://127.0.0.1:8080/fin, secret_env: FIN_WEBHOOK_SECRET}"),
        KeyShape(
            name: "topic_webhooks", value: .either([.whole(.topicWebhooks)]),
            summary: "notifications of topics posted to their subscriber; none: no notifications",
            example: "{url: http://127.0.0.1:8080/fin, secret_env: FIN_CLIENT_SECRET}"),
        KeyShape(
            name: "connectors", value: .either([.whole(.simulatorConnectors)]),
            summary: "a data connector that turns execute; none: none is",
            example: "{share: 50%}"),
        .flag("request_ids", "names each request in X-Request-Id", standard: "true"),
        KeyShape(
            name: "hitl", value: .either([.whole(.simulatorHITL)]),
            summary: "turns that wait for a human's answer; none: no turn does",
            example: "{share: 20%}"),
        KeyShape(
            name: "helpdesk", value: .section(.simulatorHelpdesk),
            summary: "the customer's helpdesk that Fin calls"),
    ])

    static let simulatorWebhooks = SectionShape(deliveries)

    static let topicWebhooks = SectionShape(
        deliveries + [
            KeyShape(
                name: "throttle", value: .quantity(.duration, isPositive: true),
                summary: "from an answer 429 to the next attempt, doubled each time",
                standard: "60s"),
            KeyShape(
                name: "error_limit", value: .count(1...1_000_000),
                summary: "failed attempts in a row until notifications are dropped",
                standard: "100"),
            KeyShape(
                name: "drop_for", value: .quantity(.duration, isPositive: true),
                summary: "for so long", standard: "15m"),
        ])

    private static let deliveries: [KeyShape] = [
        KeyShape(
            name: "url", value: .text, summary: "where they go; none: to the run's own receiver",
            example: "http://127.0.0.1:8080/fin"),
        KeyShape(
            name: "secret_env", value: .text, summary: "the variable with the signing secret",
            example: "FIN_WEBHOOK_SECRET"),
        .delay("delay", "from an event to its delivery", standard: "50ms"),
        .share("duplicates", "deliveries that are sent twice"),
        .share("reordered", "deliveries sent behind the next of their turn"),
        .share("bad_signature", "deliveries with a wrong signature"),
        KeyShape(
            name: "retry_after", value: .quantity(.duration, isPositive: true),
            summary: "from a failed attempt to the only other one", standard: "60s"),
    ]

    static let simulatorConnectors = SectionShape([
        KeyShape(
            name: "url", value: .text, summary: "what it calls; none: the run's own endpoint",
            example: "http://127.0.0.1:8080/orders"),
        .share("share", "answered turns that execute it", standard: "100%"),
        KeyShape(
            name: "at",
            value: .word(SimulatorSettings.Connectors.Place.allCases.map(\.rawValue)),
            summary: "where in the turn", standard: "before_answer"),
        KeyShape(
            name: "method",
            value: .word(SimulatorSettings.Connectors.Method.allCases.map(\.rawValue)),
            summary: "of its request", standard: "post"),
        KeyShape(
            name: "timeout", value: .quantity(.duration, isPositive: true),
            summary: "the endpoint has this long to answer", standard: "10s"),
        .flag(
            "edits_live", "edits of a published connector need no state: live", standard: "false"),
    ])

    static let chunks = SectionShape([
        KeyShape(
            name: "count", value: .countDistribution(0...100_000), summary: "chunks of a part",
            standard: "{uniform: [20, 60]}"),
        .delay("interval", "between two chunks", standard: "30ms"),
        KeyShape(
            name: "growth", value: .distribution(.size), summary: "bytes more from chunk to chunk",
            standard: "12 B"),
    ])

    static let outcomes = SectionShape(
        ["resolved", "escalated", "complete"].map { name in
            KeyShape(
                name: name, value: .quantity(.percent, isPositive: false),
                summary: "turns that end as \(name)", standard: "0%")
        })

    static let faults = SectionShape(
        SimulatorSettings.Fault.allCases.map { fault in
            let rule = ValueShape.whole(faultRule(fault))
            let share = ValueShape.quantity(.percent, isPositive: false)
            return KeyShape(
                name: fault.rawValue,
                value: .either([share, rule, .list(.either([share, rule]))]),
                summary: "turns with this fault", example: "1%")
        })

    /// The turns of a fault: by share, for a while, or in chosen conversations.
    static func faultRule(_ fault: SimulatorSettings.Fault) -> SectionShape {
        let chosen = ["conversations", "turn"]
        var keys = [
            KeyShape(
                name: "share", value: .quantity(.percent, isPositive: false),
                summary: "of the turns", rivals: chosen),
            KeyShape(
                name: "from", value: .quantity(.duration, isPositive: false),
                summary: "since the first request", rivals: chosen),
            KeyShape(
                name: "for", value: .quantity(.duration, isPositive: true), summary: "for so long",
                rivals: chosen),
            KeyShape(
                name: "conversations", value: .list(.count(0...1_000_000_000)),
                summary: "their numbers", rivals: ["share", "from", "for"]),
            KeyShape(
                name: "turn", value: .count(1...1000), summary: "of the conversations; none: all",
                rivals: ["share", "from", "for"]),
        ]
        switch fault {
        case .slowHeaders:
            keys.append(
                KeyShape(
                    name: "delay", value: .quantity(.duration, isPositive: true),
                    summary: "how late the headers are"))
        case .hugeEvent, .largeEvent:
            keys.append(
                KeyShape(
                    name: "size", value: .quantity(.size, isPositive: true),
                    summary: "of the event"))
        default: break
        }
        return SectionShape(keys)
    }

    static let freeze = SectionShape([
        KeyShape(
            name: "at", value: .quantity(.duration, isPositive: false),
            summary: "since the first request", isRequired: true),
        KeyShape(
            name: "for", value: .quantity(.duration, isPositive: true),
            summary: "how long it lasts", isRequired: true),
    ])
}
