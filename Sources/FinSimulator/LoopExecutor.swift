internal import NIOCore

/// Runs every job of the server's tasks on the one event loop.
///
/// Without it each `await` of a request hops between the loop and the global pool: 20,000 events/s
/// then cost a whole core, and a frozen loop would not freeze the server.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        // Safe: this executor outlives its jobs; the server holds it until all tasks have ended.
        let executor = unsafe asUnownedTaskExecutor()
        loop.execute {
            // Safe: the runtime keeps the job until it has run, and `execute` runs it once.
            unsafe unowned.runSynchronously(on: executor)
        }
    }
}
