/// What `finbench profile check` finds in one profile.
public struct ProfileCheck: Sendable {
    /// The mistakes, in the order of their places; empty for a good profile.
    ///
    /// The first of each section at the least: later ones in it may be its echo.
    public let mistakes: [ProfileError]

    /// Reads a profile, what it extends and names, and draws its plan.
    ///
    /// - Parameter path: a YAML file, or the name of a shipped profile.
    /// - Complexity: O(arrivals) for a good profile.
    public init(path: String) {
        do throws(ProfileError) {
            let named = try NamedProfile(path)
            self.init(text: named.text, source: path, baseDirectory: named.folder)
        } catch {
            self.init(mistakes: [error])
        }
    }

    private init(mistakes: [ProfileError]) { self.mistakes = mistakes }

    /// Reads a profile from its text.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - source: what messages call it.
    ///   - baseDirectory: where relative paths in the text begin; empty for the working folder.
    public init(text: String, source: String, baseDirectory: String = "") {
        do throws(ProfileError) {
            let profile = try Profile.parse(
                text: text, source: source, baseDirectory: baseDirectory)
            _ = try RunPlan(profile: profile, runID: "check")
            self.init(mistakes: [])
        } catch {
            let others = ProfileCheck.bySection(
                text: text, source: source, baseDirectory: baseDirectory)
            self.init(mistakes: others.isEmpty ? [error] : others)
        }
    }

    /// The first mistake of each key at the top, in the order of the file.
    private static func bySection(
        text: String, source: String, baseDirectory: String
    ) -> [ProfileError] {
        let tree = try? Profile.tree(
            text: text, source: source, baseDirectory: baseDirectory, overrides: [], options: [])
        guard let tree, let pairs = tree.mapping else { return [] }
        var mistakes: [ProfileError] = []
        for pair in pairs {
            let others = ProfileCheck.judgedWith[pair.key ?? ""] ?? []
            let beside = pairs.filter { others.contains($0.key ?? "") }
            if let mistake = mistake(in: ProfileNode(keys: beside + [pair], place: tree.place)),
                !mistakes.contains(mistake)
            {
                mistakes.append(mistake)
            }
        }
        return mistakes.sorted { ($0.path, $0.line ?? 0) < ($1.path, $1.line ?? 0) }
    }

    /// Keys that are judged with others: an objective with the conversation it speaks of, the
    /// simulator's webhooks with who takes them.
    private static let judgedWith = [
        "slo": ["conversation", "scenarios", "delivery"], "transport": ["target"],
        "simulator": ["conversation", "target", "delivery", "webhooks", "hitl"],
    ]

    private static func mistake(in tree: ProfileNode) -> ProfileError? {
        do throws(ProfileError) {
            var profile = Profile()
            try profile.read(Field(node: tree, path: ""))
            return nil
        } catch {
            return error
        }
    }
}
