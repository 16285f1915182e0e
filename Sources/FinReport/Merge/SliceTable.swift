internal import FinMeasure

/// The clocks of a merged run's slices: what joining them on UTC rests on.
enum SliceTable {
    private static let widths = [5, 20, 12, 14, 7, 10, 7, 9]

    /// A header and a line for each slice; nothing for none.
    static func text(_ slices: [RunDocument.Slice]) -> String {
        guard let zero = slices.map(\.clock.unixNanoseconds).min() else { return "" }
        let head = [
            "slice", "host", "began after", "clock", "steps", "drift", "stamps", "late p99",
        ]
        let rows = slices.map { slice in
            [
                "\(slice.index)", String(slice.host.name.prefix(18)),
                Human.span(slice.clock.unixNanoseconds - zero), clock(slice.clockState),
                "\(slice.clockSteps)",
                Human.span(UInt64(max(0, slice.clockDriftMicroseconds) * 1000)),
                Human.percent(slice.kernelStampShare),
                Human.span(UInt64(max(0, slice.lateMilliseconds) * 1e6)),
            ]
        }
        return ([line(head)] + zip(rows, slices).map { line($0) + remarks($1) })
            .joined(separator: "\n")
    }

    /// What the machine admits of its clock's error.
    private static func clock(_ state: RunDocument.ClockState?) -> String {
        guard let state else { return "not known" }
        let error = UInt64(max(0, state.maximumErrorMicroseconds)) * 1000
        return state.synchronized ? "within \(Human.span(error))" : "not in sync"
    }

    private static func remarks(_ slice: RunDocument.Slice) -> String {
        let late = slice.valid ? "" : "  INVALID"
        return late + (slice.loss.map { "  LOST: \($0)" } ?? "")
    }

    private static func line(_ fields: [String]) -> String {
        var text = ""
        for (field, width) in zip(fields, widths) {
            text += field + String(repeating: " ", count: max(1, width + 1 - field.count))
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
