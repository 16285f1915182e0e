internal import FinMeasure
internal import FinProfile

/// A directory to merge: one slice, or what an earlier merge made of several.
struct MergeInput {
    let record: RunRecord
    /// Its slices, by index.
    let slices: [RunDocument.Slice]

    /// Reads a directory.
    ///
    /// - Throws: `ReportError` when it holds no run.
    init(directory: String, slos: [SLO]) throws {
        record = try RecordReader.read(directory: directory)
        slices = record.document.slices ?? [MergeInput.slice(record, slos)]
    }

    var document: RunDocument { record.document }
    var directory: String { record.directory }

    /// What a slice is in the merged document.
    private static func slice(_ record: RunRecord, _ slos: [SLO]) -> RunDocument.Slice {
        let document = record.document
        let totals = document.totals ?? MergedTotals.estimate(record)
        let validity = Validity(record, Rollup(record), slos: slos)
        let drifts = record.health.filter { $0.metric == HealthMetric.clockDrift.rawValue }
        let stamped = Double(totals.eventsKernelStamped) / Double(max(1, totals.events))
        return RunDocument.Slice(
            index: document.shard.index, runID: document.runID, host: document.host,
            clock: document.clock, clockState: document.clockState,
            clockSteps: totals.clockSteps,
            clockDriftMicroseconds: drifts.map { abs($0.value) }.max() ?? 0,
            kernelStampShare: (stamped * 1e6).rounded() / 1e6,
            lateMilliseconds: Double(validity.scheduleLag + validity.harnessLag) / 1e6,
            allowedMilliseconds: Double(validity.allowed) / 1e6, valid: validity.isValid,
            loss: document.loss ?? (record.isComplete ? nil : "killed; this is what it left"),
            killed: record.isComplete ? nil : true)
    }
}
