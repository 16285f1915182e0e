/// A conversation id with places for the run's id and the conversation's number.
struct IDTemplate: Sendable, Equatable {
    /// A stretch of the id.
    enum Part: Sendable, Equatable {
        case text(String)
        case run
        case number
    }

    /// The id from left to right.
    private(set) var parts: [Part] = []

    /// Splits a template at `{run}` and `{n}`; nil when there is any other brace.
    init?(_ template: String) {
        var rest = template[...]
        while !rest.isEmpty {
            if rest.hasPrefix("{run}") {
                parts.append(.run)
                rest = rest.dropFirst(5)
            } else if rest.hasPrefix("{n}") {
                parts.append(.number)
                rest = rest.dropFirst(3)
            } else {
                let text = rest.prefix { !"{}".contains($0) }
                if text.isEmpty { return nil }
                parts.append(.text(String(text)))
                rest = rest.dropFirst(text.count)
            }
        }
    }

    /// What stands between the braces.
    var fixedText: String {
        parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }

    /// The id of one conversation.
    func id(run: String, number: UInt64) -> String {
        var id = ""
        for part in parts {
            switch part {
            case .text(let text): id += text
            case .run: id += run
            case .number: id += String(number)
            }
        }
        return id
    }
}
