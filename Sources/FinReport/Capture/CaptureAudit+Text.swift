extension CaptureAudit {
    private static let shownNames = 5

    /// A table for the terminal.
    public var text: String {
        let head = ["run - packet", "n", "min", "p50", "p90", "p99", "max", "> 1 ms"]
        let rows = [head] + CaptureAudit.subjects.map { row($0) }
        let table = rows.map { row in
            row.enumerated().reduce("") { line, cell in
                line
                    + (cell.offset == 0
                        ? Human.pad(cell.element, 16) : Human.pad(cell.element, 10, right: true))
            }
        }
        return (table + notes).joined(separator: "\n") + "\n"
    }

    private func row(_ subject: TruthAudit.Subject) -> [String] {
        let found = errors[subject] ?? ErrorStatistics([])
        let spans = [found.smallest, found.p50, found.p90, found.p99, found.largest]
            .map { found.count == 0 ? "-" : Human.span(signed: $0) }
        return [subject.rawValue, "\(found.count)"] + spans + ["\(found.beyondMillisecond)"]
    }

    private static let nothing =
        "no event of the run is in the capture: capture the same run, from before it to its end"

    private var notes: [String] {
        let names = missing.prefix(CaptureAudit.shownNames).joined(separator: ", ")
        let rest = missing.count > CaptureAudit.shownNames ? ", …" : ""
        return [
            "\(turns) turns; \(packets) packets with \(streams) event streams"
                + (holes > 0 ? "; bytes missing in \(holes) places" : ""),
            "events of turns that ended well, not in the capture: "
                + (missing.isEmpty ? "none" : "\(missing.count) (\(names)\(rest))"),
        ] + (pairs.isEmpty ? [CaptureAudit.nothing] : [])
    }

    /// Each event beside its packet as comma-separated values, in nanoseconds since the run's zero.
    public var eachCSV: String {
        var buffer = CSVBuffer(header: [
            "conversation_id", "turn", "subject", "packet_ns", "seen_ns", "difference_ns",
        ])
        for pair in pairs {
            buffer.field(pair.conversation)
            buffer.field(pair.turn)
            buffer.field(pair.subject.rawValue)
            buffer.field(pair.packet)
            buffer.field(pair.seen)
            buffer.field(pair.seen - pair.packet)
            buffer.endRow()
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// The differences as comma-separated values, in nanoseconds.
    public var csv: String {
        var buffer = CSVBuffer(header: [
            "subject", "n", "min_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns", "beyond_1ms",
        ])
        for subject in CaptureAudit.subjects {
            let found = errors[subject] ?? ErrorStatistics([])
            buffer.field(subject.rawValue)
            buffer.field(found.count)
            for value in [found.smallest, found.p50, found.p90, found.p99, found.largest] {
                if found.count > 0 { buffer.field(value) } else { buffer.empty() }
            }
            buffer.field(found.beyondMillisecond)
            buffer.endRow()
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}
