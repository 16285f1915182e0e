import FinMeasure

extension SimulatorSettings.Helpdesk {
    /// Everything but the secrets themselves.
    var json: JSONValue {
        var keys: [String: JSONValue] = [
            "check_signatures": .bool(checksSignatures), "clock_skew": .span(clockSkew),
            "token_life": .span(tokenLife), "delay": delay.json(JSONValue.span),
            "dropped_answers": .percent(droppedAnswers),
            "http_401": .percent(http401), "http_403": .percent(http403),
            "http_500": .percent(http500), "idempotent": .bool(isIdempotent),
        ]
        keys["signing_key_env"] = signingKeyVariable.map { .string($0) }
        keys["client_secret_env"] = clientSecretVariable.map { .string($0) }
        keys["webhook_key_env"] = webhookKeyVariable.map { .string($0) }
        return .object(keys)
    }
}

extension Profile.Helpdesk {
    /// Everything; of secrets where they are.
    var json: JSONValue {
        var keys: [String: JSONValue] = [
            "style": .string(style.rawValue), "path": .string(path),
            "token_path": .string(tokenPath), "client": .string(client),
            "integration": .string(integration), "retries": .number(Double(retries)),
            "retry_after": .span(retryAfter),
        ]
        keys["signing_key_env"] = signingKeyVariable.map { .string($0) }
        keys["client_secret_env"] = clientSecretVariable.map { .string($0) }
        keys["webhook_key_env"] = webhookKeyVariable.map { .string($0) }
        return .object(keys)
    }
}
