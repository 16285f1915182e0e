internal import FinMeasure

/// Where a scenario's operations stand, and what follows each: the next one, the same once more, or
/// a synchronisation from its beginning.
///
/// Pure: what became of a call in, what to do next out. A synchronisation is a run of calls to a
/// helpdesk; whatever is no such call parts two of them, as Fin's are parted by the notifications
/// that ask for them. Fin's rules: after a 401 or 403 a new token and the call once more; after any
/// other failure the synchronisation anew, a while later, so many times.
struct SyncWalk: Sendable, Equatable {
    /// What became of a call.
    enum Event: Sendable, Equatable {
        case succeeded
        /// Answered, but not with a 2xx.
        case refused(status: UInt16)
        /// Not answered, or not as documented.
        case failed
        /// We ended it ourselves.
        case cut
    }

    /// What to do next.
    enum Action: Sendable, Equatable {
        /// Go on with the step that `step` is now, after the time that the profile gives it.
        case goOn
        /// Make the call of `step` at once.
        case callNow
        /// Make it when the pause between two tries is over.
        case tryAgain
        /// There is no more to do.
        case finish
    }

    /// The present step of its scenario, from 1.
    private(set) var step = 1
    /// How often the present synchronisation was begun anew.
    private(set) var retryCount = 0
    /// The call that waits for a token; 0 for none.
    private var waiting = 0
    /// Whether the present call was made once more already.
    private var isRepeated = false

    /// The step that is meant: where a token is fetched, the call that waits for it.
    var call: Int { waiting > 0 ? waiting : step }

    /// Takes the end of the present step's call.
    mutating func take(_ event: Event, _ steps: SyncSteps) -> Action {
        switch event {
        case .cut: return .finish
        case .succeeded: return succeeded(steps)
        case .refused(let status):
            let asksForToken = status == 401 || status == 403
            guard asksForToken, !isRepeated, steps.isSync(step), let token = steps.token,
                waiting == 0
            else { return failed(steps) }
            isRepeated = true
            waiting = step
            step = token
            return .callNow
        case .failed: return failed(steps)
        }
    }

    private mutating func succeeded(_ steps: SyncSteps) -> Action {
        if waiting > 0 {
            step = waiting
            waiting = 0
            return .callNow
        }
        isRepeated = false
        if steps.endsSync(step) { retryCount = 0 }
        if step == steps.count { return .finish }
        step += 1
        return .goOn
    }

    private mutating func failed(_ steps: SyncSteps) -> Action {
        guard steps.isTriedAgain(call), retryCount < steps.retries else { return .finish }
        retryCount += 1
        step = steps.start(call)
        waiting = 0
        isRepeated = false
        return .tryAgain
    }
}

/// What the steps of one scenario are to a walk through them.
struct SyncSteps: Sendable, Equatable {
    /// A step's part.
    enum Part: Sendable, Equatable {
        /// A call to the helpdesk.
        case sync
        /// A token for them.
        case token
        /// Anything else; its failure ends the scenario.
        case other
    }

    let parts: [Part]
    /// How often a synchronisation is begun anew.
    let retries: Int

    var count: Int { parts.count }
    /// Where a token is fetched, from 1; nil where none is.
    var token: Int? { parts.firstIndex(of: .token).map { $0 + 1 } }
    /// Whether a step can come twice.
    var canRepeat: Bool { parts.contains { $0 != .other } }

    func isSync(_ step: Int) -> Bool { parts[step - 1] == .sync }

    func isTriedAgain(_ step: Int) -> Bool { parts[step - 1] != .other }

    /// Whether the step is the last call of its synchronisation.
    func endsSync(_ step: Int) -> Bool {
        isSync(step) && (step == count || parts[step] != .sync)
    }

    /// The first call of a step's synchronisation.
    func start(_ step: Int) -> Int {
        var first = step
        while isSync(step), first > 1, isSync(first - 1) { first -= 1 }
        return first
    }

    /// The last call of a step's synchronisation.
    func end(_ step: Int) -> Int {
        var last = step
        while isSync(step), last < count, isSync(last + 1) { last += 1 }
        return last
    }
}
