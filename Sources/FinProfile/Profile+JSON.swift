public import FinMeasure

extension Profile {
    /// The resolved profile for `run.json`: the keys of the YAML with their units.
    ///
    /// Names of secrets' sources are kept; message texts become a count and a hash; literal header
    /// values and user attributes are hidden.
    public var json: JSONValue {
        var keys: [String: JSONValue] = [
            "name": .string(name),
            "description": .string(description),
            "labels": .object(labels.mapValues { .string($0) }),
            "delivery": .array(delivery.map { .string($0.rawValue) }),
            "conversation": conversation.json,
            "load": load.json(conversation),
            "slo": .array(slo.map { .string($0.text) }),
            "confidence": .percent(confidence),
            "longest_pause": .span(allowedPause),
            "transport": transport.json,
            "generator": generator.json,
            "safety": safetyJSON,
            "abort_when": .array(abortRules.map { .string($0.text) }),
            "on_429": .string(onRateLimit.rawValue),
        ]
        if let connectors { keys["connectors"] = connectors.json }
        if !scenarios.isEmpty { keys["scenarios"] = .array(scenarios.map(\.json)) }
        var target = self.target?.json ?? [:]
        target["version"] = .string(version)
        keys["target"] = .object(target)
        if hasReceiver { keys["webhooks"] = webhooks.json }
        if let hitl { keys["hitl"] = hitl.json }
        if self.target == nil { keys["simulator"] = simulator.json }
        if helpdesk != Helpdesk() { keys["helpdesk"] = helpdesk.json }
        return .object(keys)
    }
}

extension Profile {
    private var safetyJSON: JSONValue {
        var keys: [String: JSONValue] = [
            "max_conversations": .number(Double(conversationCap)),
            "price_per_outcome": .money(safety.pricePerOutcome),
        ]
        if let maxCost = safety.maxCost { keys["max_cost"] = .money(maxCost) }
        if let most = safety.maxEscalations { keys["max_escalations"] = .number(Double(most)) }
        if let floor = safety.rateLimitFloor { keys["rate_limit_floor"] = .percent(floor) }
        if let most = safety.maxPerUser { keys["max_per_user"] = .number(Double(most)) }
        return .object(keys)
    }
}

extension Profile.Webhooks {
    /// Names of variables, no secret.
    fileprivate var json: JSONValue {
        var keys: [String: JSONValue] = [
            "listen": .string("\(listen.host):\(listen.port)"), "grace": .span(grace),
        ]
        if let path { keys["path"] = .string(path) }
        if let secretVariable { keys["secret_env"] = .string(secretVariable) }
        if let name = previousSecretVariable { keys["previous_secret_env"] = .string(name) }
        if let name = topicSecretVariable { keys["topic_secret_env"] = .string(name) }
        return .object(keys)
    }
}

extension Profile.Transport {
    fileprivate var json: JSONValue {
        .object([
            "http": .string(isHTTP2 ? "2" : "1.1"),
            "streams_per_connection": .number(Double(streamsPerConnection)),
        ])
    }
}

extension Profile.HITL {
    /// The values are the user's own words, as attributes are: not shown.
    fileprivate var json: JSONValue {
        .object([
            "answer_delay": answerDelay.json(JSONValue.span),
            "second_answers": .percent(secondAnswers),
            "values": .object(values.mapValues { _ in .string("(hidden)") }),
        ])
    }
}

extension Profile.Generator {
    fileprivate var json: JSONValue {
        var keys: [String: JSONValue] = ["max_share": .percent(maxShare)]
        if let spin { keys["spin"] = .string(DurationText.words(spin)) }
        return .object(keys)
    }
}

extension Profile.Target {
    fileprivate var json: [String: JSONValue] {
        var keys: [String: JSONValue] = ["url": .string(url), "metered": .bool(isMetered)]
        switch apiKey {
        case .environment(let name): keys["api_key_env"] = .string(name)
        case .file(let path): keys["api_key_file"] = .string(path)
        case nil: break
        }
        var literal: [String: JSONValue] = [:]
        var environment: [String: JSONValue] = [:]
        for header in headers {
            switch header.value {
            case .literal: literal[header.name] = .string("(hidden)")
            case .environment(let name): environment[header.name] = .string(name)
            }
        }
        if !literal.isEmpty { keys["headers"] = .object(literal) }
        if !environment.isEmpty { keys["headers_env"] = .object(environment) }
        if let caFile { keys["tls"] = .object(["ca_file": .string(caFile)]) }
        if let proxy { keys["proxy"] = .string(proxy) }
        return keys
    }
}

