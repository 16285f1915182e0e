import FinDrive
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// What the workers left, made into one run.
struct WorkerEnd {
    let run: WorkerRun
    let outcome: WorkerCrew.Outcome
    let services: RunServices

    /// Completes the records of dead workers, merges all, judges; answers the exit status.
    func conclude() throws -> Int32 {
        let merge = try RunMerge(
            directories: try completedDirectories(), isPartial: false, parseSLO: ReportCommand.slo)
        try merge.write(to: run.directory, receiver: outcome.webhooks)
        let conclusion = try Report.finish(
            directory: run.directory, slos: run.plan.wholeProfile.slo)
        ResultsDirectory.pointLatest(to: run.directory)
        // The merged run holds all that they measured; what a dead one left may be looked at.
        if outcome.losses.isEmpty {
            try? FileManager.default.removeItem(atPath: run.workersDirectory)
        }
        let words = conclusion.document.totals?.stopReason ?? ""
        let reason = DriveEnd.Reason(words: words) ?? .interrupted
        if case .unreachable(let words) = reason { throw Complaint(.unreachable, words) }
        Terminal.say(conclusion.text)
        if let complaint = services.complaint ?? outcome.complaint { throw complaint }
        return try PlannedRun.status(reason) { conclusion.exitStatus }
    }

    // MARK: - dead workers

    /// The directory of each worker's whole record.
    private func completedDirectories() throws -> [String] {
        let own = (0..<run.count).map(run.directory)
        if outcome.losses.isEmpty { return own }
        let model = own.lazy.compactMap { try? RecordReader.document(directory: $0) }.first
        guard let model else {
            throw Complaint(
                .software,
                "every worker died before it wrote anything: "
                    + (outcome.losses.values.first?.words ?? ""))
        }
        return try own.enumerated().map { worker, directory in
            guard let loss = outcome.losses[worker],
                let shard = PlanShard(index: worker, count: run.count)
            else { return directory }
            return try complete(directory, shard, loss, model)
        }
    }

    /// Completes a dead worker's record, in a new directory where its own is what it was refused.
    private func complete(
        _ directory: String, _ shard: PlanShard, _ loss: WorkerCrew.Loss, _ model: RunDocument
    ) throws -> String {
        let plan = try run.plan.slice(shard, hasCommonReceiver: true)
        func complete(in directory: String) throws {
            try LostSlice.complete(
                directory: directory, plan: plan, death: loss.death, model: model,
                words: loss.words, ledger: outcome.ledgers[shard.index])
        }
        do {
            try complete(in: directory)
            return directory
        } catch let error as ReportError {
            Terminal.note(
                "finbench: what worker \(shard.index) measured is lost: \(error.description)")
            let other = directory + "-lost"
            try complete(in: other)
            return other
        }
    }
}
