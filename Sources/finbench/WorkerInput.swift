import FinDrive
import FinLoop
import FinMeasure
import Foundation
import Synchronization

/// What a worker process hears on its standard input from the run that started it.
///
/// The end of the input ends it as Ctrl-C does: whoever started us wants no more, or is gone.
final class WorkerInput: Sendable {
    private let anchor = Promised<RunDocument.ClockAnchor>()
    private let receiver = Promised<RunReceiver.Door>()
    private let counts = Mutex(RunDocument.Webhooks())

    /// Reads until the input ends.
    ///
    /// - Parameter mailbox: gets what concerns the load.
    func listen(_ mailbox: Mailbox<DriveRequest>) {
        PlainThread.start(name: "finbench-stdin") { [self] in
            while let line = readLine() { take(line, mailbox) }
            mailbox.post(.interrupt)
            anchor.fulfil(.failure(WorkerInput.abandoned))
            receiver.fulfil(.failure(WorkerInput.abandoned))
        }
    }

    /// The zero, as soon as it is named.
    func start() async throws -> RunDocument.ClockAnchor {
        Terminal.say(WorkerLine.ready)
        return try await anchor.value()
    }

    /// The common receiver, as soon as it is named.
    func door() async throws -> RunReceiver.Door { try await receiver.value() }

    /// The webhooks that were handed on to this worker.
    var webhooks: RunDocument.Webhooks { counts.withLock { $0 } }

    private static var abandoned: Complaint {
        Complaint(.interrupted, "the run that started this worker ended before it began")
    }

    private func take(_ line: String, _ mailbox: Mailbox<DriveRequest>) {
        switch WorkerLine.order(line) {
        case .start(let anchor): self.anchor.fulfil(.success(anchor))
        case .receiver(let door): receiver.fulfil(.success(door))
        case .abort(let words): mailbox.post(.abort(words))
        case .stop(let reason): mailbox.post(.stop(reason))
        case .webhook(let arrival):
            count(arrival)
            mailbox.post(.webhook(arrival))
        case .question(let body, let received):
            mailbox.post(.question(HITLQuestion(body: body, received: received)))
        case nil:
            // Both ends are ours. No more than the first word: a line may hold a secret.
            preconditionFailure("\"\(line.prefix { $0 != " " })\" is no order for a worker")
        }
    }

    private func count(_ arrival: WebhookArrival) {
        counts.withLock { counts in
            counts.received += 1
            if arrival.isDuplicate { counts.duplicate += 1 } else { counts.accepted += 1 }
        }
    }
}

/// A value that one thread names and one task waits for.
private final class Promised<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiter: CheckedContinuation<Value, any Error>?
    }

    private let state = Mutex(State())

    /// Names the value, or why there will be none; only the first time counts.
    func fulfil(_ result: Result<Value, any Error>) {
        let waiter = state.withLock { state in
            if state.result == nil { state.result = result }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: result)
    }

    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let known: Result<Value, any Error>? = state.withLock { state in
                if state.result == nil { state.waiter = continuation }
                return state.result
            }
            if let known { continuation.resume(with: known) }
        }
    }
}
