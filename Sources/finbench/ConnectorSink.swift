import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinWebhooks

/// Lays the calls of data connectors beside the turns, interval by interval, in front of the sinks
/// that write; on the recorder thread, so that the load thread knows nothing of it.
final class ConnectorSink: RunSink {
    private let sinks: [any RunSink]
    private let plan: RunPlan
    private let zero: Instant
    private let endpoint: ConnectorEndpoint
    private let read: () -> ExecutionReader.Outcome
    private var join = ConnectorJoin()
    private var lost = 0
    private var end = Nanoseconds.zero

    /// - Parameter read: what the target reports; called once, when the load is over.
    init(
        _ sinks: [any RunSink], plan: RunPlan, zero: Instant, endpoint: ConnectorEndpoint,
        read: @escaping () -> ExecutionReader.Outcome
    ) {
        self.sinks = sinks
        self.plan = plan
        self.zero = zero
        self.endpoint = endpoint
        self.read = read
    }

    func interval(_ snapshot: IntervalSnapshot) throws {
        var whole = snapshot
        whole.series += takeVisits()
        for turn in snapshot.turns { take(turn) }
        end = max(end, snapshot.start + snapshot.length)
        for sink in sinks { try sink.interval(whole) }
    }

    func finish(_ totals: RunDocument.Totals) throws {
        var visits = takeVisits()
        let began = Clock.now()
        var found = read()
        if lost > 0 { found.note += (found.note.isEmpty ? "" : "; ") + "\(lost) calls were lost" }
        let (ours, connectors) = join.finish(found.executions, note: found.note)
        let spans = ours.compactMap { execution in
            execution.reported.milliseconds.map {
                (Nanoseconds.milliseconds(Int64(clamping: $0)), execution.visited)
            }
        }
        visits += series(.connectorExecution, spans)
        // What was read after the load has an interval of its own: the time in which it was read.
        let last = IntervalSnapshot(
            start: end, length: max(Clock.now() - began, .milliseconds(1)), series: visits,
            outcomes: [:], health: [], turns: [])
        var all = totals
        all.connectors = connectors
        for sink in sinks {
            if !visits.isEmpty { try sink.interval(last) }
            try sink.finish(all)
        }
    }

    private func takeVisits() -> [(key: Series, values: SeriesHistogram)] {
        let (visits, lost) = endpoint.take()
        self.lost += lost
        for visit in visits { join.take(visit) }
        return series(.connectorAnswer, visits.map { ($0.length, $0.received) })
    }

    private func take(_ turn: TurnRecord) {
        // The shares speak of the main phase, as verdicts do.
        guard turn.phase == .main, let sent = turn.sent, let firstChunk = turn.firstChunk else {
            return
        }
        join.take(
            turnOf: plan.conversationID(turn.conversation), sent: sent, firstChunk: firstChunk)
    }

    /// One histogram for each phase that has a value.
    private func series(
        _ metric: Metric, _ spans: [(length: Nanoseconds, at: Instant)]
    ) -> [(key: Series, values: SeriesHistogram)] {
        Phase.allCases.compactMap { phase in
            let own = spans.filter { phase == self.phase(of: $0.at) }
            if own.isEmpty { return nil }
            var values = SeriesHistogram(metric: metric)
            for span in own { values.record(span.length) }
            let key = Series(
                metric: metric, anchor: .none, scenario: "", phase: phase, turn: .all)
            return (key: key, values: values)
        }
    }

    /// By when the call came: whose conversation began in the warm-up may be served after it.
    private func phase(of instant: Instant) -> Phase {
        instant < zero + plan.warmup ? .warmup : .main
    }
}
