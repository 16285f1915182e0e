public import FinProfile
public import FinWire
private import Synchronization

/// Which conversations are a run's own, for those who hear of them from outside.
///
/// The load thread says only how many it has begun, one store a conversation; whoever asks makes the
/// fingerprints that are not there yet, on its own thread. 40 bytes a conversation begun.
public final class RunConversations: Sendable {
    private let plan: RunPlan
    private let begun = Atomic<Int>(0)
    private let known = Mutex(Known())

    private struct Known {
        /// Where a conversation stands in the plan.
        var positions: [TextDigest: Int] = [:]
        var count = 0
    }

    /// Knows none yet.
    public init(plan: RunPlan) { self.plan = plan }

    /// Conversations 0 to `count` − 1 have begun; the load thread, before it sends anything of them.
    func begin(upTo count: Int) { begun.store(count, ordering: .releasing) }

    /// Whether a conversation of that id has begun; any thread.
    public func contains(_ identity: TextDigest) -> Bool { position(of: identity) != nil }

    /// How many of the plan's conversations stand before it; nil for one that has not begun.
    func position(of identity: TextDigest) -> Int? {
        let count = begun.load(ordering: .acquiring)
        return known.withLock { known in
            while known.count < count {
                let id = plan.conversationID(plan.number(at: known.count))
                known.positions[TextDigest(id)] = known.count
                known.count += 1
            }
            return known.positions[identity]
        }
    }
}
