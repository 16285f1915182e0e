import ArgumentParser
import FinMeasure
import FinProfile

/// What places a run among others of one plan: which slice it is, when they all begin, their name.
struct SliceOptions: ParsableArguments {
    @Option(help: "Run slice I of N of the plan, counted from 0, such as 0/8.")
    var shard: String?
    @Option(
        help: """
            Run one of N slices; which one says JOB_COMPLETION_INDEX (a Kubernetes Indexed Job) or \
            SLURM_ARRAY_TASK_ID (a Slurm array, where N may be left out).
            """)
    var shards: Int?
    @Option(help: "When to begin, UTC, such as 2030-01-31T09:30:00Z: the same for every slice.")
    var startAt: String?
    @Option(
        name: .customLong("run-id"),
        help: "The run's id in conversation ids, the same for every slice; default: a new one.")
    var runID: String?

    /// The slice to run; the whole plan where nothing says otherwise.
    ///
    /// - Parameter environment: of this process.
    /// - Throws: `Complaint`, exit status 64, for what names no slice, and for an index without a count.
    func resolve(_ environment: [String: String]) throws -> PlanShard {
        if let shard {
            if shards != nil {
                throw Complaint(.usage, "--shard \"\(shard)\" already says how many: drop --shards")
            }
            let parts = shard.split(separator: "/", omittingEmptySubsequences: false).map {
                Int($0)
            }
            guard parts.count == 2, let index = parts[0], let count = parts[1] else {
                throw Complaint(
                    .usage, "--shard \"\(shard)\" must have the form I/N, such as 0/8")
            }
            return try SliceOptions.shard(index, of: count, from: "--shard \"\(shard)\"")
        }
        if let placed = try SliceOptions.kubernetes(environment, shards: shards) { return placed }
        if let placed = try SliceOptions.slurm(environment, shards: shards) { return placed }
        guard let shards else {
            try SliceOptions.refuseUncounted(environment)
            return .whole
        }
        throw Complaint(
            .usage,
            "--shards \"\(shards)\" needs JOB_COMPLETION_INDEX or SLURM_ARRAY_TASK_ID, which are not "
                + "set; name the slice yourself: --shard I/\(shards)")
    }

    /// A pod of an Indexed Job knows its index, not how many there are.
    private static func kubernetes(
        _ environment: [String: String], shards: Int?
    ) throws -> PlanShard? {
        guard let shards, let text = environment["JOB_COMPLETION_INDEX"] else { return nil }
        return try shard(
            try number(text, "JOB_COMPLETION_INDEX"), of: shards,
            from: "JOB_COMPLETION_INDEX \"\(text)\" with --shards \(shards)")
    }

    /// A task of a Slurm array; its ids may begin anywhere and leave gaps of one size.
    private static func slurm(_ environment: [String: String], shards: Int?) throws -> PlanShard? {
        guard let id = environment["SLURM_ARRAY_TASK_ID"] else { return nil }
        let names = ["SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP"]
        let values = try names.map { name in
            try environment[name].map { try number($0, name) }
        }
        guard let count = shards ?? values[0] else { return nil }
        let offset = try number(id, "SLURM_ARRAY_TASK_ID") - (values[1] ?? 0)
        let step = max(1, values[2] ?? 1)
        let from = "SLURM_ARRAY_TASK_ID \"\(id)\" of \(count) tasks"
        guard offset % step == 0 else { throw refusal(from) }
        return try shard(offset / step, of: count, from: from)
    }

    /// Every task of an array would run the whole plan, and pay for it.
    private static func refuseUncounted(_ environment: [String: String]) throws {
        for name in ["JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID"] {
            guard let text = environment[name] else { continue }
            throw Complaint(
                .usage,
                "\(name) \"\(text)\" says which slice this is, and nothing says of how many: add "
                    + "--shards N, or --shard 0/1 to run the whole plan here")
        }
    }

    private static func number(_ text: String, _ name: String) throws -> Int {
        if let number = Int(text) { return number }
        throw Complaint(.usage, "\(name) \"\(text)\" must be a whole number")
    }

    private static func shard(_ index: Int, of count: Int, from: String) throws -> PlanShard {
        if let shard = PlanShard(index: index, count: count) { return shard }
        throw refusal(from)
    }

    private static func refusal(_ from: String) -> Complaint {
        Complaint(
            .usage,
            "\(from) names no slice: it must be 0/N to N-1/N, with N from 1 to "
                + "\(PlanShard.countLimit)")
    }

    // MARK: - when, and under which name

    /// The instant of `--start-at`, unix nanoseconds; nil for as soon as possible.
    func startInstant() throws -> UInt64? {
        try startAt.map { text in
            if let instant = UTCStamp.unixNanoseconds(text) { return instant }
            throw Complaint(
                .usage,
                "--start-at \"\(text)\" must be an instant in UTC, such as 2030-01-31T09:30:00Z")
        }
    }

    /// The run's id: the one given, else one that all slices find by themselves, else a new one.
    ///
    /// - Parameters:
    ///   - shard: the slice to run.
    ///   - profile: of the whole run.
    ///   - now: unix nanoseconds.
    ///   - environment: of this process.
    func makeRunID(
        _ shard: PlanShard, _ profile: Profile, now: UInt64, _ environment: [String: String]
    ) throws -> String {
        if let runID {
            guard RunID.accepts(runID) else {
                throw Complaint(
                    .usage,
                    "--run-id \"\(runID.prefix(80))\" must be 1 to 64 letters, digits or \"-_\"")
            }
            return runID
        }
        if shard != .whole, let instant = try startInstant() {
            return RunID.make(unixNanoseconds: instant, entropy: profile.planHash)
        }
        if shard != .whole, let job = environment["SLURM_ARRAY_JOB_ID"], RunID.accepts(job) {
            return
                "slurm-\(job)-\(RunID.make(unixNanoseconds: 0, entropy: profile.planHash).suffix(6))"
        }
        return RunID.make(unixNanoseconds: now, entropy: .random(in: .min ... .max))
    }
}
