import Dispatch
import FinDrive
import FinLoop
import Foundation

/// SIGINT and SIGTERM as calls on a queue.
struct EndSignals {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter ended: called for every signal.
    init(_ ended: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process before anything is written.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: ended)
            source.activate()
            return source
        }
    }

    /// Stops listening; the signals stay ignored.
    func stop() {
        for source in sources { source.cancel() }
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
