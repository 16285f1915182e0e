public import FinMeasure

/// What to doubt in a run: a closed list, each with figures and advice.
public enum MeasurementWarning: Sendable, Equatable {
    /// The generator started turns late; p99 in nanoseconds and what is allowed.
    case lateGenerator(p99: UInt64, allowed: UInt64)
    /// So many of all events had no kernel receive stamp.
    case missingKernelStamps(missing: Int, events: Int)
    /// So many of all events shared their read with another.
    case coalesced(events: Int, of: Int)
    /// The wall clock was stepped so often.
    case clockSteps(Int)
    /// So many rows of `turns.csv` were lost.
    case rowsDropped(Int)
    /// So many starts were held back by `max_in_flight` or the circuit breaker.
    case blockedStarts(UInt64)
    /// So many starts were held back to leave a share of the rate limit free.
    case rateLimitFloor(UInt64)
    /// So many starts were held back because their user talked elsewhere already.
    case userLimit(UInt64)
    /// So many turns were open at the end of the drain, and cut.
    case turnsCut(UInt64, of: UInt64)
    /// The loop did not poll for so long, nanoseconds.
    case stalledLoop(longest: UInt64)
    /// A thread used so much of a core.
    case busyGenerator(thread: String, share: Double)
    /// The load thread was ready and had no core for this share of an interval.
    case starvedGenerator(share: Double)
    /// So many values lay above the histogram's range.
    case valuesAboveRange(UInt64)
    /// The main phase was so short, in seconds.
    case shortRun(seconds: Double)
    /// So few conversations began.
    case fewConversations(Int)
    /// So many turns subscribed after their first chunks.
    case lateSubscription(turns: UInt64, of: UInt64)
    /// So many turns saw their first chunk replayed: TTFT is bound by the subscription.
    case subscriptionBound(turns: UInt64, of: UInt64)
    /// So many turns were answered 429, waited for the limit's reset and were sent again.
    case waitedForLimit(turns: UInt64, of: UInt64)
    /// So many events of streams had no webhook within the grace.
    case webhooksMissing(Int, of: Int)
    /// So many deliveries were refused.
    case webhooksRefused(Int, of: Int)
    /// So many deliveries were of conversations that are not this run's.
    case foreignWebhooks(Int)
    /// A run that asked for webhooks got none.
    case noWebhooks
    /// The run did not come to its end.
    case interrupted(String)
    /// The run was killed: what was under way is in no figure.
    case killed
    /// A slice ended before its time, in words; what it had not done counts as failed.
    case sliceLost(Int, String)
    /// A slice was killed; what it had not done counts nowhere.
    case sliceKilled(Int)
    /// So many of the slices are not there.
    case slicesMissing(Int, of: Int)
    /// The slices began so far apart, in seconds.
    case slicesApart(seconds: Double)

    /// The word for machines.
    public var code: String {
        switch self {
        case .lateGenerator: "late_generator"
        case .missingKernelStamps: "missing_kernel_stamps"
        case .coalesced: "coalesced"
        case .clockSteps: "clock_steps"
        case .rowsDropped: "rows_dropped"
        case .blockedStarts: "blocked_starts"
        case .rateLimitFloor: "rate_limit_floor"
        case .userLimit: "user_limit"
        case .turnsCut: "turns_cut"
        case .stalledLoop: "stalled_loop"
        case .busyGenerator: "busy_generator"
        case .starvedGenerator: "starved_generator"
        case .valuesAboveRange: "values_above_range"
        case .shortRun: "short_run"
        case .fewConversations: "few_conversations"
        case .lateSubscription: "late_subscription"
        case .subscriptionBound: "subscription_bound"
        case .waitedForLimit: "waited_429"
        case .webhooksMissing: "webhooks_missing"
        case .webhooksRefused: "webhooks_refused"
        case .foreignWebhooks: "foreign_webhooks"
        case .noWebhooks: "no_webhooks"
        case .interrupted: "interrupted"
        case .killed: "killed"
        case .sliceLost: "slice_lost"
        case .sliceKilled: "slice_killed"
        case .slicesMissing: "slices_missing"
        case .slicesApart: "slices_apart"
        }
    }

