import FinMeasure

extension Field {
    /// The values of a recording: a file with one value a line.
    ///
    /// Shape: the first column of a CSV. Each value carries its unit (`400ms`), or all are plain and
    /// the first line names the unit at its end (`think_ms`). Empty lines and lines that begin with
    /// `#` are left out.
    func recordedValues(_ unit: Unit) throws(ProfileError) -> [Double] {
        let file = try NamedFile(self, kind: "recording")
        var header: String?
        var values: [Double] = []
        for (index, line) in file.lines.enumerated() {
            let cell = String(line.prefix { $0 != "," }).trimmed
            if cell.isEmpty || cell.hasPrefix("#") { continue }
            if header == nil {
                header = cell.first?.isNumber == true ? "" : cell.unitSuffix
                if cell.first?.isNumber != true { continue }
            }
            do throws(Unit.Refusal) {
                values.append(try unit.parse(cell.isPlainNumber ? cell + (header ?? "") : cell))
            } catch {
                throw file.error("\"\(cell.shortened)\" \(error.words)", line: index)
            }
        }
        if values.isEmpty { throw file.error("has no values: write one a line") }
        return values
    }
}

extension String {
    /// Without spaces, tabs and quotes at both ends.
    fileprivate var trimmed: String {
        let isEdge: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\"" }
        return String(drop(while: isEdge).reversed().drop(while: isEdge).reversed())
    }

    fileprivate var isPlainNumber: Bool { allSatisfy { $0.isNumber || $0 == "." } }

    /// The unit that a column's name ends in: `ms` of `think_ms`; empty without one.
    fileprivate var unitSuffix: String {
        guard let suffix = split(separator: "_").last, suffix.count < count else { return "" }
        return ["ns", "us", "ms", "s", "m", "h", "B", "kB", "MB"].contains(String(suffix))
            ? String(suffix) : ""
    }
}
