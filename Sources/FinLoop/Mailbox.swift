private import CFinShims
private import Glibc
private import Synchronization

/// A queue into a loop from other threads: posting wakes the loop's wait.
///
/// Bounded by what its senders do: control words and webhook receipts, never samples.
public final class Mailbox<Message: Sendable>: Sendable {
    let descriptor: Int32
    private let queue = Mutex<[Message]>([])

    /// Makes an empty mailbox.
    public init() throws(LoopError) {
        let flags = Int32(EFD_NONBLOCK | EFD_CLOEXEC)
        let result = SystemCall.run("eventfd") { Int(eventfd(0, flags)) }
        guard case .value(let descriptor) = result else {
            throw LoopError(operation: "eventfd", errno: errno, advice: "raise the open-file limit")
        }
        self.descriptor = Int32(descriptor)
    }

    deinit { close(descriptor) }

    /// Posts a message and wakes the loop; any thread.
    public func post(_ message: Message) {
        queue.withLock { $0.append(message) }
        var one: UInt64 = 1
        // Safe: eight bytes of a local. A full counter would mean the loop is awake already.
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Takes everything posted so far, oldest first; the loop's thread.
    public func drain() -> [Message] {
        var count: UInt64 = 0
        // Safe: eight bytes into a local; would-block means nothing was posted.
        _ = unsafe read(descriptor, &count, 8)
        return queue.withLock { messages in
            defer { messages.removeAll(keepingCapacity: true) }
            return messages
        }
    }
}
