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
        return (table + differences + [""] + faultTable + disagreements)
            .joined(separator: "\n") + "\n"
    }

    private var faultTable: [String] {
        let head = ["fault", "turns", "expected", "agree", "differ", "cut", "arrival p99"]
        let rows = faults.map { tally in
            [
                tally.fault.isEmpty ? "none" : tally.fault, "\(tally.turns)", tally.expected,
                "\(tally.agree)", "\(tally.differing.count)", "\(tally.cut)",
                tally.arrival.count == 0 ? "-" : Human.span(signed: tally.arrival.p99),
            ]
        }
        return ([head] + rows).map { row in
            Human.pad(row[0], 16) + Human.pad(row[1], 7, right: true) + "  "
                + Human.pad(row[2], 34) + Human.pad(row[3], 7, right: true)
                + Human.pad(row[4], 8, right: true) + Human.pad(row[5], 6, right: true)
                + Human.pad(row[6], 13, right: true)
        }
    }

    /// Which turns differ from what their fault demands; nothing where all agree.
    private var disagreements: [String] {
        faults.filter { !$0.differing.isEmpty }.map { tally in
            let name = tally.fault.isEmpty ? "without a fault" : "with \(tally.fault)"
            return names("\(name), yet not \"\(tally.expected)\"", tally.differing)
        }
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
            names("events on one side only, of turns that ended well", oneSided),
        ]
    }

    private func names(_ what: String, _ list: [String]) -> String {
        if list.isEmpty { return "\(what): none" }
        let rest = list.count > TruthAudit.shownNames ? ", …" : ""
        return "\(what): \(list.count) ("
            + list.prefix(TruthAudit.shownNames).joined(separator: ", ") + rest + ")"
    }

    /// The table of faults as comma-separated values, errors in nanoseconds.
    public var faultCSV: String {
        var buffer = CSVBuffer(header: [
            "fault", "turns", "expected", "agree", "differ", "cut", "arrival_n",
            "arrival_p99_ns",
        ])
        for tally in faults {
            buffer.field(tally.fault)
            buffer.field(tally.turns)
            buffer.field(tally.expected)
            buffer.field(tally.agree)
            buffer.field(tally.differing.count)
            buffer.field(tally.cut)
            buffer.field(tally.arrival.count)
            if tally.arrival.count > 0 { buffer.field(tally.arrival.p99) } else { buffer.empty() }
            buffer.endRow()
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// The errors of arrival as comma-separated values, in nanoseconds.
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
