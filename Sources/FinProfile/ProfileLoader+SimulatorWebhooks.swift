import FinMeasure

extension Field {
    /// Reads `simulator.webhooks:`.
    func simulatorWebhooks() throws(ProfileError) -> SimulatorSettings.Webhooks {
        let section = try Section(self, SectionShape.simulatorWebhooks)
        var webhooks = SimulatorSettings.Webhooks()
        if let field = section["url"] { webhooks.url = try field.callbackURL() }
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

    private func callbackURL() throws(ProfileError) -> String {
        let text = try text()
        guard let parts = URLParts(text), text.lowercased().hasPrefix("http://"),
            !parts.hasCredentials
        else {
            throw unquoted(
                "must be an http URL without a password, such as http://127.0.0.1:8080/fin")
        }
        return text
    }
}
