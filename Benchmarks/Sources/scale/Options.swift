import Foundation

/// What the command was asked for.
struct Options {
    /// One group of rows.
    enum Part: String, CaseIterable {
        case throughput, streams, flight, accuracy, soak, handshakes, report, workers, capture
        case references
    }

    /// Every plan is drawn from it.
    var seed: UInt64 = 7
    /// How often each figure is taken; the median stands.
    var rounds = 3
    /// What to measure.
    var parts = Part.allCases
    /// Where the CSV goes; nowhere if `nil`.
    var csv: String?
    /// Small and short: shows that it runs.
    var isBrief = ProcessInfo.processInfo.environment["FINBENCH_BRIEF"] != nil
    /// The long ones: ten minutes' soak, a million turns.
    var isFull = false
    /// The core of the servers, and that of the clients.
    let serverCore = 0
    let clientCore = ProcessInfo.processInfo.activeProcessorCount > 1 ? 1 : 0

    static let usage = """
        usage: scale [--only PART,…] [--rounds N] [--seed N] [--full] [--csv FILE]
        parts: throughput, streams, flight, accuracy, soak, handshakes, report, workers, capture,
               references
        FINBENCH_BRIEF=1 in the environment: small and short
        """

    /// Reads the arguments.
    ///
    /// - Throws: `UsageError` naming the argument.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        if isBrief { rounds = 1 }
        var rest = arguments
        while let name = rest.popFirst() {
            switch name {
            case "--full": isFull = true
            case "--csv": csv = try Options.value(of: name, &rest) { $0 }
            case "--seed": seed = try Options.value(of: name, &rest) { UInt64($0) }
            case "--rounds":
                rounds = try Options.value(of: name, &rest) {
                    Int($0).flatMap { $0 > 0 ? $0 : nil }
                }
            case "--only":
                parts = try Options.value(of: name, &rest) { text in
                    let words = text.split(separator: ",")
                    let parts = words.compactMap { Part(rawValue: String($0)) }
                    return parts.count == words.count && !parts.isEmpty ? parts : nil
                }
            default: throw UsageError(text: "\"\(name)\" is not known")
            }
        }
    }

    /// Reads one value.
    static func value<Value>(
        of name: String, _ rest: inout ArraySlice<String>, _ read: (String) -> Value?
    ) throws(UsageError) -> Value {
        let text = rest.popFirst()
        guard let value = text.flatMap(read) else {
            throw UsageError(text: "\(name) \"\(text ?? "")\" is not a value it can have")
        }
        return value
    }
}

/// Arguments that make no sense.
struct UsageError: Error {
    let text: String
}
