internal import FinLoop
public import FinMeasure
public import FinProfile
public import FinWire
private import Synchronization

/// Whose conversation a webhook is, where the worker processes of a run share a receiver.
///
/// The workers' own counts come too late for a webhook, so the plan says what may have begun: of an
/// open load whatever was planned by now, of a closed one what was told last and some more.
public final class WorkerConversations: Sendable {
    /// Conversations that a worker may begin in a second.
    private static let pace = 16_384

    private let plan: RunPlan
    private let workers: Int
    private let conversations: RunConversations
    private let zero = Atomic<UInt64>(.max)
    private let mostBegun = Atomic<Int>(0)

    /// - Parameters:
    ///   - plan: of the whole run.
    ///   - workers: among how many it is divided.
    public init(plan: RunPlan, workers: Int) {
        self.plan = plan
        self.workers = workers
        conversations = RunConversations(plan: plan)
    }

    /// The run's zero is known; no conversation begins before it.
    public func begin(at zero: Instant) {
        self.zero.store(zero.nanoseconds, ordering: .releasing)
        // Not when the first webhook waits for it.
        _ = contains(TextDigest(""))
    }

    /// One of the workers has begun so many conversations.
    public func began(_ count: Int) {
        mostBegun.max(count, ordering: .relaxed)
    }

    /// Whether a conversation is the run's and may have begun; any thread.
    public func contains(_ identity: TextDigest) -> Bool { worker(of: identity) != nil }

    /// The worker of a webhook's conversation; nil for nobody's.
    public func worker(of arrival: WebhookArrival) -> Int? {
        arrival.event.conversationID.flatMap { worker(of: $0) }
    }

    /// The worker of the conversation that a question is about; nil for nobody's.
    public func worker(of question: HITLQuestion) -> Int? { worker(of: question.conversation) }

    private func worker(of identity: TextDigest) -> Int? {
        conversations.begin(upTo: begunCount)
        return conversations.position(of: identity).map { $0 % workers }
    }

    /// Conversations that may have begun by now.
    private var begunCount: Int {
        let zero = Instant(nanoseconds: zero.load(ordering: .acquiring))
        let now = Clock.now()
        if zero.nanoseconds == .max { return 0 }
        if plan.closed == nil { return plannedCount(by: now - zero) }
        // At the zero a whole slice begins at once.
        let slice = ((plan.closed?.concurrency ?? 0) + workers - 1) / workers
        let sinceReport = WorkerConversations.pace * Int(plan.recordInterval.seconds.rounded(.up))
        let each = max(mostBegun.load(ordering: .relaxed), slice) + sinceReport
        return min(plan.conversationLimit, each * workers)
    }

    /// Arrivals up to an instant since the zero, by halves.
    private func plannedCount(by offset: Nanoseconds) -> Int {
        var (low, high) = (0, plan.arrivals.count)
        while low < high {
            let middle = (low + high) / 2
            if plan.arrivals[middle] <= offset.count { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
