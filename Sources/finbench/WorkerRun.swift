import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import FinWebhooks
import Foundation
import Synchronization

/// A run divided among processes of this machine: starts them, joins their progress, ends them, and
/// makes one run of what they leave.
///
/// Each worker is `run --shard`, with one load thread, and a simulator of its own where that is
/// embedded. A limit of the whole run is divided among them by the plan. When one is stopped by a rule
/// all are; when one dies, what it had not done counts as failed and the rest goes on. Webhooks have one
/// address: they come here, and each goes on to the worker whose conversation it is.
struct WorkerRun: Sendable {
    /// The whole plan.
    let plan: RunPlan
    let count: Int
    let directory: String
    /// For each worker; its slice and its directory are added.
    let arguments: [String]
    let progress: Progress.Style
    /// `--start-at`, unix nanoseconds; nil for as soon as all are ready.
    let start: UInt64?
    /// What takes the webhooks of all; nil for a run that has none.
    let receiver: RunReceiver?

    /// How long a worker may take to write its record when it is told to end.
    private static let grace = Nanoseconds.seconds(15)

    /// Runs, judges, prints; answers the exit status.
    func perform() async throws -> Int32 {
        try? FileManager.default.removeItem(atPath: workersDirectory)
        Terminal.note(
            "finbench: \(count) worker processes, \(plan.conversationLimit) conversations")
        let (events, feed) = AsyncStream.makeStream(of: WorkerCrew.Event.self)
        let services = RunServices { feed.yield(.fallen($0)) }
        let outcome = try await receiving(services, events, feed)
        if let complaint = outcome.startComplaint { throw complaint }
        do {
            return try WorkerEnd(run: self, outcome: outcome, services: services).conclude()
        } catch let error as ReportError {
            throw Complaint(.host, error.description)
        }
    }

    /// Where the workers leave their records.
    var workersDirectory: String { "\(directory)/workers" }

    func directory(_ worker: Int) -> String { "\(workersDirectory)/\(worker)" }

    // MARK: - webhooks

    private func receiving(
        _ services: RunServices, _ events: AsyncStream<WorkerCrew.Event>,
        _ feed: AsyncStream<WorkerCrew.Event>.Continuation
    ) async throws -> WorkerCrew.Outcome {
        let orders = (0..<count).map { _ in WorkerOrders() }
        let conversations = WorkerConversations(plan: plan, workers: count)
        let untaken = Untaken()
        guard let receiver else { return await supervise(orders, conversations, events, feed) }
        return try await receiver.serve(taker(orders, conversations, untaken), services) {
            door, counts in
            // Others have the secret that they sign with.
            if plan.profile.target == nil { for order in orders { order.add(.receiver(door)) } }
            var outcome = await supervise(orders, conversations, events, feed)
            if plan.profile.hasWebhooks {
                outcome.webhooks = counts()
                outcome.webhooks?.unmatched = untaken.count
            }
            return outcome
        }
    }

    /// Hands on what the receiver accepts.
    private func taker(
        _ orders: [WorkerOrders], _ conversations: WorkerConversations, _ untaken: Untaken
    ) -> RunReceiver.Taker {
        RunReceiver.Taker(
            isOurs: { conversations.contains($0) },
            receipt: { arrival in
                guard let worker = conversations.worker(of: arrival) else { return }
                let isTaken = orders[worker].add(.webhook(arrival))
                if !isTaken, !arrival.isDuplicate { untaken.add() }
            },
            question: { notification, question in
                let order = WorkerLine.Order.question(notification.body, notification.received)
                if let worker = question.flatMap({ conversations.worker(of: $0) }) {
                    orders[worker].add(order)
                } else {
                    // What is nobody's is counted by somebody.
                    _ = orders.first { $0.add(order) }
                }
            })
    }

    // MARK: - events

    private func supervise(
        _ orders: [WorkerOrders], _ conversations: WorkerConversations,
        _ events: AsyncStream<WorkerCrew.Event>, _ feed: AsyncStream<WorkerCrew.Event>.Continuation
    ) async -> WorkerCrew.Outcome {
        var crew = WorkerCrew(self, orders: orders, conversations: conversations)
        let signals = EndSignals { feed.yield(.signal) }
        defer { signals.stop() }
        for worker in 0..<count { launch(worker, orders[worker], feed) }
        for await event in events {
            crew.take(event)
            if crew.isOver { break }
        }
        return crew.outcome
    }

    private func launch(
        _ worker: Int, _ orders: WorkerOrders,
        _ feed: AsyncStream<WorkerCrew.Event>.Continuation
    ) {
        let arguments =
            arguments + ["--shard", "\(worker)/\(count)", "--output", directory(worker)]
        Task {
            do {
                let ended = try await WorkerProcess.run(
                    executable: try EmbeddedSimulator.executable(), arguments: arguments,
                    orders: orders.pieces, dismissed: orders.dismissed, grace: WorkerRun.grace
                ) { feed.yield(.line(worker, $0)) }
                feed.yield(.ended(worker, ended))
            } catch {
                feed.yield(.refused(worker, Complaint(error)))
            }
        }
    }
}

/// Webhooks for workers that were over, or took none.
private final class Untaken: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }

    func add() { value.add(1, ordering: .relaxed) }
}
