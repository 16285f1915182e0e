import FinMeasure
import FinProfile
import FinReport

/// What the workers left, made into one run.
struct WorkerEnd {
    let run: WorkerRun
    let crew: WorkerCrew

    /// Completes the records of dead workers, merges all, judges; answers the exit status.
    func conclude() throws -> Int32 {
        try completeLosses()
        let merge = try RunMerge(
            directories: (0..<run.count).map(run.directory), isPartial: false,
            parseSLO: ReportCommand.slo)
        try merge.write(to: run.directory)
        let conclusion = try Report.finish(
            directory: run.directory, slos: run.plan.wholeProfile.slo)
        ResultsDirectory.pointLatest(to: run.directory)
        let reason = conclusion.document.totals?.stopReason ?? ""
        if let words = WorkerEnd.rest(reason, "unreachable: ") {
            throw Complaint(.unreachable, words)
        }
        Terminal.say(conclusion.text)
        if let complaint = crew.complaint { throw complaint }
        if let words = WorkerEnd.rest(reason, "host limit: ") {
            throw Complaint(.host, "the run ended early: \(words); what was measured is written")
        }
        if let words = WorkerEnd.rest(reason, "aborted: ") {
            Terminal.note("finbench: the run was stopped: \(words)")
            return Exit.invalid.rawValue
        }
        return reason.isEmpty ? conclusion.exitStatus : Exit.interrupted.rawValue
    }

    private static func rest(_ reason: String, _ start: String) -> String? {
        reason.hasPrefix(start) ? String(reason.dropFirst(start.count)) : nil
    }

    private func completeLosses() throws {
        if crew.losses.isEmpty { return }
        let documents = (0..<run.count).compactMap {
            try? RecordReader.document(directory: run.directory($0))
        }
        guard let model = documents.first else {
            throw Complaint(
                .software,
                "every worker died before it wrote anything: "
                    + (crew.losses.values.first?.words ?? ""))
        }
        for (worker, loss) in crew.losses {
            guard let shard = PlanShard(index: worker, count: run.count) else { continue }
            try LostSlice.complete(
                directory: run.directory(worker), plan: try run.plan.slice(shard),
                death: loss.death, model: model, words: loss.words, ledger: crew.ledger(worker))
        }
    }
}
