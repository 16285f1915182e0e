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
    /// - Throws: `LoopError` when the host refuses what a run needs, `ProfileError` when a scenario
    ///   names an operation that there is not.
    public static func run(
        plan: RunPlan, settings: DriveSettings, mailbox: Mailbox<DriveRequest>,
        sinks: @escaping @Sendable () throws -> [any RunSink]
    ) async throws -> DriveEnd {
        let operations = try OperationTable(plan.profile)
        let classes = Drive.classes(plan, operations)
        let buffers = (0..<3).map { _ in
            IntervalBuffer(
                series: SeriesTable(
                    classes: classes, hasWebhooks: plan.profile.hasWebhooks,
                    hasHITL: plan.profile.hitl != nil),
                turnLimit: settings.keepsTurns ? Drive.turnLimit(plan, settings) : 0)
        }
        let handOver = HandOver(spares: buffers)
        let gate = Gate()
        async let recorded = record(
            handOver, settings.zero, gate: gate, mailbox: mailbox, sinks: sinks)
        let reason = try await load(
            plan, operations, settings, gate: gate, mailbox: mailbox, handOver: handOver,
            classCount: classes.count)
        return try await DriveEnd(reason: reason, recordError: recorded)
    }

    /// The phases and turn classes that a plan can have, so that no histogram is made for nothing.
    static func classes(_ plan: RunPlan, _ operations: OperationTable) -> [SeriesClass] {
        let phases: [Phase] = plan.warmup > .zero ? [.main, .warmup] : [.main]
        var places: [(record: UInt16, kind: TurnKind, turn: TurnClass)] = []
        for (index, scenario) in plan.scenarios.enumerated() {
            // Of a conversation all later turns are alike, of operations each is its own.
            let isConversation = !scenario.hasOperations
            let most = isConversation ? 2 : Profile.Conversation.turnLimit
            for turn in 1...max(1, Int(min(scenario.turns.upperBound, Double(most)))) {
                let place = (
                    record: plan.record(scenario: index, turn: turn),
                    kind: operations.kind(index, step: turn),
                    turn: TurnClass(turn: turn)
                )
                if !places.contains(where: { $0 == place }) { places.append(place) }
                // A step that can come again comes again as a later turn.
                let again = (record: place.record, kind: place.kind, turn: TurnClass.later)
                if operations.walk(index).canRepeat, !places.contains(where: { $0 == again }) {
                    places.append(again)
                }
            }
        }
        return phases.flatMap { phase in
            places.map {
                SeriesClass(
                    scenario: $0.record, name: plan.recordNames[Int($0.record)], kind: $0.kind,
                    phase: phase, turn: $0.turn)
            }
        }
    }

    /// Rows of finished turns that one interval keeps: four times what the peak rate gives.
    private static func turnLimit(_ plan: RunPlan, _ settings: DriveSettings) -> Int {
        let perSecond = Double(settings.rowCount(plan)) + 1000
        return min(65_536, max(4096, Int(4 * perSecond * settings.interval.seconds)))
    }

    private static func load(
        _ plan: RunPlan, _ operations: OperationTable, _ settings: DriveSettings, gate: Gate,
        mailbox: Mailbox<DriveRequest>, handOver: HandOver<IntervalBuffer>, classCount: Int
    ) async throws -> DriveEnd.Reason {
        try await withCheckedThrowingContinuation { continuation in
            PlainThread.start(
                name: "finbench-load", processor: settings.processor, niceness: -10
            ) {
                continuation.resume(
                    with: Result {
                        guard let buffer = handOver.takeSpare() else {
                            preconditionFailure("a run begins with empty buffers")
                        }
                        do {
                            let thread = try LoadThread(
                                plan: plan, operations: operations, settings: settings,
                                mailbox: mailbox, handOver: handOver, buffer: buffer,
                                classCount: classCount)
                            // Nothing is sent that could not be written down.
                            guard gate.wait() else { return .aborted("the record cannot be made") }
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
        _ handOver: HandOver<IntervalBuffer>, _ zero: Instant, gate: Gate,
        mailbox: Mailbox<DriveRequest>, sinks: @escaping @Sendable () throws -> [any RunSink]
    ) async throws -> String? {
        try await withCheckedThrowingContinuation { continuation in
            PlainThread.start(name: "finbench-record") {
                continuation.resume(
                    with: Result {
                        let made = Result { try sinks() }
                        gate.decide(opens: (try? made.get()) != nil)
                        // Not before: the load waits for the files.
                        PlainThread.setNiceness(10)
                        let recorder = Recorder(
                            handOver: handOver, sinks: try made.get(), zero: zero)
                        return recorder.run { words in
                            mailbox.post(.abort("the record cannot be written: \(words)"))
                        }
                    })
            }
        }
    }
}
