public import FinMeasure

/// How many turns of one kind ended one way in one interval: a row of `outcomes.csv`.
public struct OutcomeRow: Sendable, Equatable {
    /// The scenario's name.
    public var scenario: String
    /// Warm-up or main phase.
    public var phase: Phase
    /// Which turns.
    public var turn: TurnClass
    /// Start of the interval, since the run's zero.
    public var start: Nanoseconds
    /// Length of the interval.
    public var length: Nanoseconds
    /// How they ended.
    public var outcome: Outcome
    /// Why, and what was found: words joined by `+`.
    public var detail: String
    /// How many.
    public var count: UInt64

    static let columns = [
        "schema", "run_id", "scenario", "phase", "turn", "t_start_s", "t_length_s", "outcome",
        "detail", "count",
    ]

    /// What rows of one interval are sorted by; failures come after successes, as in the catalogue.
    var order: [String] {
        let rank = Outcome.allCases.firstIndex(of: outcome) ?? 0
        return [scenario, phase.name, turn.name, rank < 10 ? "0\(rank)" : "\(rank)", detail]
    }

    /// Whether the detail holds that word.
    func mentions(_ word: String) -> Bool {
        detail.split(separator: "+").contains { $0 == word }
    }

    func append(to buffer: inout CSVBuffer, runID: String) {
        buffer.field(RunDocument.currentSchema)
        buffer.field(runID)
        buffer.field(scenario)
        buffer.field(phase.name)
        buffer.field(turn.name)
        buffer.field(Decimals.seconds(start))
        buffer.field(Decimals.seconds(length))
        buffer.field(outcome.rawValue)
        buffer.field(detail)
        buffer.field(count)
        buffer.endRow()
    }

    /// Reads a row back; nil when it is none.
    init?(fields: [String]) {
        guard fields.count == OutcomeRow.columns.count, let phase = Phase(name: fields[3]),
            let turn = TurnClass(name: fields[4]), let start = Double(fields[5]),
            let length = Double(fields[6]), let outcome = Outcome(rawValue: fields[7]),
            let count = UInt64(fields[9])
        else { return nil }
        self.init(
            scenario: fields[2], phase: phase, turn: turn, start: Nanoseconds(seconds: start),
            length: Nanoseconds(seconds: length), outcome: outcome, detail: fields[8],
            count: count)
    }

    init(
        scenario: String, phase: Phase, turn: TurnClass, start: Nanoseconds, length: Nanoseconds,
        outcome: Outcome, detail: String, count: UInt64
    ) {
        self.scenario = scenario
        self.phase = phase
        self.turn = turn
        self.start = start
        self.length = length
        self.outcome = outcome
        self.detail = detail
        self.count = count
    }
}
