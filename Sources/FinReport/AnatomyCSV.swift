internal import FinMeasure

/// `anatomy.csv`: what the time to the first chunk is made of, at its percentiles.
///
/// From the turns themselves: the mean of each of the five parts over the turns whose TTFT lies
/// within one percentile of the percentile named, so that the parts add up to a TTFT seen there.
enum AnatomyCSV {
    static let fileName = "anatomy.csv"
    static let columns = [
        "schema", "run_id", "scenario", "phase", "at", "part", "unit", "value", "n",
    ]
    static let parts: [Metric] = [
        .scheduleLag, .post, .subscribeGap, .streamConnect, .firstWait,
    ]
    private static let places: [(name: String, share: ClosedRange<Double>)] = [
        ("all", 0...1), ("p50", 0.49...0.51), ("p95", 0.94...0.96), ("p99", 0.98...1),
    ]

    /// The five parts of one turn, in nanoseconds; they add up to its TTFT.
    struct Parts {
        var ttft: Int64
        var spans: (Int64, Int64, Int64, Int64, Int64)

        /// Nil for a turn that did not end well or lacks one of the instants.
        init?(_ turn: TurnRow) {
            guard let ttft = turn.ttft, let sent = turn.sent, let response = turn.response,
                let dial = turn.streamDial, let open = turn.streamOpen,
                let chunk = turn.firstChunk
            else { return nil }
            self.ttft = ttft
            spans = (
                sent - turn.planned, response - sent, dial - response, open - dial,
                chunk - open
            )
        }
    }

    /// The mean parts of the turns around one place.
    struct Table {
        var scenario: String
        /// The percentile's name, or `all`.
        var at: String
        /// In the order of `parts`, nanoseconds.
        var means: [Int64]
        /// How many turns they are the means of.
        var n: Int
    }

    /// The whole file; only its header when turns were not written.
    static func bytes(_ record: RunRecord, _ tables: [Table]) -> [UInt8] {
        var buffer = CSVBuffer(header: columns)
        for table in tables { rows(table, record, &buffer) }
        return buffer.bytes
    }

    /// The parts at every place, scenario by scenario.
    static func tables(_ survey: TurnSurvey) -> [Table] {
        survey.parts.keys.sorted().flatMap { scenario in
            let turns = (survey.parts[scenario] ?? []).sorted { $0.ttft < $1.ttft }
            return places.map { table(scenario, $0.name, within($0.share, turns)) }
        }
    }

    /// The turns whose ranks lie between two percentiles.
    private static func within(
        _ share: ClosedRange<Double>, _ turns: [Parts]
    ) -> ArraySlice<Parts> {
        let n = UInt64(turns.count)
        let first = Int(SeriesCounts.rank(of: share.lowerBound, among: n)) - 1
        return turns[first..<Int(SeriesCounts.rank(of: share.upperBound, among: n))]
    }

    private static func table(
        _ scenario: String, _ at: String, _ turns: ArraySlice<Parts>
    ) -> Table {
        // Sums of ten minutes in nanoseconds overflow 64 bits only beyond 15 million turns.
        var sums: (Int64, Int64, Int64, Int64, Int64) = (0, 0, 0, 0, 0)
        for turn in turns {
            sums.0 += turn.spans.0
            sums.1 += turn.spans.1
            sums.2 += turn.spans.2
            sums.3 += turn.spans.3
            sums.4 += turn.spans.4
        }
        let means = [sums.0, sums.1, sums.2, sums.3, sums.4].map {
            Int64((Double($0) / Double(turns.count)).rounded())
        }
        return Table(scenario: scenario, at: at, means: means, n: turns.count)
    }

    private static func rows(_ table: Table, _ record: RunRecord, _ buffer: inout CSVBuffer) {
        for (part, mean) in zip(parts, table.means) {
            buffer.field(RunDocument.currentSchema)
            buffer.field(record.document.runID)
            buffer.field(table.scenario)
            buffer.field(Phase.main.name)
            buffer.field(table.at)
            buffer.field(part.rawValue)
            buffer.field(part.unit)
            buffer.field(Decimals.milliseconds(mean))
            buffer.field(table.n)
            buffer.endRow()
        }
    }
}
