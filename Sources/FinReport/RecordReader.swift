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
        var pending: HistogramLog.HistogramLine?
        // A run has a few dozen of them, each in every interval.
        var known: [String: Series] = [:]
        for (number, entry) in try entries(completeLines(text), path: path) {
            switch entry {
            case .histogram(let found): pending = found
            case .counts(let beside):
                guard let found = pending, found.tag == beside.tag,
                    let series = known[found.tag] ?? Series(tag: found.tag)
                else {
                    throw ReportError(
                        .malformed, path: path, line: number,
                        "\"\(beside.tag)\" counts stand without their histogram: restore the file")
                }
                known[found.tag] = series
                record.intervals.append(join(found, beside, series))
                pending = nil
            case .health(let row): record.health.append(row)
            }
        }
    }

    /// The entries of the lines, in order, read by as many threads as there are processors: decoding
    /// is most of what a report of a long run takes.
    ///
    /// - Throws: what the first wrong line throws.
    private static func entries(
        _ lines: [(Int, Substring)], path: String
    ) throws -> [(Int, HistogramLog.Entry)] {
        // Small pieces: a thread that is late holds up little.
        let size = 256
        let pieces = stride(from: 0, to: lines.count, by: size).map {
            lines[$0..<min(lines.count, $0 + size)]
        }
        return try Parallel.map(pieces) { piece in
            try piece.compactMap { number, line in
                try HistogramLog.entry(line, path: path, number: number).map { (number, $0) }
            }
        }.flatMap(\.self)
    }

    /// Lines with their numbers; a last one without its end is left out.
    private static func completeLines(_ text: String) -> [(Int, Substring)] {
        // By bytes: a tenth of the time that a split by characters takes.
        var lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines.removeLast()
        return lines.enumerated().map { ($0.offset + 1, Substring($0.element)) }
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
