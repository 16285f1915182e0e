import Foundation

/// What the command was asked for.
struct Options {
    /// Every input is made from it.
    var seed: UInt64 = 7
    /// Passes of every path.
    var rounds: Int
    /// Where the CSV goes; nowhere if `nil`.
    var csv: String?
    /// Small inputs and few rounds: shows that it runs, not how fast.
    let isBrief: Bool
    /// Only paths whose ID begins so, and what they are held against.
    var only: String?
    /// Whether to start the Python peers.
    var hasPython = true

    /// Those of `paths` that were asked for.
    func chosen(_ paths: [Path]) -> [Path] {
        guard let only else { return paths }
        let named = paths.filter { $0.id.hasPrefix(only) }
        let needed = Set(named.flatMap { [$0.id, $0.floor?.path, $0.rival].compactMap(\.self) })
        return paths.filter { needed.contains($0.id) }
    }

    static let usage = """
        usage: hotpaths [--csv FILE] [--seed N] [--rounds N] [--only ID] [--no-python]
        FINBENCH_BRIEF=1 in the environment: small inputs, few rounds
        """

    /// Reads the arguments.
    ///
    /// - Throws: `UsageError` naming the argument.
    init(_ arguments: ArraySlice<String>, isBrief: Bool) throws(UsageError) {
        self.isBrief = isBrief
        rounds = isBrief ? 3 : 31
        var rest = arguments
        while let name = rest.popFirst() {
            switch name {
            case "--csv": csv = try Options.value(of: name, &rest) { $0 }
            case "--seed": seed = try Options.value(of: name, &rest) { UInt64($0) }
            case "--rounds":
                rounds = try Options.value(of: name, &rest) {
                    Int($0).flatMap { $0 > 0 ? $0 : nil }
                }
            case "--only": only = try Options.value(of: name, &rest) { $0 }
            case "--no-python": hasPython = false
            default: throw UsageError(text: "\"\(name)\" is not known")
            }
        }
    }

    private static func value<Value>(
        of name: String, _ rest: inout ArraySlice<String>, _ read: (String) -> Value?
    ) throws(UsageError) -> Value {
        let text = rest.popFirst()
        guard let value = text.flatMap(read) else {
            throw UsageError(
                text: "\(name) \"\(text ?? "")\": expected a value, for --rounds one above 0")
        }
        return value
    }
}

/// Arguments that make no sense.
struct UsageError: Error {
    let text: String
}
