public import FinMeasure
internal import FinProfile

/// The steps of a search for the highest rate, as table, CSV and chart.
public struct CapacityTable: Sendable {
    /// What a step showed.
    public struct Row: Sendable {
        /// Conversations to be begun a second.
        public var asked: Double
        /// Conversations begun a second.
        public var got: Double
        /// The median `ttft` from `planned` of the main phase.
        public var p50: RankedValue?
        /// Its 95th percentile.
        public var p95: RankedValue?
        /// Its 99th percentile.
        public var p99: RankedValue?
        /// Turns that count.
        public var turns: UInt64
        /// What it came to.
        public var verdict: CapacitySearch.Verdict
        /// Whether the generator kept up.
        public var isValid: Bool
        /// The deciding reason, in a sentence.
        public var reason: String
        /// What held starts back, where that makes the step invalid.
        public var held: CapacityHold?

        /// The verdict for people.
        var words: String {
            held.map { "invalid: held back by \($0.name)" } ?? verdict.words
        }
    }

    /// In the order they were tried.
    public internal(set) var rows: [Row] = []
    private let title: String

    /// An empty table; `title` names the profile.
    public init(title: String) { self.title = title }

    /// Takes a finished run as a step; one that `abort_when` ended has failed, one in which finbench's
    /// own limits held starts back is invalid.
    ///
    /// - Parameter isFileBound: whether the open-file limit allows fewer conversations at a time
    ///   than `load.max_in_flight`.
    /// - Throws: `ReportError` when its record cannot be read.
    public mutating func add(
        rate: Double, directory: String, conclusion: Report.Conclusion, isAborted: Bool = false,
        isFileBound: Bool = false
    ) throws -> CapacitySearch.Verdict {
        let record = try RecordReader.read(directory: directory)
        let ttft =
            Rollup(record).main(.ttft, .planned)
            ?? SeriesCounts(metric: .ttft)
        let plan = record.document.plan
        let begun = Double(record.document.totals?.conversationsBegun ?? 0)
        let judgement = conclusion.judgement
        let isOpen = !isAborted && judgement.result != .invalid
        let held =
            isOpen ? CapacityHold(record, judgement.slos, isFileBound: isFileBound) : nil
        let verdict: CapacitySearch.Verdict =
            isAborted ? .fail : held != nil ? .invalid : .init(judgement.result)
        rows.append(
            Row(
                asked: rate, got: begun / max(plan.lengthSeconds, 1e-9), p50: ttft.value(at: 0.5),
                p95: ttft.value(at: 0.95), p99: ttft.value(at: 0.99), turns: ttft.n,
                verdict: verdict, isValid: judgement.isValid && held == nil,
                reason: held.map { "\($0.message): \($0.advice)" } ?? judgement.reasons.first ?? "",
                held: held))
        return verdict
    }

    /// Rates ascending, with the word for each.
    public var text: String {
        let head = ["rate asked", "got", "ttft p50", "p95", "p99", "turns", "verdict"]
        let lines = rows.sorted { $0.asked < $1.asked }.map { row in
            [
                Human.rate(row.asked), Human.rate(row.got), Human.span(row.p50),
                Human.span(row.p95), Human.span(row.p99), "\(row.turns)", row.words,
            ]
        }
        return ([head] + lines).map { line in
            line.enumerated().map { place, cell in
                place == 6 ? "  " + cell : Human.pad(cell, place == 0 ? 12 : 11, right: true)
            }.joined()
        }.joined(separator: "\n")
    }

    /// `capacity.csv`: rates a second, spans in milliseconds, in the order of the steps.
    public var csv: String {
        var buffer = CSVBuffer(header: [
            "schema", "profile", "step", "rate_asked", "rate_got", "ttft_p50", "ttft_p95",
            "ttft_p99", "unit", "n", "verdict", "valid",
        ])
        for (index, row) in rows.enumerated() {
            buffer.field(1)
            buffer.field(title)
            buffer.field(index + 1)
            buffer.field(Decimals.number(row.asked, places: 3))
            buffer.field(Decimals.number(row.got, places: 3))
            for value in [row.p50, row.p95, row.p99] {
                buffer.field(value.map { Decimals.milliseconds($0.nanoseconds) } ?? "")
            }
            buffer.field("ms")
            buffer.field(row.turns)
            buffer.field(row.verdict.rawValue)
            buffer.field(row.isValid)
            buffer.endRow()
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// Writes `capacity.csv`, and `capacity.svg` where a step measured anything.
    ///
    /// - Throws: `ReportError` when the file system refuses.
    public func write(to directory: String) throws {
        try RecordFiles.replace("capacity.csv", in: directory, with: Array(csv.utf8))
        guard let chart = CapacityChart.chart(rows) else { return }
        try RecordFiles.replace("capacity.svg", in: directory, with: ReportPage.file(chart))
    }
}

extension CapacitySearch.Verdict {
    init(_ result: Judgement.Result) {
        switch result {
        case .pass: self = .pass
        case .fail: self = .fail
        case .invalid: self = .invalid
        case .notEnoughData, .noSLO: self = .undecided
        }
    }

    var words: String {
        switch self {
        case .pass: "pass"
        case .fail: "fail"
        case .invalid: "invalid: generator-bound"
        case .undecided: "not enough data"
        }
    }
}

extension Human {
    /// Conversations a second.
    static func rate(_ perSecond: Double) -> String { "\(digits(perSecond))/s" }
}
