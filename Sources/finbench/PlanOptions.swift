import ArgumentParser
import FinDrive
import FinProfile

/// What `run` and `plan` take alike: a profile and what changes its plan.
struct PlanOptions: ParsableArguments {
    @Argument(help: "A profile's path, or the name of a shipped one.") var profile: String?
    @Option(help: "The target's base URL, instead of the profile's.") var target: String?
    @Option(help: "Intercom's region instead of a URL: us, eu or au.") var region: String?
    @Option(help: "Refuse a plan with more conversations.") var maxConversations: Int?
    @Option(name: .customLong("set"), help: "Override a key of the profile: KEY=VALUE.")
    var overrides: [String] = []
    @Option(help: "Multiply all rates, or the concurrency, by a percentage, such as 10%.")
    var scale: String?
    @Option(help: "The seed of every draw of the plan.") var seed: UInt64?

    /// The profile with the options put in; quickstart where none is named.
    ///
    /// Its operations are those that there are.
    func readProfile() throws -> Profile {
        let profile = try loadProfile()
        _ = try OperationTable(profile)
        return profile
    }

    private func loadProfile() throws -> Profile {
        let pairs = try overrides.map {
            try PlanOptions.pair($0, option: "--set", of: "KEY=VALUE")
        }
        // Options win over --set, the scale comes last.
        var options: [ProfileOption] = []
        if let target { options.append(.target(target)) }
        if let region { options.append(.region(region)) }
        if let seed { options.append(.seed(seed)) }
        if let maxConversations { options.append(.maxConversations(maxConversations)) }
        guard let profile else {
            return try Profile.parse(
                text: Profile.quickstartText, source: "quickstart", overrides: pairs,
                options: options, scale: scale)
        }
        return try Profile.load(path: profile, overrides: pairs, options: options, scale: scale)
    }

    /// The same options as arguments of another process.
    var arguments: [String] {
        var made = profile.map { [$0] } ?? []
        if let target { made += ["--target", target] }
        if let region { made += ["--region", region] }
        if let maxConversations { made += ["--max-conversations", "\(maxConversations)"] }
        for text in overrides { made += ["--set", text] }
        if let scale { made += ["--scale", scale] }
        if let seed { made += ["--seed", "\(seed)"] }
        return made
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
