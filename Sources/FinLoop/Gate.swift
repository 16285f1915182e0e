private import Foundation

/// A gate that one thread opens, or shuts for good, and another waits at.
public final class Gate: @unchecked Sendable {
    // Every access is under the lock.
    private let condition = NSCondition()
    private var isOpen: Bool?

    /// A gate that is not decided yet.
    public init() {}

    /// Decides: lets waiters through, or turns them away.
    public func decide(opens: Bool) {
        condition.lock()
        isOpen = opens
        condition.broadcast()
        condition.unlock()
    }

    /// Waits for the decision; whether the gate was opened.
    public func wait() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let isOpen { return isOpen }
            condition.wait()
        }
    }
}
