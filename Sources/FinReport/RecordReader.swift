public import FinMeasure

/// Reads a run's directory, finished or killed.
public enum RecordReader {
    /// Reads the record.
    ///
    /// Of a killed run's files everything is read up to the last complete line.
    /// - Throws: `ReportError` when a file is missing, unreadable or of another schema.
    public static func read(directory: String) throws -> RunRecord {
        let (path, isPartial) = try require(RecordFiles.document, in: directory)
        let document = try RunDocument.read(json: try RecordFiles.read(path), path: path)
        var record = RunRecord(
            directory: directory, document: document, isComplete: !isPartial, intervals: [],
            outcomes: [], health: [],
            turnsPath: RecordFiles.existing(RecordFiles.turns, in: directory)?.path)
        try readHistograms(
            into: &record, path: try require(RecordFiles.histograms, in: directory).path)
        record.outcomes = try readOutcomes(
            path: try require(RecordFiles.outcomes, in: directory).path)
        return record
    }

    /// Reads `run.json` alone.
    ///
    /// - Throws: `ReportError` when it is missing, unreadable or of another schema.
    public static func document(directory: String) throws -> RunDocument {
        let path = try require(RecordFiles.document, in: directory).path
        return try RunDocument.read(json: try RecordFiles.read(path), path: path)
    }

    private static func require(
        _ name: String, in directory: String
    ) throws -> (path: String, isPartial: Bool) {
        if let found = RecordFiles.existing(name, in: directory) { return found }
        throw ReportError(
            .file, path: directory,
            "holds no \"\(name)\"; expected the directory of a run: name one that "
                + "\"finbench run\" has written")
    }

    private static func readHistograms(into record: inout RunRecord, path: String) throws {
        let text = try RecordFiles.text(path)
        for part in try Parallel.map(pieces(completeLines(text)), { try read($0, path: path) }) {
            record.intervals += part.intervals
            record.health += part.health
        }
        try checkSums(record.intervals, path: path)
    }

    /// Refuses values that no run can have measured: their sums could not be told.
    private static func checkSums(_ intervals: [RunRecord.SeriesInterval], path: String) throws {
        var sums: [Series: UInt64] = [:]
        for interval in intervals {
            let (sum, isTooLarge) = sums[interval.series, default: 0]
                .addingReportingOverflow(interval.counts.slotTotal)
            guard !isTooLarge, sum <= SeriesCounts.Slots.mostValues else {
                throw ReportError(
                    .malformed, path: path,
                    "\"\(interval.series.tag)\" counts more than \(SeriesCounts.Slots.mostValues) "
                        + "values; expected what a run can measure: restore the file")
            }
            sums[interval.series] = sum
        }
    }

    /// What a piece of the log holds.
    private struct Part: Sendable {
        var intervals: [RunRecord.SeriesInterval] = []
        var health: [HealthRow] = []
    }

    /// A line with its number.
    private typealias Line = (number: Int, text: Substring)

    /// Pieces for several threads: decoding is most of what a report of a long run takes.
    ///
    /// Small ones: a thread that is late holds up little. All but the first begin with a histogram,
    /// so that none is parted from its counts.
    private static func pieces(_ lines: [Line]) -> [ArraySlice<Line>] {
        var pieces: [ArraySlice<Line>] = []
        var rest = lines[...]
        while !rest.isEmpty {
            var end = min(rest.endIndex, rest.startIndex + 256)
            while end < rest.endIndex, !HistogramLog.mayBeHistogram(rest[end].text) { end += 1 }
            pieces.append(rest[..<end])
            rest = rest[end...]
        }
        return pieces
    }

    /// Reads a piece.
    ///
    /// - Throws: what its first wrong line throws.
    private static func read(_ lines: ArraySlice<Line>, path: String) throws -> Part {
        var part = Part()
        var pending: HistogramLog.HistogramLine?
        // A run has a few dozen of them, each in every interval.
        var known: [String: Series] = [:]
        for (number, line) in lines {
            switch try HistogramLog.entry(line, path: path, number: number) {
            case .histogram(let found): pending = found
            case .counts(let beside):
                guard let found = pending, found.tag == beside.tag,
                    let series = known[found.tag] ?? Series(tag: found.tag)
                else {
                    throw ReportError(
                        .malformed, path: path, line: number,
                        "\"\(beside.tag)\" counts stand without their histogram: restore the file")
                }
                guard found.counts.layout == HistogramLayout(metric: series.metric) else {
                    throw ReportError(
                        .malformed, path: path, line: number,
                        "the histogram of \"\(found.tag)\" has other slots than its metric's; "
                            + "expected finbench's own: restore the file")
                }
                known[found.tag] = series
                part.intervals.append(join(found, beside, series))
                pending = nil
            case .health(let row): part.health.append(row)
            case nil: continue
            }
        }
        return part
    }

    /// Lines with their numbers; a last one without its end is left out.
    private static func completeLines(_ text: String) -> [Line] {
        // By bytes, and by hand: a tenth of the time that a split takes.
        let bytes = text.utf8.span
        var lines: [Line] = []
        var start = text.utf8.startIndex
        var offset = 0
        for place in bytes.indices where bytes[place] == UInt8(ascii: "\n") {
            let end = text.utf8.index(start, offsetBy: place - offset)
            lines.append((lines.count + 1, text[start..<end]))
            start = text.utf8.index(after: end)
            offset = place + 1
        }
        return lines
    }

    private static func join(
        _ found: HistogramLog.HistogramLine, _ beside: HistogramLog.CountsLine, _ series: Series
    ) -> RunRecord.SeriesInterval {
        var counts = SeriesCounts(
            layout: found.counts.layout, slots: found.counts.slots, smallest: beside.values[6],
            largest: found.maximum)
        counts.beside = Array(beside.values.prefix(SeriesCounts.besideCount))
        return RunRecord.SeriesInterval(
            start: found.start, length: found.length, series: series, counts: counts)
    }

    private static func readOutcomes(path: String) throws -> [OutcomeRow] {
        var scanner = try CSVScanner(path: path)
        var rows: [OutcomeRow] = []
        guard try scanner.next() else { return rows }
        while try scanner.next() {
            guard let row = OutcomeRow(fields: scanner.texts) else {
                throw ReportError(
                    .malformed, path: path, line: scanner.line,
                    "\"\(scanner.texts.joined(separator: ","))\" is no row of schema 1: restore "
                        + "the file")
            }
            rows.append(row)
        }
        return rows
    }
}
