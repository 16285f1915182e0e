import FinMeasure

extension Field {
    /// Reads `simulator.webhooks:`.
    func simulatorWebhooks() throws(ProfileError) -> SimulatorSettings.Webhooks {
        try deliveries(of: try Section(self, SectionShape.simulatorWebhooks))
    }

    /// Reads `simulator.topic_webhooks:`.
    func topicWebhooks() throws(ProfileError) -> SimulatorSettings.TopicWebhooks {
        let section = try Section(self, SectionShape.topicWebhooks)
        var topics = SimulatorSettings.TopicWebhooks(try deliveries(of: section))
        if let field = section["throttle"] {
            topics.throttle = Double(try field.positiveDuration().count)
        }
        if let field = section["error_limit"] {
            topics.errorLimit = try field.count(1...1_000_000)
        }
        if let field = section["drop_for"] {
            topics.dropFor = Double(try field.positiveDuration().count)
        }
        return topics
    }

    private func deliveries(
        of section: Section
    ) throws(ProfileError) -> SimulatorSettings.Webhooks {
        var webhooks = SimulatorSettings.Webhooks()
        if let field = section["url"] { webhooks.url = try field.plainURL("/fin") }
        if let field = section["secret_env"] {
            webhooks.secretVariable = try field.environmentName()
        }
        if let field = section["delay"] { webhooks.delay = try field.distribution(.duration) }
        try section.read("duplicates", into: &webhooks.duplicates, Field.share)
        try section.read("reordered", into: &webhooks.reordered, Field.share)
        try section.read("bad_signature", into: &webhooks.badSignatures, Field.share)
        if let field = section["retry_after"] {
            webhooks.retryAfter = Double(try field.positiveDuration().count)
        }
        let sum = webhooks.duplicates + webhooks.reordered + webhooks.badSignatures
        if sum > 1 + 1e-9 {
            throw error(
                "has duplicates, reordered and bad_signature above 100%: a delivery has only one "
                    + "of them")
        }
        return webhooks
    }

    /// An `http` URL without a password.
    ///
    /// - Parameter path: of the example in the message.
    func plainURL(_ path: String) throws(ProfileError) -> String {
        let text = try text()
        guard let parts = URLParts(text), text.lowercased().hasPrefix("http://"),
            !parts.hasCredentials
        else {
            throw unquoted(
                "must be an http URL without a password, such as http://127.0.0.1:8080\(path)")
        }
        return text
    }
}
