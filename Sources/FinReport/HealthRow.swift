public import FinMeasure

/// One reading of the generator's health, as the record holds it.
public struct HealthRow: Sendable, Equatable {
    /// Start of the interval, since the run's zero.
    public var start: Nanoseconds
    /// Length of the interval.
    public var length: Nanoseconds
    /// Which thread or process.
    public var thread: String
    /// What was read; a name of `HealthMetric`.
    public var metric: String
    /// The reading, in the metric's unit.
    public var value: Double

    /// What kind of thread it is: in a merged run a slice's own one is called `load.3`.
    var role: Substring { thread.prefix { $0 != "." } }
}
