public import FinMeasure
public import FinProfile

/// Makes one run of the slices of a plan.
///
/// Histograms are added bucket by bucket and tables are joined on UTC, so that a merge in steps comes
/// to the same as one merge, and slices to the same as one process with all their samples.
public struct RunMerge {
    private let inputs: [MergeInput]
    private let time: MergeTime

    /// Reads the slices and checks that they are those of one plan.
    ///
    /// - Parameters:
    ///   - directories: each a slice's, or that of an earlier merge.
    ///   - isPartial: whether missing slices and killed ones are taken; the merged run cannot pass then.
    ///   - parseSLO: the profile's parser; nil for what it does not understand.
    /// - Throws: `ReportError` that says which slices do not fit, and where they are.
    public init(
        directories: [String], isPartial: Bool, parseSLO: (String) -> SLO?
    ) throws {
        let inputs = try directories.map { directory in
            try MergeInput(directory: directory, slos: try Report.slos(in: directory, parseSLO))
        }
        try MergeCheck.check(inputs, isPartial: isPartial)
        self.inputs = inputs.sorted { $0.slices[0].index < $1.slices[0].index }
        time = MergeTime(
            inputs.flatMap(\.slices),
            interval: Nanoseconds(seconds: inputs.first?.document.intervalSeconds ?? 1))
    }

    /// The slices, by index.
    public var slices: [RunDocument.Slice] {
        inputs.flatMap(\.slices).sorted { $0.index < $1.index }
    }

    /// Each slice's clock, a line each.
    public var clockTable: String { SliceTable.text(slices) }

    /// Writes the merged record; `Report.finish` makes the rest of it.
    ///
    /// - Parameters:
    ///   - output: a directory that exists; `run.json` is written last.
    ///   - receiver: what a receiver of webhooks that the slices shared has counted; nil for none.
    /// - Throws: `ReportError` when a slice cannot be read again or the disk refuses.
    public func write(to output: String, receiver: RunDocument.Webhooks? = nil) throws {
        try clear(output)
        var merged = MergedIntervals(time: time)
        for input in inputs { merged.add(input) }
        var document = MergedDocument.make(inputs, time, users: nil, receiver: receiver)
        let users = try writeTables(to: output, document)
        document = MergedDocument.make(inputs, time, users: users, receiver: receiver)
        try RecordFiles.replace(
            RecordFiles.histograms, in: output, with: merged.histogramLog(document))
        try RecordFiles.replace(
            RecordFiles.outcomes, in: output, with: merged.outcomesCSV(document))
        try RecordFiles.replace(RecordFiles.document, in: output, with: try document.json())
    }

    /// Takes away what an earlier run left: a file that this one lacks must not seem its own.
    private func clear(_ output: String) throws {
        let record = [
            RecordFiles.document, RecordFiles.histograms, RecordFiles.outcomes, RecordFiles.turns,
        ]
        for name in record + RecordFiles.projections + RecordFiles.truths {
            try RecordFiles.remove("\(output)/\(name)")
            try RecordFiles.remove("\(output)/\(name)\(RecordFiles.partialSuffix)")
        }
    }

    /// Writes the tables that every slice has; answers the distinct users, if turns say.
    private func writeTables(to output: String, _ document: RunDocument) throws -> Int? {
        let turns = inputs.map { $0.record.turnsPath }
        var users: Int?
        if !turns.contains(nil) {
            var table = MergedTable(runID: document.runID)
            let parts = zip(inputs, turns).compactMap { input, path in
                path.map { MergedTable.Part(path: $0, shift: time.shift(input.document).count) }
            }
            try table.write(parts, to: "\(output)/\(RecordFiles.turns)")
            users = table.users.count
        }
        for name in RecordFiles.truths {
            let paths = inputs.map { RecordFiles.existing(name, in: $0.directory)?.path }
            if paths.contains(nil) { continue }
            let parts = zip(inputs, paths).compactMap { input, path in
                path.map { MergedTable.Part(path: $0, shift: monotonicShift(input, document)) }
            }
            var table = MergedTable(runID: document.runID)
            try table.write(parts, to: "\(output)/\(name)")
        }
        return users
    }

    /// From a slice's monotonic clock to the merged run's: both zeros are known in UTC.
    private func monotonicShift(_ input: MergeInput, _ document: RunDocument) -> Int64 {
        Int64(clamping: document.clock.monotonicNanoseconds)
            - Int64(clamping: input.document.clock.monotonicNanoseconds)
            + time.shift(input.document).count
    }
}
