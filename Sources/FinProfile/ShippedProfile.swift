/// A profile that finbench brings along: a file of `profiles/`, held in the binary.
public struct ShippedProfile: Sendable, Equatable {
    /// What it is called: the name of the file without `.yaml`.
    public let name: String
    /// The file's text, comments and all.
    public let text: String

    init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The question it answers, the first words of its text; empty when there is none.
    public var question: String {
        let comments = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
        let words = comments.joined(separator: " ").split(separator: " ").filter { $0 != "#" }
        let end = words.firstIndex { $0.hasSuffix("?") }
        return end.map { words[...$0].joined(separator: " ") } ?? ""
    }

    /// The shipped profile of that name; nil when there is none.
    public static func named(_ name: String) -> ShippedProfile? { all.first { $0.name == name } }

    /// A copy under another name.
    ///
    /// - Throws: `ProfileError` when the name is not fit for a profile.
    public func copy(named name: String) throws(ProfileError) -> String {
        let source = ProfileSource(origin: .option("profile new"), baseDirectory: "")
        let field = Field(
            node: ProfileNode(name, isPlain: false, place: Place(source: source)), path: "NAME")
        _ = try field.profileName()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { $0.hasPrefix("name: ") ? "name: \(name)" : String($0) }
            .joined(separator: "\n")
    }

    /// The end of a sentence about a name that is none: the nearest one, or all of them.
    public static func advice(for name: String) -> String {
        if let near = NearestWord.find(name, among: all.map(\.name)) {
            return ": did you mean \"\(near)\"?"
        }
        return " (shipped: \(all.map(\.name).joined(separator: ", ")))"
    }
}

extension Profile {
    /// The text of `profiles/quickstart.yaml`, which runs when no profile is named.
    public static var quickstartText: String { ShippedProfile.quickstart.text }
}
