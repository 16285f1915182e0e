import Foundation
import Synchronization

/// Some threads that tests have to themselves: what holds the shared ones does not hold these.
///
/// Swift's own pool has as many threads as the machine has cores. A test that computes for seconds
/// holds one of them, and whoever waits for an answer then waits for that test; threads of their own
/// get their share of the cores from the kernel.
final class TestThreads: TaskExecutor {
    private let jobs: Mutex<[UnownedJob]> = Mutex([])
    private let available = DispatchSemaphore(value: 0)

    /// Starts threads that live as long as the process.
    init(_ name: String, count: Int) {
        for index in 0..<count {
            let thread = Thread { self.work() }
            thread.name = "\(name) \(index)"
            thread.stackSize = 8 << 20  // as the main thread has it: parsers under test recurse
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        jobs.withLock { $0.append(unowned) }
        available.signal()
    }

    /// Takes the oldest job, again and again.
    private func work() {
        // Safe: the threads hold this executor for ever.
        let executor = unsafe asUnownedTaskExecutor()
        while true {
            available.wait()
            let job = jobs.withLock { $0.removeFirst() }
            // Safe: the runtime keeps a job until it has run, and each is taken once.
            unsafe job.runSynchronously(on: executor)
        }
    }
}