extension Profile.Conversation {
    fileprivate var json: JSONValue {
        var pool: [String: JSONValue] = [
            "size": .number(Double(userPool.size)), "id_prefix": .string(userPool.idPrefix),
        ]
        if userPool.email != nil { pool["email"] = .string("(hidden)") }
        return .object([
            "name": .string(name),
            "id": .string(id),
            "turns": turns.json(JSONValue.number),
            "think_time": thinkTime.json(JSONValue.span),
            "messages": messageSummary,
            "user_pool": .object(pool),
            "attributes": .object(attributes.mapValues { _ in .string("(hidden)") }),
            "timeouts": .object([
                "connect": .span(timeouts.connect),
                "response": .span(timeouts.response),
                "first_chunk": .span(timeouts.firstChunk),
                "idle": .span(timeouts.idle),
                "turn": .span(timeouts.turn),
            ]),
        ])
    }

    /// What a scenario's conversation has of its own.
    fileprivate var talk: JSONValue {
        .object([
            "turns": turns.json(JSONValue.number),
            "think_time": thinkTime.json(JSONValue.span),
            "messages": messageSummary,
        ])
    }

    private var messageSummary: JSONValue {
        var hash = TextHash()
        for question in messages {
            for text in question.turns { hash.add(text) }
            hash.add("")
        }
        return .object(["count": .number(Double(messages.count)), "hash": .string(hash.words)])
    }
}

extension Profile.Scenario {
    fileprivate var json: JSONValue {
        var keys: [String: JSONValue] = [
            "name": .string(name), "weight": .number(Double(weight)),
        ]
        switch kind {
        case .conversation(let conversation): keys["conversation"] = conversation.talk
        case .operations(let operations):
            keys["operations"] = .array(
                operations.map { operation in
                    .object([
                        "name": .string(operation.name),
                        "settings": .object(
                            operation.settings.mapValues { _ in .string("(hidden)") }),
                        "think_time": operation.thinkTime.json(JSONValue.span),
                    ])
                })
        }
        return .object(keys)
    }
}

extension Profile.Load {
    fileprivate func json(_ conversation: Profile.Conversation) -> JSONValue {
        var keys: [String: JSONValue] = [
            "warmup": .span(warmup),
            "drain": .span(drain ?? conversation.timeouts.turn),
            "max_in_flight": .number(Double(maxInFlight)),
            // As text: a number of JSON has no room for 64 bits.
            "seed": .string(String(seed)),
        ]
        if let conversations { keys["conversations"] = .number(Double(conversations)) }
        switch model {
        case .closed(let concurrency, let ramp, let duration):
            keys["concurrency"] = .number(Double(concurrency))
            keys["ramp"] = .span(ramp)
            keys["duration"] = .span(duration)
        case .open(.trace(let offsets)):
            keys["arrivals"] = .object(["trace_count": .number(Double(offsets.count))])
        case .open(.stages(let stages, let isPoisson)):
            keys["arrivals"] = .string(isPoisson ? "poisson" : "constant")
            keys["stages"] = .array(stages.map(\.json))
        }
        return .object(keys)
    }
}

extension Profile.Load.Stage {
    fileprivate var json: JSONValue {
        .object(["from": .rate(startRate), "to": .rate(endRate), "for": .span(length)])
    }
}

extension SimulatorSettings {
    fileprivate var json: JSONValue {
        var keys: [String: JSONValue] = [
            "seed": .string(String(seed)),
            "think": think.json(JSONValue.span),
            "slow": .object(
                Dictionary(
                    slow.map { ($0.name, $0.extra.json(JSONValue.span)) }, uniquingKeysWith: { $1 })
            ),
            "chunks": .object([
                "count": chunkCount.json(JSONValue.number),
                "interval": chunkInterval.json(JSONValue.span),
                "growth": chunkGrowth.json(JSONValue.size),
            ]),
            "reply_delay": replyDelay.json(JSONValue.span),
            "done_delay": doneDelay.json(JSONValue.span),
            "parts": parts.json(JSONValue.number),
            "streaming": .string(streaming.rawValue),
            "outcomes": .object([
                "resolved": .percent(outcomes.resolved),
                "escalated": .percent(outcomes.escalated),
                "complete": .percent(outcomes.complete),
            ]),
            "framing": .string(framing.rawValue),
            "done_event_before_2_16": .bool(doneEventBefore216),
            "closes_streams": .bool(closesStreams),
            "keep_alive": .span(keepAliveInterval),
            "omit_stream_url": .bool(omitsStreamURL),
            "csat": .percent(csat),
            "request_ids": .bool(namesRequests),
            "faults": faults.json,
            "freeze": .array(
                freezes.map { .object(["at": .span($0.at), "for": .span($0.length)]) }),
        ]
        if let rateLimit { keys["rate_limit"] = .string("\(rateLimit)/10s") }
        if let webhooks { keys["webhooks"] = .object(webhooks.keys) }
        if let connectors { keys["connectors"] = .object(connectors.keys) }
        if let topicWebhooks { keys["topic_webhooks"] = .object(topicWebhooks.keys) }
        if let hitl { keys["hitl"] = hitl.json }
        if helpdesk != Helpdesk() { keys["helpdesk"] = helpdesk.json }
        return .object(keys)
    }
}

