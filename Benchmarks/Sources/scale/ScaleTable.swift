import Foundation

/// What a row's figure must be.
enum Goal {
    case atMost(Double)
    case atLeast(Double)

    func isMet(by value: Double) -> Bool {
        switch self {
        case .atMost(let limit): value <= limit
        case .atLeast(let limit): value >= limit
        }
    }

    var text: String {
        switch self {
        case .atMost(let limit): "<= \(Figure.text(limit))"
        case .atLeast(let limit): ">= \(Figure.text(limit))"
        }
    }
}

/// Numbers as the table shows them.
enum Figure {
    /// Four digits that count.
    static func text(_ value: Double) -> String {
        if !value.isFinite { return "-" }
        if abs(value) >= 1000 { return String(format: "%.0f", value) }
        return String(format: abs(value) >= 100 ? "%.1f" : "%.3g", value)
    }

    /// The middle value; not a number without values.
    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
    }
}

/// The figures as a table for people and as CSV.
struct ScaleTable {
    private struct Row {
        var part: Options.Part
        var name: String
        var value: Double
        var unit: String
        var goal: Goal?
        var note: String
    }

    private var rows: [Row] = []

    /// Adds a figure: the median of the rounds.
    mutating func add(
        _ part: Options.Part, _ name: String, _ values: [Double], _ unit: String,
        _ goal: Goal? = nil, note: String = ""
    ) {
        let value = Figure.median(values)
        let words = goal.map { "\($0.text): " + ($0.isMet(by: value) ? "met" : "MISSED") }
        print("  \(name): \(Figure.text(value)) \(unit)" + (words.map { "  \($0)" } ?? ""))
        rows.append(
            Row(part: part, name: name, value: value, unit: unit, goal: goal, note: note))
    }

    /// Adds a figure that could not be taken.
    mutating func absent(_ part: Options.Part, _ name: String, why: String) {
        rows.append(
            Row(part: part, name: name, value: .nan, unit: "", note: "absent: \(why)"))
    }

    /// Goals that were missed.
    var missedGoals: Int {
        rows.count { row in row.goal.map { !$0.isMet(by: row.value) } ?? false }
    }

    /// How many goals there are.
    var goalCount: Int { rows.count { $0.goal != nil } }

    /// Lines for people.
    var text: String {
        let heads = ["part", "figure", "value", "unit", "goal", ""]
        let cells = [heads] + rows.map(cells)
        let widths = heads.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return "\n"
            + cells.map { line in
                line.indices.map { column in
                    let space = String(repeating: " ", count: widths[column] - line[column].count)
                    return column == 2 ? space + line[column] : line[column] + space
                }.joined(separator: "  ").trimmingSuffix { $0 == " " }
            }.joined(separator: "\n")
    }

    private func cells(_ row: Row) -> [String] {
        let goal = row.goal.map { $0.text + ($0.isMet(by: row.value) ? " met" : " MISSED") } ?? ""
        return [row.part.rawValue, row.name, Figure.text(row.value), row.unit, goal, row.note]
    }

    /// Tidy CSV: a row for every figure; empty where there is nothing.
    var csv: String {
        let lines = rows.map { row in
            [
                "1", row.part.rawValue, quoted(row.name),
                row.value.isFinite ? String(format: "%.6g", row.value) : "", row.unit,
                quoted(row.goal?.text ?? ""),
                row.goal.map { $0.isMet(by: row.value) ? "1" : "0" } ?? "", quoted(row.note),
            ].joined(separator: ",")
        }
        return (["schema,part,figure,value,unit,goal,met,note"] + lines).joined(separator: "\n")
            + "\n"
    }

    private func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

extension String {
    /// Without the characters at the end that are so.
    fileprivate func trimmingSuffix(while isSo: (Character) -> Bool) -> String {
        String(dropLast(reversed().prefix(while: isSo).count))
    }
}
