/// What is wrong with a profile, where, and what to do about it.
public struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of text holds the mistake.
    public enum Origin: Hashable, Sendable {
        /// The profile at a path, or a built-in one by name.
        case profile(String)
        /// The value of `--set` for a key.
        case override(String)
        /// The value of another option of the command line, such as `--region`.
        case option(String)
        /// A file that the profile names: what it holds, and its path.
        case file(kind: String, path: String)
        /// The plan as a whole, drawn from the profile of that name.
        case plan(String)
    }

    /// Where the mistake was read.
    public var origin: Origin
    /// The line, from 1; nil where none can be named.
    public var line: Int?
    /// The column, from 1, in characters; nil where none can be named.
    public var column: Int?
    /// The key, its value in quotes, what was expected and what to do.
    public var message: String

    /// Joins the parts.
    public init(origin: Origin, line: Int? = nil, column: Int? = nil, message: String) {
        self.origin = origin
        self.line = line
        self.column = column
        self.message = message
    }

    /// The path of the file, the key of the override, the option, or the name of the plan.
    public var path: String {
        switch origin {
        case .profile(let path), .override(let path), .option(let path), .file(_, let path),
            .plan(let path):
            path
        }
    }

    /// One line: `profile "smoke.yaml" line 12 column 9: load.rate "0/s" must be above 0`.
    public var description: String { "\(place): \(message)" }

    private var place: String {
        let words: String
        switch origin {
        case .profile(let path): words = "profile \"\(path)\""
        case .override(let key): words = "--set \(key)"
        case .option(let name): words = name
        case .file(let kind, let path): words = "\(kind) \"\(path)\""
        case .plan(let name): words = "plan of profile \"\(name)\""
        }
        return words + (line.map { " line \($0)" } ?? "") + (column.map { " column \($0)" } ?? "")
    }
}
