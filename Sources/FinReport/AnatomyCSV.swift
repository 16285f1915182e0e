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
    private static let parts: [Metric] = [
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

        var list: [Int64] { [spans.0, spans.1, spans.2, spans.3, spans.4] }
    }

    /// The whole file; only its header when turns were not written.
    ///
    /// - Complexity: 48 bytes a turn.
    static func bytes(_ record: RunRecord) throws -> [UInt8] {
        var groups: [String: [Parts]] = [:]
        try record.forEachTurn { turn in
            guard turn.phase == .main, let parts = Parts(turn) else { return }
            groups[turn.scenario, default: []].append(parts)
        }
        var buffer = CSVBuffer(header: columns)
        for scenario in groups.keys.sorted() {
            let turns = (groups[scenario] ?? []).sorted { $0.ttft < $1.ttft }
            for place in places {
                rows(place.name, within(place.share, turns), scenario, record, &buffer)
            }
        }
        return buffer.bytes
    }

    /// The turns whose ranks lie between two percentiles.
    private static func within(
        _ share: ClosedRange<Double>, _ turns: [Parts]
    ) -> ArraySlice<Parts> {
        let n = UInt64(turns.count)
        let first = Int(SeriesCounts.rank(of: share.lowerBound, among: n)) - 1
        return turns[first..<Int(SeriesCounts.rank(of: share.upperBound, among: n))]
    }

    private static func rows(
        _ at: String, _ turns: ArraySlice<Parts>, _ scenario: String, _ record: RunRecord,
        _ buffer: inout CSVBuffer
    ) {
        for (index, part) in parts.enumerated() {
            // Sums of ten minutes in nanoseconds overflow 64 bits only beyond 15 million turns.
            let sum = turns.reduce(Int64(0)) { $0 + $1.list[index] }
            let mean = Int64((Double(sum) / Double(turns.count)).rounded())
            buffer.field(RunDocument.currentSchema)
            buffer.field(record.document.runID)
            buffer.field(scenario)
            buffer.field(Phase.main.name)
            buffer.field(at)
            buffer.field(part.rawValue)
            buffer.field(part.unit)
            buffer.field(Decimals.milliseconds(mean))
            buffer.field(turns.count)
            buffer.endRow()
        }
    }
}
