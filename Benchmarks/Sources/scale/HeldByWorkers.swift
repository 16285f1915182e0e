import Foundation

/// Fifty thousand streams open at a time: the command's own workers, on its own profile.
struct HeldByWorkers {
    private let options: Options
    private let workers: Int
    /// So many are open at a time, of some more that begin.
    private let held: Int
    /// For so many seconds.
    private let seconds: Double
    /// What is set otherwise than in the profile.
    private let changes: [String]

    init(_ options: Options) {
        self.options = options
        workers = options.isBrief ? 2 : 4
        held = options.isBrief ? 380 : 50_000
        seconds = options.isBrief ? 1 : 60
        changes =
            options.isBrief
            ? ["load.rate=200/s", "load.conversations=400", "simulator.think=4s"] : []
    }

    /// Takes it once: it is long.
    func measure(into table: inout ScaleTable) throws {
        let folder = try TemporaryFolder()
        let results = "\(folder.path)/run"
        let run = try hold(results)
        let health = try TidyRows(path: "\(results)/health.csv")
        // A row for each second: the fewest that were open in it.
        let open = try sums("open_streams", health)
        let at = "\(held) streams, \(workers) workers"
        table.add(
            .workers, "seconds with all open, \(at)",
            [Double(open.count { $0.value >= Double(held) })], "s", .atLeast(seconds),
            note: Finbench.note(run))
        table.add(
            .workers, "open at the most", [open.map(\.value).max() ?? 0], "streams")
        try add(outcomes: TidyRows(path: "\(results)/outcomes.csv"), &table)
        try add(audit: Finbench.run(["audit", results], expecting: [0, 1]), &table)
        table.add(
            .workers, "resident memory a stream, \(at)", [try memory(health, open)], "kB",
            options.isBrief ? nil : .atMost(16))
    }

    private func hold(_ results: String) throws -> Finbench.Answer {
        let profile = Finbench.home.appendingPathComponent(
            "profiles/distributed/fifty-thousand.yaml")
        return try Finbench.run(
            [
                "run", profile.path, "--workers", "\(workers)", "--output", results, "--seed",
                "\(options.seed)", "--progress", "none",
            ] + changes.flatMap { ["--set", $0] }, expecting: [0, Finbench.invalid])
    }

    private func add(outcomes: TidyRows, _ table: inout ScaleTable) throws {
        let turns = try outcomes.sums(of: "count", by: "outcome")
        let (done, all) = (turns["done"] ?? 0, turns.values.reduce(0, +))
        table.add(
            .workers, "turns that ended with done", [100 * done / all], "%", .atLeast(99.9),
            note: "\(Int(done)) of \(Int(all))")
    }

    /// Each turn and each request, against the simulators' own logs.
    private func add(audit: Finbench.Answer, _ table: inout ScaleTable) throws {
        guard
            let found = audit.words.firstMatch(of: /requests sent ([0-9]+), received ([0-9]+)/),
            let sent = Double(found.1), let received = Double(found.2)
        else { throw Failure("the audit does not say how many requests were sent and received") }
        table.add(
            .workers, "requests sent that were not received, or the reverse",
            [abs(sent - received)], "requests", .atMost(0), note: "\(Int(sent)) sent")
        table.add(
            .workers, "exit status of the audit", [Double(audit.status)], "", .atMost(0),
            note: "0: every turn on both sides, each as it must be")
    }

    /// What the streams that came after the first second added to the workers, over their number.
    private func memory(_ health: TidyRows, _ open: [(second: Double, value: Double)]) throws
        -> Double
    {
        let resident = try sums("resident_memory", health)
        let begun = try sums("in_flight", health)
        guard let first = resident.first, let most = resident.map(\.value).max(),
            let top = open.map(\.value).max()
        else { return .nan }
        return (most - first.value) / (top - (begun.first?.value ?? 0)) / 1000
    }

    /// A figure second by second, added up over threads and processes.
    private func sums(
        _ metric: String, _ health: TidyRows
    ) throws -> [(second: Double, value: Double)] {
        try health.sums(of: "value", by: "t_start_s", where: "metric", is: metric)
            .compactMap { sum in Double(sum.key).map { (second: $0, value: sum.value) } }
            .sorted { $0.second < $1.second }
    }
}
