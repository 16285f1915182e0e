internal import FinMeasure

/// The common time of a merged run: slices are joined on UTC.
///
/// Slices that began at one instant keep that zero. Else the zero is the last whole interval (of unix
/// time) before the first of them, so that every way to merge in steps has the same intervals.
struct MergeTime {
    /// The merged zero, unix nanoseconds.
    let zero: Int64
    /// How far apart the first and the last slice began.
    let spread: Nanoseconds
    /// The length of an interval.
    private let step: Int64

    init(_ slices: [RunDocument.Slice], interval: Nanoseconds) {
        let zeros = slices.map { Int64(clamping: $0.clock.unixNanoseconds) }
        let (first, last) = (zeros.min() ?? 0, zeros.max() ?? 0)
        step = max(1, interval.count)
        zero = first == last ? first : first / step * step
        spread = Nanoseconds(last - first)
    }

    /// What is added to a slice's instants since its own zero.
    func shift(_ document: RunDocument) -> Nanoseconds {
        Nanoseconds(Int64(clamping: document.clock.unixNanoseconds) - zero)
    }

    /// The place of a slice's interval: a whole number of intervals after the merged zero.
    ///
    /// Wake-ups begin intervals a little late; where a stalled recorder made one longer, it stays so.
    func place(
        _ start: Nanoseconds, _ length: Nanoseconds, shift: Nanoseconds
    ) -> (start: Nanoseconds, length: Nanoseconds) {
        let index = Double((start + shift).count) / Double(step)
        let count = max(1, (Double(length.count) / Double(step)).rounded())
        return (
            Nanoseconds(Int64(max(0, index.rounded())) * step), Nanoseconds(Int64(count) * step)
        )
    }
}
