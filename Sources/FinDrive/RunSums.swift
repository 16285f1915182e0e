internal import FinMeasure

/// What is counted over the whole run.
struct RunSums {
    var starts = 0
    var posts = 0
    var streams = 0
    private var events = 0
    private var eventsKernelStamped = 0
    private var eventsCoalesced = 0
    private var rowsDropped = 0
    private var clockSteps = 0

    /// Adds an interval's counts.
    mutating func add(_ counts: IntervalBuffer.Counts) {
        events += counts.events
        eventsKernelStamped += counts.eventsKernelStamped
        eventsCoalesced += counts.eventsCoalesced
        rowsDropped += counts.rowsDropped
        clockSteps = counts.clockSteps
    }

    /// The sums as the record holds them.
    func totals(
        ledger: RunDocument.Ledger?, turnsPlanned: Int, stopReason: String,
        webhooks: RunDocument.Webhooks? = nil, hitl: RunDocument.HITL? = nil
    ) -> RunDocument.Totals {
        RunDocument.Totals(
            conversationsBegun: starts, turnsPlanned: turnsPlanned, postsSent: posts,
            streamsOpened: streams, rowsDropped: rowsDropped, events: events,
            eventsKernelStamped: eventsKernelStamped, eventsCoalesced: eventsCoalesced,
            clockSteps: clockSteps, stopReason: stopReason, ledger: ledger,
            webhooks: webhooks, hitl: hitl)
    }
}
