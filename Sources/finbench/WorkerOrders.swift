import Synchronization

/// The lines for a worker's standard input; what gathers during one write leaves with the next.
///
/// Holds no more than its worker has webhooks: only one that takes nothing lets them gather.
final class WorkerOrders: Sendable {
    private struct State {
        var text = ""
        var isOver = false
    }

    private let state = Mutex(State())
    private let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init() {
        (wakeUps, wake) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds an order, unless they are over; any thread.
    func add(_ order: WorkerLine.Order) {
        let text = WorkerLine.text(order)
        state.withLock { if !$0.isOver { $0.text += text } }
        wake.yield()
    }

    /// No order follows: the worker's input closes when it has read what there is.
    func finish() {
        state.withLock { $0.isOver = true }
        wake.finish()
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
