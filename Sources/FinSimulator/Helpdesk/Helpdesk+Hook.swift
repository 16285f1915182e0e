internal import FinMeasure
internal import FinProfile

// Fin's side: the helpdesk says that something has changed, or that an agent types.
extension Helpdesk {
    /// Takes a notification; what is wrong is said in the order key, integration, fields.
    ///
    /// - Parameter key: the value of `X-Webhook-Key`.
    func notify(
        integration: String, key: String?, body: [UInt8]
    ) throws(APIError) {
        if key != settings.secrets.webhookKey {
            throw APIError(status: 401, code: "unauthorized", message: "Webhook key invalid")
        }
        if integration != SimulatorSettings.Helpdesk.localIntegration {
            throw APIError(status: 404, code: "not_found", message: "Integration not found")
        }
        do throws(HelpdeskProblem) {
            try notify(HelpdeskBody(body))
        } catch {
            if error == .notJSON { throw APIError.notJSON }
            throw APIError(status: 422, code: "parameter_invalid", message: error.detail)
        }
    }

    private func notify(_ event: HelpdeskBody) throws(HelpdeskProblem) {
        _ = try event.required("conversation_id")
        guard try event.word("event_type", ["agent_typing"]) != nil else {
            counts.events += 1
            return
        }
        guard let agent = try event.object("data")?.object("agent") else {
            throw .invalid("data.agent is required")
        }
        for key in ["id", "user_type", "name", "email"] { _ = try agent.required(key) }
        _ = try agent.word("user_type", ["agent"])
        counts.typing += 1
    }
}
