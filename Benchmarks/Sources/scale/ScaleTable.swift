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
        /// Cores that others used meanwhile; nil where that is not known.
        var others: Double?

        /// Whether others took too little for it to matter.
        var isQuiet: Bool { others.map { $0 <= OtherWork.limit } ?? false }
        var isMet: Bool { goal?.isMet(by: value) ?? true }
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

    /// Notes how many cores others used while a part was measured; nil: not known.
    mutating func note(_ part: Options.Part, others: Double?) {
        for index in rows.indices where rows[index].part == part { rows[index].others = others }
    }

    /// How many goals were met, and what to think of it.
    var conclusion: String {
        let goals = rows.filter { $0.goal != nil }
        let met = "\(goals.count(where: \.isMet)) of \(goals.count) goals met"
        let doubtful = goals.filter { !$0.isQuiet }
        if doubtful.isEmpty { return met }
        let most = rows.compactMap(\.others).max()
        let others = most.map { "others used up to \(Figure.text($0)) cores" }
        return met + "\nNot a quiet machine for \(doubtful.count) of them, "
            + "\(doubtful.count { !$0.isMet }) of these missed: "
            + "\(others ?? "what others used is not known"). Trust none of these figures; repeat "
            + "them (--only) where nothing else runs."
    }

    /// Lines for people.
    var text: String {
        let heads = ["part", "figure", "value", "unit", "goal", "others", ""]
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
        let others = row.others.map { Figure.text($0) } ?? "?"
        return [
            row.part.rawValue, row.name, Figure.text(row.value), row.unit, goal,
            row.isQuiet ? others : "\(others) BUSY", row.note,
        ]
    }

    /// Tidy CSV: a row for every figure; empty where there is nothing.
    var csv: String {
        let lines = rows.map { row in
            [
                "2", row.part.rawValue, quoted(row.name),
                row.value.isFinite ? String(format: "%.6g", row.value) : "", row.unit,
                quoted(row.goal?.text ?? ""),
                row.goal.map { $0.isMet(by: row.value) ? "1" : "0" } ?? "",
                row.others.map { String(format: "%.3f", $0) } ?? "", quoted(row.note),
            ].joined(separator: ",")
        }
        return (["schema,part,figure,value,unit,goal,met,others_cores,note"] + lines).joined(
            separator: "\n")
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
