extension TruthAudit {
    private static let shownNames = 5

    /// A table for the terminal.
    public var text: String {
        let head = ["", "n", "min", "p50", "p90", "p99", "max", "> 1 ms", "one side"]
        let rows = [head] + Subject.allCases.map { row($0) }
        let table = rows.map { row in
            row.enumerated().reduce("") { line, cell in
                line
                    + (cell.offset == 0
                        ? Human.pad(cell.element, 16) : Human.pad(cell.element, 10, right: true))
            }
        }
        return (table + differences).joined(separator: "\n") + "\n"
    }

    private func row(_ subject: Subject) -> [String] {
        let found = errors[subject] ?? ErrorStatistics([])
        let spans = [found.smallest, found.p50, found.p90, found.p99, found.largest]
            .map { found.count == 0 ? "-" : Human.span(signed: $0) }
        return [subject.rawValue, "\(found.count)"] + spans
            + ["\(found.beyondMillisecond)", "\(unmatched[subject] ?? 0)"]
    }

    private var differences: [String] {
        [
            "\(joined) turns on both sides; requests sent \(requests.sent), "
                + "received \(requests.received)",
            names("only in the run", onlyInRun), names("only in the truth log", onlyInTruth),
        ]
    }

    private func names(_ what: String, _ list: [String]) -> String {
        if list.isEmpty { return "\(what): none" }
        let rest = list.count > TruthAudit.shownNames ? ", …" : ""
        return "\(what): \(list.count) ("
            + list.prefix(TruthAudit.shownNames).joined(separator: ", ") + rest + ")"
    }

    /// The same as comma-separated values, errors in nanoseconds.
    public var csv: String {
        var buffer = CSVBuffer(header: [
            "subject", "n", "min_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns", "beyond_1ms",
            "one_side",
        ])
        for subject in Subject.allCases {
            let found = errors[subject] ?? ErrorStatistics([])
            buffer.field(subject.rawValue)
            buffer.field(found.count)
            for value in [found.smallest, found.p50, found.p90, found.p99, found.largest] {
                if found.count > 0 { buffer.field(value) } else { buffer.empty() }
            }
            buffer.field(found.beyondMillisecond)
            buffer.field(unmatched[subject] ?? 0)
            buffer.endRow()
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}
