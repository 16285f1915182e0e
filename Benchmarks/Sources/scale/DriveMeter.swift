import FinMeasure
import FinProfile

/// What a run of the load path came to.
struct DriveFigures: Codable {
    /// Turns that ended, and those that ended well.
    var turns = 0
    var done = 0
    /// From the first interval that counts to the last: those with as many open streams as wanted,
    /// or those of the plan's length but its first second.
    var steadySeconds = 0.0
    var steadyTurns = 0
    var steadyEvents = 0.0
    /// Processor time of the whole process in these, without what the loop only spun, seconds.
    var steadyCPU = 0.0
    var events = 0
    /// Retains and releases of the load thread, and objects that it made; 0 unless they are counted.
    var references: UInt64 = 0
    var objects: UInt64 = 0
    var kernelStamped = 0
    var coalesced = 0
    /// Resident memory before anything of the run was made, and the most that was seen.
    var residentBefore: UInt64 = 0
    var residentMost = 0.0
    /// Resident memory by time, seconds and bytes: after every interval.
    var resident: [[Double]] = []
    var scheduleLagP50: UInt64 = 0
    var scheduleLagP99: UInt64 = 0
    var harnessLagP50: UInt64 = 0
    var harnessLagP99: UInt64 = 0

    var cpuPerTurn: Double { steadyCPU / Double(max(1, steadyTurns)) }
    var cpuPerEvent: Double { steadyCPU / max(1, steadyEvents) }
    var turnsPerSecond: Double { Double(steadyTurns) / max(steadySeconds, 1e-9) }
}

/// Adds a run's intervals up.
final class DriveMeter: RunSink {
    private(set) var figures = DriveFigures()
    /// A line for each turn that ended: id, then the instants of the truth log; empty for none.
    private(set) var seen = ""
    private let plan: RunPlan
    private let zero: Instant
    private let streams: Double
    private let keepsTurns: Bool
    private var scheduleLag = SeriesCounts(metric: .scheduleLag)
    private var harnessLag = SeriesCounts(metric: .harnessLag)

    init(plan: RunPlan, zero: Instant, streams: Double, before: UInt64, keepsTurns: Bool) {
        self.plan = plan
        self.zero = zero
        self.streams = streams
        self.keepsTurns = keepsTurns
        figures.residentBefore = before
    }

    func interval(_ snapshot: IntervalSnapshot) {
        let ended = snapshot.outcomes.reduce(0) { $0 + Int($1.value) }
        figures.turns += ended
        for (key, count) in snapshot.outcomes where key.outcome == .done {
            figures.done += Int(count)
        }
        for (key, values) in snapshot.series {
            if key.metric == .scheduleLag {
                scheduleLag.add(SeriesCounts(values, metric: .scheduleLag))
            }
            if key.metric == .harnessLag {
                harnessLag.add(SeriesCounts(values, metric: .harnessLag))
            }
        }
        if keepsTurns { for turn in snapshot.turns { note(turn) } }
        let memory = reading(snapshot, "process", .residentMemory)
        figures.residentMost = max(figures.residentMost, memory)
        figures.resident.append([(snapshot.start + snapshot.length).seconds, memory])
        if isSteady(snapshot) { add(snapshot, ended: ended) }
    }

    func finish(_ totals: RunDocument.Totals) {
        figures.events = totals.events
        figures.kernelStamped = totals.eventsKernelStamped
        figures.coalesced = totals.eventsCoalesced
        figures.scheduleLagP50 = scheduleLag.value(at: 0.5)?.nanoseconds ?? 0
        figures.scheduleLagP99 = scheduleLag.value(at: 0.99)?.nanoseconds ?? 0
        figures.harnessLagP50 = harnessLag.value(at: 0.5)?.nanoseconds ?? 0
        figures.harnessLagP99 = harnessLag.value(at: 0.99)?.nanoseconds ?? 0
    }

    private func isSteady(_ snapshot: IntervalSnapshot) -> Bool {
        if streams > 0 { return reading(snapshot, "load", .openStreams) >= streams }
        return snapshot.start >= .seconds(1) && snapshot.start + snapshot.length <= plan.length
    }

    private func add(_ snapshot: IntervalSnapshot, ended: Int) {
        let seconds = snapshot.length.seconds
        figures.steadySeconds += seconds
        figures.steadyTurns += ended
        figures.steadyEvents += reading(snapshot, "load", .events)
        let work = reading(snapshot, "process", .cpu) - reading(snapshot, "load", .spin)
        figures.steadyCPU += work * seconds
    }

    private func reading(
        _ snapshot: IntervalSnapshot, _ thread: String, _ metric: HealthMetric
    ) -> Double {
        snapshot.health.first { $0.thread == thread && $0.metric == metric }?.value ?? 0
    }

    private func note(_ turn: TurnRecord) {
        func text(_ instant: Instant?) -> String { instant.map { "\($0.nanoseconds)" } ?? "" }
        let instants = [turn.firstChunk, turn.firstReplied, turn.done].map(text)
        seen += plan.conversationID(turn.conversation) + ","
        seen += instants.joined(separator: ",") + "\n"
    }
}