extension SimulatorSettings.Webhooks {
    /// Everything but the secret itself.
    fileprivate var keys: [String: JSONValue] {
        var keys: [String: JSONValue] = [
            "delay": delay.json(JSONValue.span), "duplicates": .percent(duplicates),
            "reordered": .percent(reordered), "bad_signature": .percent(badSignatures),
            "retry_after": .span(retryAfter),
        ]
        if let url { keys["url"] = .address(url) }
        if let secretVariable { keys["secret_env"] = .string(secretVariable) }
        return keys
    }
}

extension SimulatorSettings.Connectors {
    fileprivate var keys: [String: JSONValue] {
        var keys: [String: JSONValue] = [
            "share": .percent(share), "at": .string(place.rawValue),
            "method": .string(method.rawValue), "timeout": .span(timeout),
            "edits_live": .bool(editsLive),
        ]
        if let url { keys["url"] = .address(url) }
        return keys
    }
}

extension SimulatorSettings.TopicWebhooks {
    fileprivate var keys: [String: JSONValue] {
        let own: [String: JSONValue] = [
            "throttle": .span(throttle), "error_limit": .number(Double(errorLimit)),
            "drop_for": .span(dropFor),
        ]
        return delivery.keys.merging(own) { _, new in new }
    }
}

extension SimulatorSettings.HITL {
    fileprivate var json: JSONValue {
        var keys: [String: JSONValue] = [
            "share": .percent(share), "questions": .number(Double(questions)),
            "attributes": .array(attributes.map { .string($0.rawValue) }),
            "resume_delay": resumeDelay.json(JSONValue.span), "no_access": .percent(noAccess),
            "answered_elsewhere": .percent(answeredElsewhere),
            "elsewhere_after": elsewhereAfter.json(JSONValue.span), "enabled": .bool(isEnabled),
        ]
        if let expiresAfter { keys["expires_after"] = .span(expiresAfter) }
        return .object(keys)
    }
}

extension Distribution {
    /// The distribution as a profile writes it, each value by `words`; a recording as its summary.
    func json(_ words: (Double) -> JSONValue) -> JSONValue {
        switch self {
        case .fixed(let value): return words(value)
        case .uniform(let low, let high):
            return .object(["uniform": .array([words(low), words(high)])])
        case .lognormal(let median, let p95):
            return .object(
                ["lognormal": .object(["median": words(median), "p95": words(p95)])])
        case .recorded(let values):
            return .object([
                "recorded": .object([
                    "count": .number(Double(values.count)), "mean": words(mean),
                ])
            ])
        }
    }
}

extension JSONValue {
    static func span(_ span: Nanoseconds) -> JSONValue {
        .string(DurationText.words(span))
    }

    static func span(_ nanoseconds: Double) -> JSONValue {
        span(Nanoseconds(Int64(nanoseconds.rounded())))
    }

    fileprivate static func rate(_ rate: Double) -> JSONValue {
        .string(DurationText.words(rate) + "/s")
    }

    /// A URL without its query: a secret may stand in one, and its scheme, host and path tell enough.
    fileprivate static func address(_ url: String) -> JSONValue {
        let plain = url.prefix { $0 != "?" && $0 != "#" }
        return .string(plain.count == url.count ? url : plain + "?…")
    }

    static func percent(_ share: Double) -> JSONValue {
        // To a millionth of a percent: 0.29 must read 29%, not 28.999999999999996%.
        .string(DurationText.words((share * 1e8).rounded() / 1e6) + "%")
    }

    fileprivate static func money(_ dollars: Double) -> JSONValue {
        .string(DurationText.words(dollars) + " USD")
    }

    static func size(_ bytes: Double) -> JSONValue {
        .string(DurationText.words(bytes) + " B")
    }
}
