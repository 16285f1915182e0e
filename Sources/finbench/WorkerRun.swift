import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// A run divided among processes of this machine: starts them, joins their progress, ends them, and
/// makes one run of what they leave.
///
/// Each worker is `run --shard`, with one load thread, and a simulator of its own where that is
/// embedded. A limit of the whole run is divided among them by the plan. When one is stopped by a rule
/// all are; when one dies, what it had not done counts as failed and the rest goes on.
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

    /// How long a worker may take to write its record when it is told to end.
    private static let grace = Nanoseconds.seconds(15)

    /// Runs, judges, prints; answers the exit status.
    func perform() async throws -> Int32 {
        let path = "\(directory)/workers"
        try? FileManager.default.removeItem(atPath: path)
        Terminal.note(
            "finbench: \(count) worker processes, \(plan.conversationLimit) conversations")
        var crew = WorkerCrew(self)
        await supervise(&crew)
        if let complaint = crew.startComplaint { throw complaint }
        do {
            let status = try WorkerEnd(run: self, crew: crew).conclude()
            // The merged run holds all that they measured; what a dead one left may be looked at.
            if !crew.hasLosses { try? FileManager.default.removeItem(atPath: path) }
            return status
        } catch let error as ReportError {
            throw Complaint(.host, error.description)
        }
    }

    func directory(_ worker: Int) -> String { "\(directory)/workers/\(worker)" }

    // MARK: - events

    private func supervise(_ crew: inout WorkerCrew) async {
        let (events, feed) = AsyncStream.makeStream(of: WorkerCrew.Event.self)
        let signals = EndSignals { feed.yield(.signal) }
        defer { signals.stop() }
        for worker in 0..<count { launch(worker, orders: crew.orders(worker), feed) }
        for await event in events {
            crew.take(event)
            if crew.isOver { break }
        }
    }

    private func launch(
        _ worker: Int, orders: AsyncStream<String>,
        _ feed: AsyncStream<WorkerCrew.Event>.Continuation
    ) {
        let arguments =
            arguments + ["--shard", "\(worker)/\(count)", "--output", directory(worker)]
        Task {
            do {
                let ended = try await WorkerProcess.run(
                    executable: try EmbeddedSimulator.executable(), arguments: arguments,
                    orders: orders, grace: WorkerRun.grace
                ) { feed.yield(.line(worker, $0)) }
                feed.yield(.ended(worker, ended))
            } catch {
                feed.yield(.refused(worker, Complaint(error)))
            }
        }
    }
}
