internal import CFinShims
private import Glibc

/// One epoll descriptor and the buffer its events are read into.
@safe
final class Epoll {
    /// Events taken by one wait, at the most; more stay in the kernel for the next.
    static let batchSize = 512

    private let descriptor: Int32
    // Owned; `batchSize` events, valid up to the count of the last wait.
    private let events: UnsafeMutablePointer<epoll_event>

    init() throws(LoopError) {
        switch SystemCall.run("epoll_create1", { Int(epoll_create1(Int32(EPOLL_CLOEXEC))) })
        {
        case .value(let descriptor): self.descriptor = Int32(descriptor)
        case .wouldBlock:
            throw LoopError(operation: "epoll_create1", errno: EAGAIN, advice: "try again")
        case .failed(let error):
            throw LoopError(
                operation: "epoll_create1", errno: error, advice: "raise the open-file limit")
        }
        unsafe events = .allocate(capacity: Epoll.batchSize)
        unsafe events.initialize(repeating: epoll_event(), count: Epoll.batchSize)
        let probe = unsafe fin_epoll_wait(self.descriptor, events, 1, 0)
        if probe < 0 && errno != EINTR {
            throw LoopError(
                operation: "epoll_pwait2", errno: errno,
                advice: "use Linux 5.11 or later, or allow this call in the sandbox")
        }
    }

    deinit {
        unsafe events.deallocate()
        close(descriptor)
    }

    /// Watches a descriptor, or changes what is watched; `tag` comes back with its events.
    ///
    /// - Throws: `LoopError` when the kernel refuses; nothing of the descriptor will be heard then.
    func watch(_ fd: Int32, events bits: UInt32, tag: UInt64) throws(LoopError) {
        var outcome = control(EPOLL_CTL_ADD, fd, bits, tag)
        // libcurl keeps a descriptor across requests and may add it a second time.
        if case .failed(errno: EEXIST) = outcome {
            outcome = control(EPOLL_CTL_MOD, fd, bits, tag)
        }
        guard case .failed(let error) = outcome else { return }
        throw LoopError(
            operation: "epoll_ctl", errno: error,
            advice: "lower load.max_in_flight, or raise /proc/sys/fs/epoll/max_user_watches")
    }

    private func control(
        _ operation: Int32, _ fd: Int32, _ bits: UInt32, _ tag: UInt64
    ) -> SystemCall.Result {
        SystemCall.run("epoll_ctl") { Int(fin_epoll_control(descriptor, operation, fd, bits, tag)) }
    }

    /// Stops watching.
    ///
    /// A descriptor that is gone already is no error: closing it unwatched it.
    func forget(_ fd: Int32) {
        _ = fin_epoll_control(descriptor, EPOLL_CTL_DEL, fd, 0, 0)
    }

    /// Waits for events, for at most so many nanoseconds; 0 does not wait.
    ///
    /// - Returns: how many events can be read by `event(_:)`.
    func wait(nanoseconds: Int64) -> Int {
        // An interrupted wait is an early one: the caller looks at its clock anyway.
        let count = unsafe fin_epoll_wait(
            descriptor, events, Int32(Epoll.batchSize), nanoseconds)
        return max(0, Int(count))
    }

    /// The tag and the event bits at a place below the last wait's count.
    func event(_ index: Int) -> (tag: UInt64, bits: UInt32) {
        precondition(index >= 0 && index < Epoll.batchSize, "event index out of range")
        return unsafe (fin_event_tag(events + index), fin_event_bits(events + index))
    }
}
