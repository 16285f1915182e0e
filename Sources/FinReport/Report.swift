public import FinMeasure
public import FinProfile

/// What the door asks of a run's directory: its files, its verdict and its words.
public enum Report {
    /// What a finished run came to.
    public struct Conclusion: Sendable {
        /// `run.json` as it now stands, verdict and warnings included.
        public var document: RunDocument
        /// The whole judgement.
        public var judgement: Judgement
        /// The table and the words for the terminal.
        public var text: String
        /// The exit status: 0, 1, 2 or 3.
        public var exitStatus: Int32
    }

    /// Judges a run's record, writes every projection, `report.html` and `run.json`, and says what
    /// to print.
    ///
    /// - Parameters:
    ///   - directory: of a finished run, or of a killed one.
    ///   - slos: the profile's, as they were parsed.
    /// - Throws: `ReportError`.
    /// - Complexity: one pass over the record; 100 bytes and about 1 us for each turn written.
    @discardableResult
    public static func finish(directory: String, slos: [SLO]) throws -> Conclusion {
        var record = try RecordReader.read(directory: directory)
        let rollup = Rollup(record)
        let judgement = try Judgement(record, rollup, slos: slos)
        let survey = try TurnSurvey(record)
        let anatomy = AnatomyCSV.tables(survey)
        let written = record
        var works = projections(written, rollup, judgement, anatomy)
        if written.document.hasTurns {
            let page: @Sendable () throws -> Void = {
                try ReportPage([RunPicture(written, rollup, judgement, survey, anatomy)])
                    .write(to: "\(directory)/\(ReportPage.fileName)")
            }
            works.insert(page, at: 1)
        }
        _ = try Parallel.map(works) { try $0() }
        record.document.verdict = judgement.verdict
        record.document.warnings = judgement.warnings.map(\.entry)
        // A killed run's document stays partial: only a complete directory has run.json.
        let suffix = record.isComplete ? "" : RecordFiles.partialSuffix
        try RecordFiles.replace(
            RecordFiles.document + suffix, in: directory, with: try record.document.json())
        let text =
            record.document.hasTurns
            ? TerminalSummary.text(record, rollup, judgement) : VerifySummary.text(record, rollup)
        return Conclusion(
            document: record.document, judgement: judgement, text: text,
            exitStatus: judgement.result.exitStatus)
    }

    /// The same for a directory found later: its SLOs are parsed from its own `run.json`.
    ///
    /// - Parameter parseSLO: the profile's parser; nil for what it does not understand.
    /// - Throws: `ReportError`, also for an SLO that the parser does not understand.
    @discardableResult
    public static func finish(
        directory: String, parseSLO: (String) -> SLO?
    ) throws -> Conclusion {
        try finish(directory: directory, slos: try slos(in: directory, parseSLO))
    }

    /// Writes the projections again, and nothing else.
    ///
    /// - Throws: `ReportError`.
    public static func projectCSV(directory: String, slos: [SLO]) throws {
        let record = try RecordReader.read(directory: directory)
        let rollup = Rollup(record)
        let works = projections(
            record, rollup, try Judgement(record, rollup, slos: slos),
            AnatomyCSV.tables(try TurnSurvey(record)))
        _ = try Parallel.map(works) { try $0() }
    }

    /// Writes the projections again, with the SLOs of the directory's own `run.json`.
    ///
    /// - Throws: `ReportError`, also for an SLO that the parser does not understand.
    public static func projectCSV(directory: String, parseSLO: (String) -> SLO?) throws {
        try projectCSV(directory: directory, slos: try slos(in: directory, parseSLO))
    }

    static func slos(
        in directory: String, _ parse: (String) -> SLO?
    ) throws -> [SLO] {
        try RecordReader.document(directory: directory).slo.map { text in
            if let slo = parse(text) { return slo }
            throw ReportError(
                .malformed, path: "\(directory)/\(RecordFiles.document)",
                "slo \"\(text)\" is not understood; expected what this version's profile allows: "
                    + "use the finbench that wrote it")
        }
    }

    /// What writes each of the files, those first that take longest.
    private static func projections(
        _ record: RunRecord, _ rollup: Rollup, _ judgement: Judgement,
        _ anatomy: [AnatomyCSV.Table]
    ) -> [@Sendable () throws -> Void] {
        let files: [(String, @Sendable () -> [UInt8])] = [
            (IntervalsCSV.fileName, { IntervalsCSV.bytes(record) }),
            (
                SummaryCSV.fileName,
                { SummaryCSV.bytes(record, rollup, isValid: judgement.isValid) }
            ),
            (HeatmapCSV.fileName, { HeatmapCSV.bytes(record) }),
            (HistogramCSV.fileName, { HistogramCSV.bytes(record, rollup) }),
            (AnatomyCSV.fileName, { AnatomyCSV.bytes(record, anatomy) }),
            (SLOCSV.fileName, { SLOCSV.bytes(record, judgement.slos) }),
            (HealthCSV.fileName, { HealthCSV.bytes(record) }),
        ]
        return files.map { name, bytes in
            { try RecordFiles.replace(name, in: record.directory, with: bytes()) }
        }
    }
}
