import FinDrive
import FinLoop
import FinMeasure
import Foundation
import Synchronization

/// What a worker process hears on its standard input from the run that started it.
///
/// `start MONOTONIC UNIX` names the zero, `abort WORDS` ends the run with those words, and the end of
/// the input ends it as Ctrl-C does: whoever started us wants no more, or is gone.
final class WorkerInput: Sendable {
    private struct State {
        var anchor: RunDocument.ClockAnchor?
        var isOver = false
        var waiter: CheckedContinuation<RunDocument.ClockAnchor, any Error>?
    }

    private let state = Mutex(State())

    /// Reads until the input ends.
    ///
    /// - Parameter mailbox: gets what ends the run.
    func listen(_ mailbox: Mailbox<DriveRequest>) {
        PlainThread.start(name: "finbench-stdin") { [self] in
            while let line = readLine() { take(line, mailbox) }
            mailbox.post(.interrupt)
            finish()
        }
    }

    /// The zero, as soon as it is named.
    func start() async throws -> RunDocument.ClockAnchor {
        Terminal.say(WorkerLine.ready)
        return try await withCheckedThrowingContinuation { continuation in
            let known: Result<RunDocument.ClockAnchor, any Error>? = state.withLock { state in
                if let anchor = state.anchor { return .success(anchor) }
                if state.isOver { return .failure(WorkerInput.abandoned) }
                state.waiter = continuation
                return nil
            }
            if let known { continuation.resume(with: known) }
        }
    }

    private static var abandoned: Complaint {
        Complaint(.interrupted, "the run that started this worker ended before it began")
    }

    private func take(_ line: String, _ mailbox: Mailbox<DriveRequest>) {
        switch WorkerLine.order(line) {
        case .start(let anchor):
            let waiter = state.withLock { state in
                state.anchor = anchor
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: anchor)
        case .abort(let words): mailbox.post(.abort(words))
        case nil: break
        }
    }

    private func finish() {
        let waiter = state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(throwing: WorkerInput.abandoned)
    }
}

/// The lines that a run and its workers exchange.
enum WorkerLine {
    /// What a worker is told.
    enum Order: Equatable {
        case start(RunDocument.ClockAnchor)
        case abort(String)
    }

    /// A worker says that it is ready to be told when to begin.
    static let ready = "ready"

    /// The text of an order.
    static func text(_ order: Order) -> String {
        switch order {
        case .start(let anchor):
            "start \(anchor.monotonicNanoseconds) \(anchor.unixNanoseconds)\n"
        case .abort(let words):
            "abort \(words.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
        }
    }

    /// Reads one back.
    static func order(_ line: String) -> Order? {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        if words[0] == "abort" { return .abort(String(words[1])) }
        let numbers = words[1].split(separator: " ").compactMap { UInt64($0) }
        guard words[0] == "start", numbers.count == 2 else { return nil }
        return .start(.init(monotonicNanoseconds: numbers[0], unixNanoseconds: numbers[1]))
    }
}
