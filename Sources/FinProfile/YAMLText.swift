/// Writes values the way a profile does: texts with quotes where they need them, one line each.
enum YAMLText {
    /// A value on one line: `{median: 400ms, p95: 1.2s}`.
    static func flow(_ node: ProfileNode) -> String {
        if let mapping = node.mapping {
            let pairs = mapping.map { "\(key($0.key ?? "")): \(flow($0.value))" }
            return "{\(pairs.joined(separator: ", "))}"
        }
        if let sequence = node.sequence {
            return "[\(sequence.map { flow($0) }.joined(separator: ", "))]"
        }
        guard let scalar = node.scalar else { return "" }
        return scalar.isPlain && isPlain(scalar.string)
            ? scalar.string : quoted(scalar.string)
    }

    /// A key; in quotes where it needs them.
    static func key(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// Whether a text may stand without quotes, inside brackets too.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        let marks = " _./%<>=+()-:$"
        let isFit = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0)
                || marks.unicodeScalars.contains($0)
        }
        return isFit && (first.isLetter || first.isNumber || first == "/") && last != ":"
            && last != " " && !text.contains(": ")
    }

    /// In single quotes; in double ones where characters must be escaped.
    static func quoted(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy({ isPrintable($0) }) {
            return
                "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
        }
        return "\"" + text.unicodeScalars.map { escaped($0) }.joined() + "\""
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        (0x20...0x7E).contains(scalar.value)
            || scalar.value >= 0xA0 && ![0x2028, 0x2029, 0xFEFF].contains(scalar.value)
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\"", "\\": return "\\\(scalar)"
        default:
            if isPrintable(scalar) { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }
    }
}
