import Dispatch
import FinDrive
import FinLoop
import Foundation
import Synchronization

/// SIGINT and SIGTERM as calls on a queue.
struct EndSignals {
    private let token: Int

    /// - Parameter ended: called for every signal.
    init(_ ended: @escaping @Sendable () -> Void) { token = SignalListener.shared.add(ended) }

    /// Stops listening; the signals stay ignored.
    func stop() { SignalListener.shared.remove(token) }
}

/// The process's one listener, for all who listen one after the other or together.
///
/// libdispatch takes a signal over when its first source begins, and not again: had each listener a
/// source of its own and the signal been ignored before it, all but the first would hear nothing.
private final class SignalListener: @unchecked Sendable {
    static let shared = SignalListener()

    // Every access to the next two is under the lock.
    private let lock = NSLock()
    private var listeners: [Int: @Sendable () -> Void] = [:]
    private var count = 0
    private let sources: [any DispatchSourceSignal]

    private init() {
        sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process before anything is written.
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in sources {
            source.setEventHandler { SignalListener.shared.hear() }
            source.activate()
        }
    }

    func add(_ listener: @escaping @Sendable () -> Void) -> Int {
        lock.withLock {
            count += 1
            listeners[count] = listener
            return count
        }
    }

    func remove(_ token: Int) { lock.withLock { listeners[token] = nil } }

    private func hear() {
        let all = lock.withLock { Array(listeners.values) }
        for listener in all { listener() }
    }
}

/// Whether anybody asked to end, for what makes several runs: between two of them nobody else listens.
final class EndRequest: Sendable {
    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    private let isAsked: Flag
    private let signals: EndSignals

    init() {
        let flag = Flag()
        isAsked = flag
        signals = EndSignals { flag.value.store(true, ordering: .releasing) }
    }

    deinit { signals.stop() }

    /// - Throws: `Complaint` once a signal came.
    func check(_ words: String) throws {
        if isAsked.value.load(ordering: .acquiring) { throw Complaint(.interrupted, words) }
    }
}

/// The first signal ends the run cleanly; a second one ends the process.
struct StopSignals {
    private let signals: EndSignals

    init(mailbox: Mailbox<DriveRequest>) {
        let count = Counter()
        signals = EndSignals {
            if count.next() > 1 { exit(Exit.interrupted.rawValue) }
            mailbox.post(.interrupt)
        }
    }

    /// Stops listening.
    func stop() { signals.stop() }

    /// Counts from one, from any thread.
    private final class Counter: @unchecked Sendable {
        // Every access is under the lock.
        private let lock = NSLock()
        private var value = 0

        func next() -> Int {
            lock.withLock {
                value += 1
                return value
            }
        }
    }
}
