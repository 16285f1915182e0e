import FinMeasure
import FinProfile
import Foundation

/// Reads secrets where the profile says they are; their values appear in no message.
enum Secrets {
    /// What a target on this machine gets when the profile names no key; no secret.
    private static let placeholder = "Bearer finbench-local"

    /// The `Authorization` value for the target; nil for a live one whose profile names no key.
    ///
    /// A simulator on this machine takes any key but not none; a live target gets ours only.
    static func authorization(_ profile: Profile) throws -> String? {
        guard let source = profile.target?.apiKey else {
            return profile.targetKind == .live ? nil : placeholder
        }
        let key = try value(of: source, for: "target.api_key")
        return "Bearer \(key)"
    }

    /// The target's further headers.
    static func headers(_ profile: Profile) throws -> [String] {
        try (profile.target?.headers ?? []).map { header in
            switch header.value {
            case .literal(let text): return "\(header.name): \(text)"
            case .environment(let name):
                let text = try value(
                    of: .environment(name), for: "target.headers_env.\(header.name)")
                return "\(header.name): \(text)"
            }
        }
    }

    /// The secrets that helpdesk operations need.
    ///
    /// A live helpdesk must not be met with the simulator's own, which everybody knows.
    static func helpdesk(_ profile: Profile) throws -> HelpdeskSecrets {
        let settings = profile.helpdesk
        let names = Set(profile.allScenarios.flatMap(\.operationNames))
        let isCalled = names.contains { $0.hasPrefix("helpdesk_") }
        guard isCalled else { return HelpdeskSecrets() }
        let keys = [
            ("signing_key_env", settings.signingKeyVariable),
            ("client_secret_env", settings.clientSecretVariable),
            ("webhook_key_env", settings.webhookKeyVariable),
        ]
        if profile.targetKind == .live, let missing = keys.first(where: { $0.1 == nil }) {
            throw Complaint(
                .usage,
                "helpdesk.\(missing.0) names no variable, and the target is not this machine; "
                    + "name one that holds the secret")
        }
        return try secrets(
            signingKey: settings.signingKeyVariable, clientSecret: settings.clientSecretVariable,
            webhookKey: settings.webhookKeyVariable, of: "helpdesk")
    }

    /// The secrets of the simulated helpdesk, where the profile names variables for them.
    static func fill(_ helpdesk: inout SimulatorSettings.Helpdesk) throws {
        helpdesk.secrets = try secrets(
            signingKey: helpdesk.signingKeyVariable, clientSecret: helpdesk.clientSecretVariable,
            webhookKey: helpdesk.webhookKeyVariable, of: "simulator.helpdesk")
    }

    /// Those that variables are named for, and the simulator's own for the others.
    private static func secrets(
        signingKey: String?, clientSecret: String?, webhookKey: String?, of section: String
    ) throws -> HelpdeskSecrets {
        var secrets = HelpdeskSecrets()
        let names: [(String?, String, WritableKeyPath<HelpdeskSecrets, String>)] = [
            (signingKey, "signing_key_env", \.signingKey),
            (clientSecret, "client_secret_env", \.clientSecret),
            (webhookKey, "webhook_key_env", \.webhookKey),
        ]
        for (name, key, path) in names {
            guard let name else { continue }
            secrets[keyPath: path] = try value(of: .environment(name), for: "\(section).\(key)")
        }
        return secrets
    }

    private static func value(of source: Profile.SecretSource, for key: String) throws -> String {
        let text: String?
        let place: String
        switch source {
        case .environment(let name):
            text = ProcessInfo.processInfo.environment[name]
            place = "the environment variable \"\(name)\""
        case .file(let path):
            text = try? String(contentsOfFile: path, encoding: .utf8)
            place = "the file \"\(path)\""
        }
        let trimmed = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        if trimmed.isEmpty {
            throw Complaint(.usage, "\(key) names \(place), which is missing or empty; set it")
        }
        // A line break would end the header and begin another.
        guard trimmed.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Complaint(.usage, "\(key) names \(place), which holds a control character")
        }
        return trimmed
    }
}
