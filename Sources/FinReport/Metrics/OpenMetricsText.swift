/// Text in the exposition format of OpenMetrics 1.0, family after family.
///
/// - Source: OpenMetrics 1.0, "Text format": a unit is the last word of its family's name, a
///   counter's sample ends in `_total`, an info's in `_info`, and the last line is `# EOF`.
struct OpenMetricsText {
    /// What a family holds.
    enum Kind: String { case counter, gauge, histogram, info }

    /// The type that HTTP names it by.
    static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    typealias Label = (name: String, value: String)

    private var lines: [String] = []
    private var name = ""

    /// Begins a family: what follows belongs to it until the next begins.
    mutating func family(_ name: String, _ kind: Kind, unit: String = "", help: String) {
        precondition(unit.isEmpty || name.hasSuffix("_\(unit)"), "a unit ends its family's name")
        self.name = name
        lines.append("# TYPE \(name) \(kind.rawValue)")
        if !unit.isEmpty { lines.append("# UNIT \(name) \(unit)") }
        lines.append("# HELP \(name) \(OpenMetricsText.escaped(help))")
    }

    /// One sample of the family begun last.
    mutating func sample(_ labels: [Label], _ value: String, suffix: String = "") {
        let inside = labels.filter { !$0.value.isEmpty }
            .map { "\($0.name)=\"\(OpenMetricsText.escaped($0.value))\"" }
            .joined(separator: ",")
        lines.append(name + suffix + (inside.isEmpty ? "" : "{\(inside)}") + " \(value)")
    }

    /// The whole.
    var text: String { (lines + ["# EOF", ""]).joined(separator: "\n") }

    private static func escaped(_ text: String) -> String {
        var made = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": made += "\\\\"
            case "\"": made += "\\\""
            case "\n": made += "\\n"
            default: made.unicodeScalars.append(character)
            }
        }
        return made
    }
}
