import ArgumentParser
import FinProfile

/// What `run` and `plan` take alike: a profile and what changes its plan.
struct PlanOptions: ParsableArguments {
    @Argument(help: "A profile's path.") var profile: String?
    @Option(help: "The target's base URL, instead of the profile's.") var target: String?
    @Option(help: "Intercom's region instead of a URL: us, eu or au.") var region: String?
    @Option(help: "Refuse a plan with more conversations.") var maxConversations: Int?
    @Option(name: .customLong("set"), help: "Override a key of the profile: KEY=VALUE.")
    var overrides: [String] = []
    @Option(help: "The seed of every draw of the plan.") var seed: UInt64?

    /// The profile with the options put in.
    func readProfile() throws -> Profile {
        var pairs = try overrides.map {
            try PlanOptions.pair($0, option: "--set", of: "KEY=VALUE")
        }
        if let target { pairs.append((key: "target.url", value: target)) }
        if let region { pairs.append((key: "target.region", value: region)) }
        if let seed { pairs.append((key: "load.seed", value: String(seed))) }
        if let maxConversations {
            pairs.append((key: "safety.max_conversations", value: String(maxConversations)))
        }
        guard let profile else {
            return try Profile.parse(
                text: Profile.quickstartText, source: "quickstart", overrides: pairs)
        }
        return try Profile.load(path: profile, overrides: pairs)
    }

    /// Splits `K=V`.
    static func pair(
        _ text: String, option: String, of form: String
    ) throws -> (key: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw Complaint(.usage, "\(option) \"\(text)\" must have the form \(form)")
        }
        return (key: String(parts[0]), value: String(parts[1]))
    }
}