    /// What was seen, with figures.
    public var message: String {
        switch self {
        case .lateGenerator(let p99, let allowed):
            "starts and reads were late by \(Human.span(p99)) at p99, "
                + "allowed \(Human.span(allowed))"
        case .missingKernelStamps(let missing, let events):
            "\(Human.share(missing, events)) of the events have no kernel receive stamp"
        case .coalesced(let events, let all):
            "\(Human.share(events, all)) of the events shared a read: their stamps are upper bounds"
        case .clockSteps(let count): "the wall clock was stepped \(count) times"
        case .rowsDropped(let count): "\(count) rows of turns.csv were lost"
        case .blockedStarts(let count): "\(count) starts were held back and count as failed"
        case .rateLimitFloor(let count):
            "\(count) starts were held back to leave the rate limit's floor free; they count as failed"
        case .userLimit(let count):
            "\(count) starts were held back as their user was busy; they count as failed"
        case .turnsCut(let count, let all):
            count == all
                ? "every turn was still open at the end of the drain and was cut"
                : "\(Human.share(count, all)) of the turns were still open at the end of the drain "
                    + "and were cut"
        case .stalledLoop(let longest): "the loop did not poll for \(Human.span(longest))"
        case .busyGenerator(let thread, let share):
            "\(thread) used \(Decimals.number(share * 100, places: 0)) % of a core"
        case .starvedGenerator(let share):
            "the load thread was ready but had no core for "
                + "\(Decimals.number(share * 100, places: 0)) % of an interval: others used it"
        case .valuesAboveRange(let count): "\(count) values lay above the histogram's range"
        case .shortRun(let seconds):
            "the main phase lasted \(Decimals.number(seconds, places: 1)) s"
        case .fewConversations(let count): "only \(count) conversations began"
        case .lateSubscription(let turns, let all):
            "\(Human.share(turns, all)) of the turns missed their first chunks"
        case .subscriptionBound(let turns, let all):
            "\(Human.share(turns, all)) of the turns got their first chunk by replay"
        case .waitedForLimit(let turns, let all):
            "\(Human.share(turns, all)) of the turns waited for the rate limit's reset"
        case .webhooksMissing(let count, let all):
            "\(count) of \(all) events had no webhook within the grace"
        case .webhooksRefused(let count, let all):
            "\(count) of \(all) webhooks were refused: unsigned, wrongly signed, too large or "
                + "misdirected"
        case .foreignWebhooks(let count):
            "\(count) webhooks were of conversations that are not this run's; none was kept"
        case .noWebhooks: "no webhook came"
        case .interrupted(let why): "the run did not come to its end (\(why))"
        case .killed: "the run was killed"
        case .sliceLost(let index, let why): "slice \(index) was lost (\(why))"
        case .sliceKilled(let index): "slice \(index) was killed; what it left is here"
        case .slicesMissing(let count, let all):
            "\(count) of the plan's \(all) slices are not in these figures"
        case .slicesApart(let seconds):
            "the slices began \(Decimals.number(seconds, places: 3)) s apart: the load was never the "
                + "plan's"
        }
    }

    /// What to do.
    public var advice: String {
        switch self {
        case .lateGenerator: "lower the rate, or free the machine"
        case .missingKernelStamps: "see whether the system allows SO_TIMESTAMPING"
        case .coalesced: "lower the rate, or let the server send its events one by one"
        case .clockSteps: "stop time services from stepping the clock during a run"
        case .rowsDropped: "write to a faster disk, or use --turns off"
        case .blockedStarts: "raise load.max_in_flight, or lower the rate"
        case .rateLimitFloor: "lower the rate, or lower safety.rate_limit_floor"
        case .userLimit: "raise conversation.user_pool.size, or safety.max_per_user"
        case .turnsCut: "raise load.drain: what a cut turn would have taken is not known"
        case .stalledLoop: "free the machine, or look for swapping and pauses of the host"
        case .busyGenerator: "lower the rate, or use a faster machine"
        case .starvedGenerator: "end what else runs here, or leave a core to finbench"
        case .valuesAboveRange: "lower conversation.timeouts.turn"
        case .shortRun:
            "run for at least \(MeasurementWarning.shortestSeconds) s: verdicts need it"
        case .fewConversations: "raise the rate or the duration"
        case .lateSubscription: "subscribe from a place nearer to the target: their text is whole"
        case .subscriptionBound: "ttft of these turns is the time to subscribe, not to answer"
        case .waitedForLimit:
            "post and ttft sent contain the waits; lower the rate to see the answer alone"
        case .webhooksMissing: "look at the way to this machine, or raise webhooks.grace"
        case .webhooksRefused: "compare the secret with the one the target shows"
        case .foreignWebhooks: "a workspace has one callback URL: see who else uses it"
        case .noWebhooks: "see that the target's callback URL is this run's receiver"
        case .interrupted: "read the numbers as those of a shorter run"
        case .killed:
            "the turns that were under way, and those of the last interval, are in no figure, so "
                + "these can fail the plan, not pass it"
        case .sliceLost: "its turns that were open, or due later, count as failed: run again"
        case .sliceKilled:
            "its turns that were open, or due later, are in no figure, and nothing of it is in the "
                + "ledger; run it again for a verdict on the plan"
        case .slicesMissing: "merge all slices for a verdict on the plan"
        case .slicesApart: "begin all slices at one instant with --start-at"
        }
    }

    /// Twenty blocks of three seconds: what a verdict needs.
    static let shortestSeconds =
        Int(Double(Overdispersion.leastBlocks) * Overdispersion.leastBlockSeconds)
    static let fewestConversations = 100
    static let longestLoopGap: UInt64 = 50_000_000
    static let busiestShare = 0.9
    // A thread that waits less is late by less than the share of a median that it may be.
    static let starvedShare = 0.1
    // Below this share what happens to an event or a turn moves no percentile that is gated.
    static let noticeableShare = 0.01
    // Coalesced events are left out of what they would distort; many of them mean a loop too busy.
    static let coalescedShare = 0.05

    /// What `run.json` keeps of it.
    public var entry: RunDocument.Warning {
        RunDocument.Warning(code: code, message: message, advice: advice)
    }
}
