import Synchronization

/// The lines for a worker's standard input; what gathers during one write leaves with the next.
///
/// Only a worker that takes nothing lets them gather, up to a limit.
final class WorkerOrders: Sendable {
    /// Bytes that may wait for one worker; with them some 100,000 webhooks.
    private static let limit = 16 << 20

    private struct State {
        var text = ""
        var isOver = false
    }

    private let state = Mutex(State())
    private let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    /// Ends when no order follows.
    let dismissed: AsyncStream<Void>
    private let dismissal: AsyncStream<Void>.Continuation

    init() {
        (dismissed, dismissal) = AsyncStream.makeStream(of: Void.self)
        (wakeUps, wake) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds an order; any thread.
    ///
    /// - Returns: false when they are over, or the worker takes none: then nobody reads this one.
    @discardableResult
    func add(_ order: WorkerLine.Order) -> Bool {
        let text = WorkerLine.text(order)
        let isTaken = state.withLock { state in
            if state.isOver || state.text.utf8.count > WorkerOrders.limit { return false }
            state.text += text
            return true
        }
        wake.yield()
        return isTaken
    }

    /// No order follows: the worker's input closes when it has read what there is.
    func finish() {
        state.withLock { $0.isOver = true }
        wake.finish()
        dismissal.finish()
    }

    /// What is to be written, piece by piece; for one reader.
    var pieces: AsyncStream<String> {
        AsyncStream { [self] in
            for await _ in wakeUps {
                let piece = take()
                if !piece.isEmpty { return piece }
            }
            let rest = take()
            return rest.isEmpty ? nil : rest
        }
    }

    private func take() -> String {
        state.withLock { state in
            defer { state.text = "" }
            return state.text
        }
    }
}
