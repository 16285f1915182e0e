import Testing

/// A CSV file, read without finbench's own reader.
struct CSVTable {
    /// One row; columns by name.
    struct Row {
        fileprivate let columns: [String: Int]
        fileprivate let fields: [String]

        /// The text of a column.
        subscript(name: String) -> String {
            guard let index = columns[name], index < fields.count else {
                Issue.record("there is no column \"\(name)\" in \(fields)")
                return ""
            }
            return fields[index]
        }

        /// A column's whole number; nil where it is empty.
        func integer(_ name: String) -> Int? { Int(self[name]) }
        /// A column's number; nil where it is empty.
        func number(_ name: String) -> Double? { Double(self[name]) }

        /// `detail` of `turns.csv` without what a pause of this machine makes: headers and first
        /// chunk in one read look like a chunk that had waited for its subscriber.
        ///
        /// Our peers pause between the two: where the subscription was quick the word is not excused.
        var steadyDetail: String {
            let dialled = integer("stream_dial_ns") ?? 0
            if (integer("stream_open_ns") ?? dialled) - dialled < 25_000_000 {
                return self["detail"]
            }
            return self["detail"].split(separator: "+").filter { $0 != "subscription_bound" }
                .joined(separator: "+")
        }
    }

    let header: [String]
    let rows: [Row]

    /// Reads a file; the last line counts only if it is complete.
    init(path: String) throws { self.init(text: try text(path)) }

    /// Reads a text; the last line counts only if it is complete.
    init(text: String) {
        var lines = CSVTable.records(text)
        header = lines.isEmpty ? [] : lines.removeFirst()
        let pairs = header.enumerated().map { ($1, $0) }
        let columns = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        rows = lines.map { Row(columns: columns, fields: $0) }
    }

    /// The values of a column.
    func column(_ name: String) -> [String] { rows.map { $0[name] } }

    /// How often each value stands in a column.
    func counts(_ name: String) -> [String: Int] {
        column(name).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Splits a text by RFC 4180.
    private static func records(_ text: String) -> [[String]] {
        var records: [[String]] = []
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        for letter in text {
            switch (letter, isQuoted) {
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                fields.append(field)
                field = ""
            case ("\n", false), ("\r\n", false):
                records.append(fields + [field])
                fields = []
                field = ""
            default: field.append(letter)
            }
        }
        return records
    }
}
