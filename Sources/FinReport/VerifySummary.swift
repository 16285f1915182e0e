internal import FinMeasure

/// What the terminal shows of `finbench webhooks verify`: a row for each kind of work, at most 100
/// columns wide.
///
/// A ratio is that of the medians of one round, of which the median over the rounds is shown: the
/// rounds are interleaved, so what slows the machine slows both sides.
enum VerifySummary {
    private static let columns: [(name: String, width: Int)] = [
        ("body", 8), ("threads", 7), ("work", 9), ("n", 8), ("checks", 6), ("p50", 8), ("p99", 8),
        ("per s and core", 14), ("of limit", 8), ("x HMAC()", 8),
    ]

    /// The whole text, with a line break at the end.
    static func text(_ record: RunRecord, _ rollup: Rollup) -> String {
        let blocks = [
            heading(record), table(record, rollup), notes(record, rollup), ending(record),
        ]
        return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private static func heading(_ record: RunRecord) -> [String] {
        let document = record.document
        let setting = VerifySetting(document.profile)
        var lines = ["webhooks verify  run \(document.runID), seed \(document.seed)"]
        lines += TerminalSummary.wrap(
            "\(setting.rounds) rounds, "
                + "\(Decimals.number(setting.sliceMilliseconds, places: 1)) ms a row in each; "
                + "\(document.host.processors) processors, \(setting.libcrypto); "
                + "\(setting.input)")
        for set in setting.workingSets { lines += TerminalSummary.wrap("  " + set) }
        return lines
    }

    private static func table(_ record: RunRecord, _ rollup: Rollup) -> [String] {
        let setting = VerifySetting(record.document.profile)
        let head = line(columns.map(\.name))
        let rows = record.document.scenarios.compactMap { name -> String? in
            guard let scenario = VerifyScenario(name: name), let counts = counts(rollup, name)
            else { return nil }
            return row(scenario, counts, setting, record)
        }
        return [head] + rows
    }

    private static func counts(_ rollup: Rollup, _ scenario: String) -> SeriesCounts? {
        rollup.main(.webhookVerify, .none) { $0 == scenario }
    }

    private static func row(
        _ scenario: VerifyScenario, _ counts: SeriesCounts, _ setting: VerifySetting,
        _ record: RunRecord
    ) -> String {
        let values = counts.values(at: [0.5, 0.99])
        let batch = setting.batches[scenario.name].map { "\($0)" } ?? "-"
        let rate = VerifyRate.perCore(scenario.name, record)
        // What refuses before it hashes, or now and then, has no share of that limit.
        let isFull = [.valid, .wrong, .userHash, .oneShot].contains(scenario.work)
        return line([
            scenario.bodies, "\(scenario.threads)", scenario.work.words, "\(counts.n)",
            scenario.work == .limit ? "" : batch, Human.span(values[0]), Human.span(values[1]),
            rate.map { Decimals.number($0, places: 0) } ?? "-",
            isFull ? ratio(.limit, to: scenario, record) : "",
            scenario.work.isCheck && isFull ? ratio(.oneShot, to: scenario, record) : "",
        ])
    }

    /// How many times as fast a scenario is as other work on the same bodies and threads.
    private static func ratio(
        _ work: VerifyScenario.Work, to scenario: VerifyScenario, _ record: RunRecord
    ) -> String {
        var other = scenario
        other.work = work
        let mine = medians(of: scenario.name, record)
        let theirs = medians(of: other.name, record)
        let ratios = mine.compactMap { start, median in theirs[start].map { $0 / median } }.sorted()
        if ratios.isEmpty { return "-" }
        return Decimals.fixed(ratios[ratios.count / 2])
    }

    /// The median of each round, by the round's start.
    private static func medians(of scenario: String, _ record: RunRecord) -> [Nanoseconds: Double] {
        var found: [Nanoseconds: Double] = [:]
        for interval in record.intervals where interval.series.scenario == scenario {
            if let median = interval.counts.value(at: 0.5), median.nanoseconds > 0 {
                found[interval.start] = Double(median.nanoseconds)
            }
        }
        return found
    }

    private static func line(_ fields: [String]) -> String {
        zip(columns, fields).map { Human.pad($1, $0.width, right: $0.name != "work") }
            .joined(separator: " ")
    }

    private static func notes(_ record: RunRecord, _ rollup: Rollup) -> [String] {
        let setting = VerifySetting(record.document.profile)
        let clock = Decimals.number(setting.clockNanoseconds, places: 0)
        let share = Human.percent(clockShare(record, rollup, setting))
        let got = Human.percent(VerifyRate.grantedShare(record))
        let notes = [
            "n counts batches; a batch of so many checks is timed as one, and its mean is one value "
                + "of p50 and p99. The two clock reads around it take \(clock) ns, at most "
                + "\(share) of a batch.",
            "valid, wrong, malformed, mix: prefix, hexadecimal digits, code and comparison; "
                + "user_hash: the same of a user's id, without a prefix. HMAC(): libcrypto's one-shot "
                + "code and a comparison. limit: the body's SHA-256 compressions at the rate of a "
                + "1 MiB hash, which stays in the cache: deliveries come from beyond it. Ratios: "
                + "medians of rounds.",
            "per s and core: over processor time, of which the measuring threads got \(got).",
        ]
        return notes.flatMap { TerminalSummary.wrap($0) }
    }

    /// The largest part of a median batch that the clock took.
    private static func clockShare(
        _ record: RunRecord, _ rollup: Rollup, _ setting: VerifySetting
    ) -> Double {
        let shares = setting.batches.compactMap { name, batch -> Double? in
            guard let median = counts(rollup, name)?.value(at: 0.5), median.nanoseconds > 0,
                VerifyScenario(name: name)?.work != .limit
            else { return nil }
            return setting.clockNanoseconds / (Double(batch) * Double(median.nanoseconds))
        }
        return shares.max() ?? 0
    }

    private static func ending(_ record: RunRecord) -> [String] {
        let stop =
            record.isComplete ? record.document.totals?.stopReason ?? "" : "killed"
        let words =
            stop.isEmpty ? "DONE, every verdict was as it must be" : "STOPPED (\(stop)); so far"
        return [words, "\(record.directory)   next: finbench report \(record.directory)"]
    }
}

extension VerifyScenario.Work {
    /// For people.
    fileprivate var words: String { self == .oneShot ? "HMAC()" : rawValue }
}

/// What `run.json` says of how the checks were timed.
struct VerifySetting {
    var rounds = 0
    var sliceMilliseconds = 0.0
    var clockNanoseconds = 0.0
    var libcrypto = "unknown"
    var input = ""
    var workingSets: [String] = []
    /// Checks in a batch, by scenario.
    var batches: [String: Int] = [:]

    init(_ profile: JSONValue) {
        guard case .object(let members) = profile else { return }
        func number(_ key: String) -> Double {
            if case .number(let value)? = members[key] { value } else { 0 }
        }
        func text(_ key: String) -> String {
            if case .string(let value)? = members[key] { value } else { "" }
        }
        rounds = Int(number("rounds"))
        sliceMilliseconds = number("slice_ms")
        clockNanoseconds = number("clock_reads_ns")
        libcrypto = text("libcrypto")
        input = text("input")
        if case .array(let sets)? = members["working_sets"] {
            workingSets = sets.compactMap { if case .string(let set) = $0 { set } else { nil } }
        }
        if case .object(let sizes)? = members["batches"] {
            for (name, size) in sizes {
                if case .number(let size) = size { batches[name] = Int(size) }
            }
        }
    }
}

extension Decimals {
    /// Two decimals, trailing zeros kept.
    static func fixed(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100)." + String(hundredths % 100 + 100).dropFirst()
    }
}
