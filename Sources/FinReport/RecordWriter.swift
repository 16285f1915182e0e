public import FinMeasure

/// Writes a run's record while it is made: four files that a killed run leaves readable.
///
/// Every file is called `….partial` until the run is over. Each interval is appended and handed to
/// the kernel before `interval` returns, so that the end of the process loses nothing written.
public final class RecordWriter: RunSink {
    /// Where the record is.
    public let directory: String
    private var document: RunDocument
    private let histograms: AppendedFile
    private let outcomes: AppendedFile
    private let turns: AppendedFile?
    private var turnRows: TurnRowWriter
    private var end = Nanoseconds.zero

    /// Creates the directory and the four files.
    ///
    /// - Parameters:
    ///   - directory: created when it is not there; a record already in it is replaced.
    ///   - document: what is known before the first request.
    ///   - names: the plan's words.
    ///   - writesTurns: whether `turns.csv` is wanted.
    /// - Throws: `ReportError` when the file system refuses.
    public init(
        directory: String, document: RunDocument, names: any PlanNames, writesTurns: Bool
    ) throws {
        self.directory = directory
        self.document = document
        turnRows = TurnRowWriter(document: document, names: names)
        try RecordFiles.createDirectory(directory)
        let partial = RecordFiles.partialSuffix
        for name in RecordWriter.fileNames + RecordFiles.projections {
            try RecordFiles.remove("\(directory)/\(name)")
            try RecordFiles.remove("\(directory)/\(name)\(partial)")
        }
        histograms = try AppendedFile(path: "\(directory)/\(RecordFiles.histograms)\(partial)")
        outcomes = try AppendedFile(path: "\(directory)/\(RecordFiles.outcomes)\(partial)")
        turns =
            writesTurns
            ? try AppendedFile(path: "\(directory)/\(RecordFiles.turns)\(partial)") : nil
        try writeHeads()
    }

    /// Goes on with the record of a process that died, cut to whole intervals by `RecordCut`.
    ///
    /// - Parameters:
    ///   - directory: of the partial record.
    ///   - document: its own, completed.
    ///   - names: the plan's words.
    init(continuing directory: String, document: RunDocument, names: any PlanNames) throws {
        self.directory = directory
        self.document = document
        turnRows = TurnRowWriter(document: document, names: names)
        _ = turnRows.take()
        let partial = RecordFiles.partialSuffix
        histograms = try AppendedFile(
            appendingTo: "\(directory)/\(RecordFiles.histograms)\(partial)")
        outcomes = try AppendedFile(appendingTo: "\(directory)/\(RecordFiles.outcomes)\(partial)")
        let path = "\(directory)/\(RecordFiles.turns)\(partial)"
        turns =
            RecordFiles.existing(RecordFiles.turns, in: directory) == nil
            ? nil : try AppendedFile(appendingTo: path)
    }

    private static let fileNames = [
        RecordFiles.document, RecordFiles.histograms, RecordFiles.outcomes, RecordFiles.turns,
    ]

    private func writeHeads() throws {
        try RecordFiles.replace(
            RecordFiles.document + RecordFiles.partialSuffix, in: directory,
            with: try document.json())
        let head = HistogramLog.header(
            unixNanoseconds: document.clock.unixNanoseconds, startedAt: document.startedAt)
        try histograms.append([UInt8](head.utf8))
        try outcomes.append(CSVBuffer(header: OutcomeRow.columns).bytes)
        try turns?.append(turnRows.take())
    }

    /// Appends one interval to every file.
    ///
    /// - Throws: `ReportError` when the disk refuses, or when a series' name has no tag.
    public func interval(_ snapshot: IntervalSnapshot) throws {
        end = max(end, snapshot.start + snapshot.length)
        try histograms.append(try histogramLines(snapshot))
        if !snapshot.outcomes.isEmpty { try outcomes.append(outcomeRows(snapshot)) }
        if let turns, !snapshot.turns.isEmpty {
            for turn in snapshot.turns { turnRows.append(turn) }
            try turns.append(turnRows.take())
        }
    }

    /// Writes the totals and gives the files their names; `run.json` last, so that a directory
    /// that holds it is complete.
    public func finish(_ totals: RunDocument.Totals) throws {
        document.totals = totals
        document.endedAt = UTCStamp.milliseconds(
            unixNanoseconds: document.clock.unixNanoseconds + UInt64(max(0, end.count)))
        for file in [histograms, outcomes, turns].compactMap(\.self) {
            try file.close()
            let name = String(file.path.dropLast(RecordFiles.partialSuffix.count))
            try RecordFiles.rename(file.path, to: name)
        }
        try RecordFiles.replace(RecordFiles.document, in: directory, with: try document.json())
        try RecordFiles.remove("\(directory)/\(RecordFiles.document)\(RecordFiles.partialSuffix)")
    }

    private func histogramLines(_ snapshot: IntervalSnapshot) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for (key, values) in snapshot.series where !values.isEmpty {
            let tag = key.tag
            guard Series(tag: tag) == key, !tag.utf8.contains(where: RecordWriter.breaksTag) else {
                throw ReportError(
                    .unwritable, path: histograms.path,
                    "scenario \"\(key.scenario)\" cannot be part of a tag; expected a name "
                        + "without colons, commas, brackets and spaces: rename it in the profile")
            }
            let lines = HistogramLog.lines(
                tag: tag, start: snapshot.start, length: snapshot.length,
                counts: SeriesCounts(values, metric: key.metric))
            bytes.append(contentsOf: lines.utf8)
        }
        for sample in snapshot.health {
            let row = HealthRow(
                start: snapshot.start, length: snapshot.length, thread: sample.thread,
                metric: sample.metric.rawValue, value: sample.value)
            bytes.append(contentsOf: HistogramLog.line(row).utf8)
        }
        return bytes
    }

    private static func breaksTag(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
    }

    private func outcomeRows(_ snapshot: IntervalSnapshot) -> [UInt8] {
        var rows = snapshot.outcomes.map { key, count in
            OutcomeRow(
                scenario: document.scenarioName(key.scenario), phase: key.phase, turn: key.turn,
                start: snapshot.start, length: snapshot.length, outcome: key.outcome,
                detail: key.detail.name, count: count)
        }
        rows.sort { $0.order.lexicographicallyPrecedes($1.order) }
        var buffer = CSVBuffer()
        for row in rows { row.append(to: &buffer, runID: document.runID) }
        return buffer.bytes
    }
}
