import FinMeasure

extension Profile {
    /// Reads `delivery:` and `webhooks:`, and looks at how they fit the rest.
    mutating func readDelivery(_ section: Section) throws(ProfileError) {
        try section.read("delivery", into: &delivery, Field.delivery)
        try section.read("webhooks", into: &webhooks, Field.webhooks)
        if let field = section["hitl"], target != nil, webhooks.topicSecretVariable == nil {
            throw field.unquoted(
                "needs the client secret of the target's app: add topic_secret_env to webhooks, "
                    + "the name of an environment variable")
        }
        guard hasWebhooks, target != nil, webhooks.secretVariable == nil else { return }
        let place = section["webhooks"] ?? section["delivery"] ?? section.field
        throw place.unquoted(
            "needs the signing secret of the target: add secret_env to webhooks, the name of an "
                + "environment variable")
    }

    /// Refuses what cannot be delivered, and what a run with a receiver of its own cannot have.
    func checkDelivery(_ section: Section) throws(ProfileError) {
        // A target's simulator section is not used.
        if target == nil, let field = section["simulator"] { try checkReceivers(field) }
        guard !hasStreams, let field = section["slo"] else { return }
        for objective in slo {
            guard case .percentile(let metric, _, _, _) = objective.subject,
                metric.needsStream
            else { continue }
            throw field.unquoted(
                "has \"\(objective.text)\", which can never be decided: \(metric.rawValue) needs "
                    + "sse in delivery")
        }
    }

    /// Refuses webhooks of the embedded simulator that nobody takes, or that two would take.
    private func checkReceivers(_ field: Field) throws(ProfileError) {
        if let webhooks = simulator.webhooks {
            try field.child("webhooks").check(
                webhooks, hasReceiver: hasWebhooks, remedy: "webhook to delivery",
                mayGoElsewhere: !hasWebhooks)
        }
        if let topics = simulator.topicWebhooks {
            try field.child("topic_webhooks").check(
                topics.delivery, hasReceiver: hasReceiver, remedy: "hitl to the profile",
                mayGoElsewhere: hitl == nil)
        }
        if simulator.hitl != nil, simulator.topicWebhooks == nil, !hasReceiver {
            throw field.child("hitl").unquoted(
                "asks humans, and nobody hears of it: add hitl to the profile, or topic_webhooks "
                    + "with a url and secret_env to simulator")
        }
    }
}

extension Metric {
    /// Whether only the event stream can tell it.
    fileprivate var needsStream: Bool {
        switch self {
        case .ttft, .subscribeGap, .streamConnect, .firstWait, .streamDNS, .streamTCP, .streamTLS,
            .serverTTFT, .chunkGap, .serverChunkGap, .swapDelay, .deliveryExcess, .harnessLag,
            .webhookAfterSSE, .sseAfterWebhook:
            true
        default: false
        }
    }
}

extension Field {
    /// A key of this section for messages; the section itself when it has no such key.
    fileprivate func child(_ key: String) -> Field {
        guard let pair = node.mapping?.first(where: { $0.key == key }) else { return self }
        return child(key, pair.value)
    }

    /// Looks at where webhooks of the embedded simulator go.
    ///
    /// - Parameters:
    ///   - hasReceiver: whether the run takes those without a URL.
    ///   - remedy: what to add so that it does.
    ///   - mayGoElsewhere: whether a URL leaves the run nothing to wait for.
    fileprivate func check(
        _ webhooks: SimulatorSettings.Webhooks, hasReceiver: Bool, remedy: String,
        mayGoElsewhere: Bool
    ) throws(ProfileError) {
        if webhooks.url != nil {
            if !mayGoElsewhere {
                throw unquoted("has a url, but this run's own receiver takes them: remove it")
            }
            if webhooks.secretVariable != nil { return }
            throw unquoted(
                "has a url and no signing secret: add secret_env, the name of an environment "
                    + "variable")
        }
        if hasReceiver { return }
        throw unquoted("go nowhere: add a url and secret_env, or \(remedy)")
    }

    fileprivate func delivery() throws(ProfileError) -> [Profile.Delivery] {
        var ways: [Profile.Delivery] = []
        for field in try list(of: "ways of delivery, such as [sse]") {
            let word = try field.word(Profile.Delivery.allCases.map(\.rawValue))
            guard let way = Profile.Delivery(rawValue: word), !ways.contains(way) else {
                throw field.error("stands twice in the list")
            }
            ways.append(way)
        }
        return ways
    }

    fileprivate func webhooks() throws(ProfileError) -> Profile.Webhooks {
        let section = try Section(self, .webhooks)
        var webhooks = Profile.Webhooks()
        try section.read("listen", into: &webhooks.listen, Field.listen)
        if let field = section["path"] { webhooks.path = try field.hookPath() }
        if let field = section["secret_env"] {
            webhooks.secretVariable = try field.environmentName()
        }
        if let field = section["previous_secret_env"] {
            webhooks.previousSecretVariable = try field.environmentName()
        }
        if let field = section["topic_secret_env"] {
            webhooks.topicSecretVariable = try field.environmentName()
        }
        try section.read("grace", into: &webhooks.grace, Field.grace)
        return webhooks
    }

    private func listen() throws(ProfileError) -> Profile.Listen {
        let text = try text()
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = UInt16(text[text.index(after: colon)...])
        else {
            throw error(
                "must be an address and a port, such as 127.0.0.1:8099 (0 takes a free one)")
        }
        // An IPv6 address stands in brackets, as in a URL.
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return Profile.Listen(host: String(host), port: Int(port))
    }

    private func hookPath() throws(ProfileError) -> String {
        let text = try text()
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard text.hasPrefix("/"), isPlain, !text.contains("?"), !text.contains("#") else {
            throw error("must be the path of a URL, such as /fin")
        }
        return text
    }

    private func grace() throws(ProfileError) -> Nanoseconds {
        let span = try positiveDuration()
        if span > .seconds(600) { throw error("must be at most 10m") }
        return span
    }
}
