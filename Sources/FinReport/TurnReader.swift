internal import FinMeasure

/// Reads `turns.csv` row by row.
struct TurnReader {
    private let path: String
    private var scanner: CSVScanner

    init(path: String) throws {
        self.path = path
        scanner = try CSVScanner(path: path)
        if try scanner.next(), scanner.texts != TurnColumn.names {
            throw ReportError(
                .malformed, path: path, line: 1,
                "\"\(scanner.text(0))\" does not begin the header of schema 1; use the finbench "
                    + "that wrote it")
        }
    }

    /// The next row; nil at the end.
    mutating func next() throws -> TurnRow? {
        guard try scanner.next() else { return nil }
        guard scanner.count == TurnColumn.names.count else { throw malformed("the row") }
        var row = TurnRow()
        row.conversationID = text(.conversationID)
        row.turn = Int(try need(.turn))
        row.scenario = text(.scenario)
        row.question = text(.question)
        row.requestID = text(.requestID)
        row.planned = try need(.planned)
        guard let phase = Phase(name: text(.phase)) else { throw malformed(text(.phase)) }
        guard let outcome = Outcome(rawValue: text(.outcome)) else {
            throw malformed(text(.outcome))
        }
        row.phase = phase
        row.outcome = outcome
        row.detail = text(.detail)
        instants(&row)
        return row
    }

    private func instants(_ row: inout TurnRow) {
        row.sent = integer(.sent)
        row.response = integer(.response)
        row.streamDial = integer(.streamDial)
        row.streamOpen = integer(.streamOpen)
        row.firstChunk = integer(.firstChunk)
        row.firstReplied = integer(.firstReplied)
        row.done = integer(.done)
    }

    /// A field of the row read last, as text.
    func text(_ column: TurnColumn) -> String { scanner.text(column.rawValue) }

    private func integer(_ column: TurnColumn) -> Int64? { scanner.integer(column.rawValue) }

    private func need(_ column: TurnColumn) throws -> Int64 {
        guard let value = integer(column) else { throw malformed(text(column)) }
        return value
    }

    private func malformed(_ value: String) -> ReportError {
        ReportError(
            .malformed, path: path, line: scanner.line,
            "\"\(value)\" does not fit schema 1 of turns.csv: restore the file")
    }
}
