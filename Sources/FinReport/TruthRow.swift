/// What the server says of one turn, on the generator's clock: a row of a truth log.
public struct TruthRow: Sendable, Equatable {
    /// The conversation's id on the wire.
    public var conversationID: String
    /// The turn's number in its conversation, from 1.
    public var turn: Int
    /// What the server did wrong on purpose; empty for nothing.
    public var fault: String
    /// The request was complete; `CLOCK_MONOTONIC` nanoseconds, as all that follow.
    public var requestReceived: Int64?
    /// The first `fin_reply_chunk` was handed to the kernel.
    public var firstChunkWritten: Int64?
    /// The first `fin_replied` was handed to the kernel.
    public var firstRepliedWritten: Int64?
    /// The done signal was handed to the kernel.
    public var doneWritten: Int64?

    static let columns = [
        "conversation_id", "turn", "fault", "request_received_ns", "first_chunk_written_ns",
        "first_replied_written_ns", "done_written_ns",
    ]

    /// Reads a whole truth log.
    ///
    /// - Throws: `ReportError` when a row is none; a last row without its line feed is left out.
    static func read(path: String) throws -> [TruthRow] {
        var scanner = try CSVScanner(path: path)
        guard try scanner.next(), scanner.texts == columns else {
            throw ReportError(
                .malformed, path: path, line: 1,
                "is not a truth log; expected the header \"\(columns.joined(separator: ","))\": "
                    + "name the file that \"finbench simulate --truth\" wrote")
        }
        var rows: [TruthRow] = []
        while try scanner.next() { rows.append(try row(scanner, path: path)) }
        return rows
    }

    private static func row(_ scanner: CSVScanner, path: String) throws -> TruthRow {
        guard scanner.count == columns.count, let turn = scanner.integer(1) else {
            throw ReportError(
                .malformed, path: path, line: scanner.line,
                "\"\(scanner.texts.joined(separator: ","))\" is no row of a truth log; expected "
                    + "\(columns.count) fields: restore the file")
        }
        return TruthRow(
            conversationID: scanner.text(0), turn: Int(turn), fault: scanner.text(2),
            requestReceived: scanner.integer(3), firstChunkWritten: scanner.integer(4),
            firstRepliedWritten: scanner.integer(5), doneWritten: scanner.integer(6))
    }
}
