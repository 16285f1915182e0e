public import FinLoop
public import FinMeasure
public import FinProfile

/// A run: one load thread and one recorder thread for one plan.
public enum Drive {
    /// Runs a plan to its end.
    ///
    /// Blocks no task: the threads are their own, the caller awaits. Measurements go to the sinks,
    /// on the recorder thread, interval by interval.
    /// - Parameters:
    ///   - plan: everything that will be done.
    ///   - settings: the target and the run's zero, which should lie a little ahead.
    ///   - mailbox: other threads' requests to stop.
    ///   - sinks: made on the recorder thread, so that they need not be shareable.
    /// - Returns: why the run ended, and what the record could not take.
    /// - Throws: `LoopError` when the host refuses what a run needs.
    public static func run(
        plan: RunPlan, settings: DriveSettings, mailbox: Mailbox<DriveRequest>,
        sinks: @escaping @Sendable () throws -> [any RunSink]
    ) async throws -> DriveEnd {
        let classes = Drive.classes(plan)
        let scenario = plan.profile.conversation.name
        let buffers = (0..<3).map { _ in
            IntervalBuffer(
                series: SeriesTable(scenario: scenario, classes: classes),
                turnLimit: settings.keepsTurns ? Drive.turnLimit(plan, settings) : 0)
        }
        let handOver = HandOver(spares: buffers)
        let gate = Gate()
        async let recorded = record(
            handOver, settings.zero, scenario, gate: gate, mailbox: mailbox, sinks: sinks)
        let reason = try await load(
            plan, settings, gate: gate, mailbox: mailbox, handOver: handOver,
            classCount: classes.count)
        return try await DriveEnd(reason: reason, recordError: recorded)
    }

    /// The phases and turn classes that a plan can have, so that no histogram is made for nothing.
    private static func classes(_ plan: RunPlan) -> [(phase: Phase, turn: TurnClass)] {
        let phases: [Phase] = plan.warmup > .zero ? [.main, .warmup] : [.main]
        let hasLater = plan.profile.conversation.turns.upperBound > 1
        let turns: [TurnClass] = hasLater ? [.first, .later] : [.first]
        return phases.flatMap { phase in turns.map { (phase: phase, turn: $0) } }
    }

    /// Rows of finished turns that one interval keeps: four times what the peak rate gives.
    private static func turnLimit(_ plan: RunPlan, _ settings: DriveSettings) -> Int {
        let perSecond = Double(settings.rowCount(plan)) + 1000
        return min(65_536, max(4096, Int(4 * perSecond * settings.interval.seconds)))
    }

    private static func load(
        _ plan: RunPlan, _ settings: DriveSettings, gate: Gate, mailbox: Mailbox<DriveRequest>,
        handOver: HandOver<IntervalBuffer>, classCount: Int
    ) async throws -> DriveEnd.Reason {
        try await withCheckedThrowingContinuation { continuation in
            PlainThread.start(
                name: "finbench-load", processor: settings.processor, niceness: -10
            ) {
                continuation.resume(
                    with: Result {
                        // Nothing is sent that could not be written down.
                        guard gate.wait() else { return .aborted("the record cannot be made") }
                        guard let buffer = handOver.takeSpare() else {
                            preconditionFailure("a run begins with empty buffers")
                        }
                        do {
                            let thread = try LoadThread(
                                plan: plan, settings: settings, mailbox: mailbox,
                                handOver: handOver, buffer: buffer, classCount: classCount)
                            return thread.run()
                        } catch {
                            // The recorder must come to its end as well.
                            buffer.totals = RunSums().totals(
                                ledger: nil, turnsPlanned: 0,
                                stopReason: String(describing: error))
                            handOver.hand(buffer)
                            throw error
                        }
                    })
            }
        }
    }

    private static func record(
        _ handOver: HandOver<IntervalBuffer>, _ zero: Instant, _ scenario: String, gate: Gate,
        mailbox: Mailbox<DriveRequest>, sinks: @escaping @Sendable () throws -> [any RunSink]
    ) async throws -> String? {
        try await withCheckedThrowingContinuation { continuation in
            PlainThread.start(name: "finbench-record", niceness: 10) {
                continuation.resume(
                    with: Result {
                        let made = Result { try sinks() }
                        gate.decide(opens: (try? made.get()) != nil)
                        let recorder = Recorder(
                            handOver: handOver, sinks: try made.get(), zero: zero,
                            scenario: scenario)
                        return recorder.run { words in
                            mailbox.post(.abort("the record cannot be written: \(words)"))
                        }
                    })
            }
        }
    }
}
