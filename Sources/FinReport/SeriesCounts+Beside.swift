internal import FinMeasure

extension SeriesCounts {
    /// How many numbers stand beside a histogram.
    static let besideCount = 6

    /// What a histogram cannot hold, as it is written: censored, absent, cut, above, below, and the
    /// longest wait in nanoseconds.
    var beside: [UInt64] {
        get { [censored, absent, cut, above, below, UInt64(max(0, longestWait.count))] }
        set {
            precondition(newValue.count == SeriesCounts.besideCount, "six numbers stand beside it")
            (censored, absent, cut) = (newValue[0], newValue[1], newValue[2])
            (above, below) = (newValue[3], newValue[4])
            longestWait = Nanoseconds(Int64(clamping: newValue[5]))
        }
    }
}
