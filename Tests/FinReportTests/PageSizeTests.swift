import FinMeasure
import FinTestThreads
import Foundation
import Testing

@testable import FinReport

/// A page must stay small however long the run was.
///
/// `scale` of the benchmarks reports a run of ten million turns, by the stopwatch.
@Suite(.heavy) struct PageSizeTests {
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
}
