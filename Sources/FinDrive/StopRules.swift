internal import FinMeasure
internal import FinProfile

/// The rules that end a run before its time: `max_escalations`, `max_cost`, `abort_when`.
///
/// Pure: what happened goes in, a reason comes out, once. From then on no turn begins; what is open
/// goes on to its end within the drain.
struct StopRules: Sendable {
    /// Why nothing more may begin; nil while all is well.
    private(set) var reason: String?
    private let safety: Profile.Safety
    /// Whose limits they are, where it is not the whole run.
    private let place: String
    private var windows: [AbortWindow]

    /// - Parameters:
    ///   - profile: with the part of the run's limits that is the slice's.
    ///   - shard: the slice.
    init(profile: Profile, shard: PlanShard = .whole) {
        safety = profile.safety
        place = shard == .whole ? "" : " in this slice"
        windows = profile.abortRules.map { AbortWindow($0) }
    }

    /// Whether one more conversation may begin; when it would cost too much, the run is to stop.
    mutating func admitsStart(_ ledger: Ledger) -> Bool {
        guard let limit = safety.maxCost, let bill = ledger.worstCase(more: 1) else { return true }
        guard safety.isExceeded(by: bill) else { return true }
        stop(
            "safety.max_cost is \(Money.words(limit))\(place): the \(ledger.billable) conversations begun "
                + "so far may cost \(Money.words(ledger.worstCase() ?? 0)), and one more would "
                + "exceed it")
        return false
    }

    /// A conversation was handed to people.
    mutating func escalated(_ ledger: Ledger) {
        guard let limit = safety.maxEscalations, ledger.escalated > limit else { return }
        stop(
            "safety.max_escalations is \(limit)\(place), and \(ledger.escalated) conversations were "
                + "escalated")
    }

    /// A turn ended.
    mutating func ended(_ turn: TurnRecord, at now: Instant) {
        for index in windows.indices {
            if let words = windows[index].take(turn, at: now) { stop(words) }
        }
    }

    /// Nothing more may begin, for this reason unless there is one.
    mutating func stop(_ words: String) {
        if reason == nil { reason = words }
    }
}
