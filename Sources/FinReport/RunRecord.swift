public import FinMeasure

/// A run as its record holds it: the source of every projection, verdict and table.
public struct RunRecord: Sendable {
    /// One series' values of one interval.
    public struct SeriesInterval: Sendable {
        /// Start of the interval, since the run's zero.
        public var start: Nanoseconds
        /// Length of the interval.
        public var length: Nanoseconds
        /// What was measured.
        public var series: Series
        /// The values.
        public var counts: SeriesCounts
    }

    /// Where it was read from.
    public var directory: String
    /// `run.json`.
    public var document: RunDocument
    /// Whether the run came to its end; false for the partial files of a killed one.
    public var isComplete: Bool
    /// The histogram log's intervals, in its order.
    public var intervals: [SeriesInterval]
    /// `outcomes.csv`.
    public var outcomes: [OutcomeRow]
    /// Health samples, in their order.
    public var health: [HealthRow]
    /// The file of turns; nil when turns were not written.
    public var turnsPath: String?

    /// Visits every turn in the order in which they ended; nothing where turns were not written.
    ///
    /// - Throws: `ReportError`, or what the visitor throws.
    public func forEachTurn(_ visit: (TurnRow) throws -> Void) throws {
        guard let turnsPath else { return }
        var reader = try TurnReader(path: turnsPath)
        while let row = try reader.next() { try visit(row) }
    }
}
