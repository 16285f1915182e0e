import Foundation

/// The rows of one of finbench's own tables, by the names of their columns.
///
/// Quotes keep a comma in its field; no field here has a quote or a line feed of its own.
struct TidyRows {
    private let columns: [String: Int]
    private let rows: [[String]]

    /// Reads the whole text: for tables of some thousand rows.
    init(_ text: String) {
        let lines = text.split(separator: "\n").map(TidyRows.fields)
        let names = lines.first ?? []
        columns = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        rows = Array(lines.dropFirst())
    }

    init(path: String) throws {
        self.init(try String(contentsOfFile: path, encoding: .utf8))
    }

    /// A column's numbers by what another column says, added up, of the rows that say so in a third.
    ///
    /// - Throws: `Failure` naming a column that is not there.
    func sums(
        of value: String, by name: String, where key: String? = nil, is word: String = ""
    ) throws -> [String: Double] {
        let (value, name) = (try place(value), try place(name))
        let key = try key.map(place)
        var sums: [String: Double] = [:]
        for row in rows where row.count == columns.count {
            if let key, row[key] != word { continue }
            if let number = Double(row[value]) { sums[row[name], default: 0] += number }
        }
        return sums
    }

    private func place(_ column: String) throws -> Int {
        guard let place = columns[column] else {
            throw Failure("a table has no column \"\(column)\"")
        }
        return place
    }

    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
