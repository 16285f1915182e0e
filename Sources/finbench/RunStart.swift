import FinLoop
import FinMeasure

/// When a run's zero is: the instant from which every planned instant counts.
enum RunStart: Sendable {
    /// As soon as tables and threads are made.
    case soon
    /// At an instant that other slices begin at, too, unix nanoseconds.
    case at(unixNanoseconds: UInt64)
    /// When the process that started this one says so.
    case told(WorkerInput)

    /// From the clock read to the first start: time to make tables and threads.
    private static let lead = Nanoseconds.milliseconds(250)

    /// The zero on both clocks.
    ///
    /// - Throws: `Complaint` when the instant is over, or when nobody is left to name it.
    func anchor() async throws -> RunDocument.ClockAnchor {
        if case .told(let input) = self { return try await input.start() }
        let (now, unix) = Clock.anchor()
        guard case .at(let instant) = self else {
            let lead = UInt64(RunStart.lead.count)
            return .init(
                monotonicNanoseconds: now.nanoseconds + lead, unixNanoseconds: unix + lead)
        }
        guard instant >= unix + UInt64(RunStart.lead.count) else {
            throw Complaint(
                .usage,
                "--start-at \"\(UTCStamp.milliseconds(unixNanoseconds: instant))\" is over, or too "
                    + "near: it was \(UTCStamp.milliseconds(unixNanoseconds: unix)) when everything "
                    + "was ready; nothing was sent: choose a later instant for every slice")
        }
        let wait = Nanoseconds(Int64(clamping: instant - unix))
        Terminal.note("finbench: waits \(Int(wait.seconds)) s for --start-at")
        return .init(
            monotonicNanoseconds: now.nanoseconds + (instant - unix), unixNanoseconds: instant)
    }
}
