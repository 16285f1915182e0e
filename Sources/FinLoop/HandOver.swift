private import Foundation

/// Two buffers between a thread that must never wait and one that may: one is filled while the other
/// is emptied.
///
/// The filler takes back an emptied buffer when there is one and otherwise goes on with its own; so a
/// slow consumer makes intervals longer, never the filler late.
public final class HandOver<Buffer: AnyObject>: @unchecked Sendable {
    // Every access is under the lock; a buffer is touched only by the side that holds it.
    private let condition = NSCondition()
    private var full: [Buffer] = []
    private var spares: [Buffer]

    /// Begins with the buffers that can be filled next.
    public init(spares: [Buffer]) { self.spares = spares }

    /// The filler's side: takes an empty buffer if there is one, and never waits for the consumer.
    public func takeSpare() -> Buffer? {
        condition.lock()
        defer { condition.unlock() }
        return spares.popLast()
    }

    /// The filler's side: hands a filled buffer over.
    public func hand(_ buffer: Buffer) {
        condition.lock()
        full.append(buffer)
        condition.signal()
        condition.unlock()
    }

    /// The consumer's side: waits for a filled buffer.
    public func take() -> Buffer {
        condition.lock()
        defer { condition.unlock() }
        while full.isEmpty { condition.wait() }
        return full.removeFirst()
    }

    /// The consumer's side: gives an emptied buffer back.
    public func giveBack(_ buffer: Buffer) {
        condition.lock()
        spares.append(buffer)
        condition.unlock()
    }
}
