internal import FinMeasure

/// What time lines of runs have in common: their axis, and the stretches that do not count.
enum ChartTime {
    /// From the zero to the end of the longest run.
    static func axis(_ runs: [RunPicture]) -> Chart.Axis {
        .time(.linear(0, max(runs.map(\.timeline.end).max() ?? 1, 1)))
    }

    /// Warm-up, drain and late stretches of a run; none where several are laid over each other.
    ///
    /// - Parameter isLabelled: false for all panels but the first of a chart.
    static func regions(_ runs: [RunPicture], isLabelled: Bool = true) -> [Chart.Mark] {
        guard let run = runs.first, runs.count == 1 else { return [] }
        let plan = run.document.plan
        var marks: [Chart.Mark] = []
        func mark(_ from: Double, _ to: Double, _ region: Chart.Region, _ label: String) {
            if to > from {
                marks.append(.region(from...to, region, label: isLabelled ? label : ""))
            }
        }
        mark(0, min(plan.warmupSeconds, run.timeline.end), .aside, "warm-up")
        mark(min(plan.lengthSeconds, run.timeline.end), run.timeline.end, .aside, "drain")
        for late in lateStretches(run) {
            mark(late.lowerBound, late.upperBound, .invalid, "")
        }
        return marks
    }

    /// Where the generator was late by more than a valid run may be, neighbours joined.
    static func lateStretches(_ run: RunPicture) -> [ClosedRange<Double>] {
        let allowed = run.allowedLateness
        var stretches: [ClosedRange<Double>] = []
        for slice in run.timeline.slices where lateness(slice) > allowed {
            if let last = stretches.last, last.upperBound >= slice.start {
                stretches[stretches.count - 1] = last.lowerBound...slice.end
            } else {
                stretches.append(slice.start...slice.end)
            }
        }
        return stretches
    }

    /// p99 of late starts and late reads together, as the verdict adds them.
    static func lateness(_ slice: RunTimeline.Slice) -> UInt64 {
        [slice.scheduleLag, slice.harnessLag].reduce(0) {
            $0 + ($1.value(at: 0.99)?.nanoseconds ?? 0)
        }
    }

    /// One text for a slice of every run, for a pointer.
    static func hovers(
        _ runs: [RunPicture], _ words: (RunTimeline.Slice) -> String
    ) -> [Chart.Mark] {
        guard let longest = runs.max(by: { $0.timeline.end < $1.timeline.end }) else { return [] }
        return longest.timeline.slices.map { slice in
            let middle = (slice.start + slice.end) / 2
            let lines = runs.compactMap { run -> String? in
                let there = run.timeline.slices.first { $0.start <= middle && middle < $0.end }
                return there.map { (runs.count > 1 ? "\(run.name): " : "") + words($0) }
            }
            let time = "\(ChartLabel.time(slice.start)) to \(ChartLabel.time(slice.end))"
            return .hover(
                slice.start...slice.end, title: ([time] + lines).joined(separator: "\n"))
        }
    }

    /// The middle of each slice with a value; nil where there is none.
    static func points(
        _ run: RunPicture, _ value: (RunTimeline.Slice) -> Double?
    ) -> [Chart.Point?] {
        run.timeline.slices.map { slice in
            value(slice).map { Chart.Point(x: (slice.start + slice.end) / 2, y: $0) }
        }
    }
}
