import FinMeasure
import FinReport

/// A worker's progress, told to the run that started it: a line for each interval.
final class WorkerProgress: RunSink {
    private let wanted: Set<Metric>

    init(document: RunDocument) {
        wanted = LiveView.metrics(of: document.slo.compactMap { ReportCommand.slo($0) })
    }

    func interval(_ snapshot: IntervalSnapshot) throws {
        Terminal.say(try WorkerInterval(snapshot, metrics: wanted).line())
    }

    func finish(_ totals: RunDocument.Totals) {}
}
