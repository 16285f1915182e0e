/// Numbers and lines for people.
enum Figure {
    /// At most one decimal, none from 100 on: `8.5`, `120`.
    static func number(_ value: Double) -> String {
        if value >= 99.95 { return "\(Int(value.rounded()))" }
        return decimals(value, places: 1)
    }

    /// A span: `0.4 s`, `65 s`, `3 min 30 s`, `2 h 5 min`.
    static func seconds(_ value: Double) -> String {
        if value < 99.95 { return decimals(value, places: value < 1 ? 3 : 1) + " s" }
        let whole = Int(value.rounded())
        if whole < 180 { return "\(whole) s" }
        let (hours, minutes) = (whole / 3600, whole % 3600 / 60)
        let parts = [(hours, "h"), (minutes, "min"), (hours > 0 ? 0 : whole % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// A share, 0 to 1: `0.06 %`, `3.6 %`, `120 %`.
    static func percent(_ share: Double) -> String {
        let value = share * 100
        return (value < 0.95 ? decimals(value, places: 2) : number(value)) + " %"
    }

    private static func decimals(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        if scaled % scale == 0 { return "\(scaled / scale)" }
        var digits = String(scale + scaled % scale).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(scaled / scale).\(digits)"
    }

    /// `text` in a field of that width, left or right.
    static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }

    /// Breaks a line at blanks; lines after the first are indented.
    static func wrap(_ text: String, width: Int, indent: Int = 0) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in glued(text.split(separator: " ").map(String.init)) {
            if line.isEmpty {
                line = word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = String(repeating: " ", count: indent) + word
            }
        }
        return lines + [line]
    }

    /// Joins each number with its unit, so that no line begins with "s".
    private static func glued(_ words: [String]) -> [String] {
        let units: Set<String> = ["s", "min", "h", "%", "USD"]
        return words.reduce(into: []) { joined, word in
            let unit = word.filter { !",;:.)".contains($0) }
            if units.contains(unit), let last = joined.last, last.last?.isNumber == true {
                joined[joined.count - 1] = last + " " + word
            } else {
                joined.append(word)
            }
        }
    }
}
