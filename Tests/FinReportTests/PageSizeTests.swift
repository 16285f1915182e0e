import FinMeasure
import Foundation
import Testing

@testable import FinReport

/// A page must stay small however long the run was.
///
/// `FINBENCH_LONG_RUN=<folder>` writes a run of ten million turns there, for
/// `time finbench report <folder>`.
@Suite struct PageSizeTests {
    private func page(intervals: Int) throws -> [UInt8] {
        let record = RunRecord(
            directory: "", document: LongRun.document(intervals), isComplete: true,
            intervals: LongRun.intervals(
                intervals, turnsEach: 5000, metrics: [.ttft, .chunkGap], turns: [.first]),
            outcomes: LongRun.outcomes(intervals, turnsEach: 5000),
            health: LongRun.health(intervals), turnsPath: nil)
        let rollup = Rollup(record)
        let judgement = try Judgement(record, rollup, slos: [])
        let run = RunPicture(record, rollup, judgement, try TurnSurvey(record), [])
        return try ReportPage([run]).html()
    }

    @Test("the page of a run grows with the screen, not with the run")
    func size() throws {
        let (short, long) = (try page(intervals: 150), try page(intervals: 450))
        #expect(short.count < 1 << 20)
        #expect(long.count < short.count * 5 / 4)
    }

    @Test(
        "ten million turns, written for the stopwatch",
        .enabled(if: ProcessInfo.processInfo.environment["FINBENCH_LONG_RUN"] != nil))
    func long() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["FINBENCH_LONG_RUN"])
        try LongRun.write(to: folder, intervals: 2000, turnsEach: 5000)
        #expect(try RecordReader.read(directory: folder).intervals.count > 50_000)
    }
}
