internal import FinMeasure

/// Signature checks per second and core, from a record.
///
/// In round r, with n = batches, m = mean wall time of a check, t = threads, c = cores they used
/// (processor time over wall time), a check costs m c / t of processor time. The rate is 1 over the
/// mean of that, weighted by n: what a busy machine took away counts in m and not in c.
enum VerifyRate {
    /// The rate of a scenario; nil without values.
    static func perCore(_ scenario: String, _ record: RunRecord) -> Double? {
        let rounds = rounds(of: scenario, record)
        let batches = rounds.reduce(0) { $0 + $1.batches }
        let processor = rounds.reduce(0) { $0 + $1.batches * $1.mean * $1.share }
        return batches > 0 && processor > 0 ? 1e9 * batches / processor : nil
    }

    /// The part of their wall time that all measuring threads were on a processor; 0 without values.
    static func grantedShare(_ record: RunRecord) -> Double {
        var wall = 0.0
        var processor = 0.0
        for scenario in record.document.scenarios {
            for round in rounds(of: scenario, record) {
                // Batches of one scenario are alike; every scenario had about the same time.
                wall += round.batches * round.mean * round.batchSize
                processor += round.batches * round.mean * round.batchSize * round.share
            }
        }
        return wall > 0 ? processor / wall : 0
    }

    /// What one scenario came to in one round.
    private struct Round {
        var batches: Double
        /// Nanoseconds of wall time.
        var mean: Double
        /// c / t, at most 1.
        var share: Double
        /// Checks.
        var batchSize: Double
    }

    private static func rounds(of scenario: String, _ record: RunRecord) -> [Round] {
        guard let threads = VerifyScenario(name: scenario)?.threads else { return [] }
        var cores: [Nanoseconds: Double] = [:]
        for row in record.health
        where row.thread == scenario && row.metric == HealthMetric.cpu.rawValue {
            cores[row.start] = row.value
        }
        let size = VerifySetting(record.document.profile).batches[scenario] ?? 1
        return record.intervals.compactMap { interval in
            guard interval.series.scenario == scenario, let used = cores[interval.start],
                let mean = interval.counts.mean
            else { return nil }
            return Round(
                batches: Double(interval.counts.n), mean: mean,
                share: min(1, used / Double(threads)), batchSize: Double(size))
        }
    }
}
