internal import FinMeasure

/// How turns ended, over time: bars from the bottom up, what ended well first.
enum OutcomeChart {
    private static let most = 6

    static func chart(_ run: RunPicture, name: String) -> Chart? {
        let slices = RunTimeline(run.record, most: 75).slices
        let groups = self.groups(run)
        guard !groups.isEmpty else { return nil }
        let highest = slices.map { $0.totals.planned }.max() ?? 1
        let marks = slices.flatMap { self.marks($0, groups) }
        let width = (slices.first?.end ?? 1)
        return Chart(
            name: name, title: "Outcomes over time", summary: summary(groups),
            panels: [
                .init(
                    height: 150, x: ChartTime.axis([run]),
                    y: .count(
                        to: Double(highest), "turns that ended, per \(ChartLabel.time(width))"),
                    marks: ChartTime.regions([run]) + marks)
            ],
            keys: groups.map {
                .init(style: $0.style, label: "\($0.name) \($0.count)", isLine: false)
            }, stamp: run.stamp)
    }

    /// Outcomes under one name and one colour.
    private struct Group {
        var name: String
        var outcomes: Set<Outcome>
        var count: UInt64
        var style: Chart.Style
    }

    private static func groups(_ run: RunPicture) -> [Group] {
        var counts: [Outcome: UInt64] = [:]
        for row in run.record.outcomes { counts[row.outcome, default: 0] += row.count }
        func group(_ name: String, _ outcomes: [Outcome], _ style: Chart.Style) -> Group? {
            let count = outcomes.reduce(0) { $0 + (counts[$1] ?? 0) }
            return count == 0
                ? nil
                : .init(
                    name: name, outcomes: Set(outcomes), count: count, style: style)
        }
        let well = group("ended well", Outcome.allCases.filter(\.isSuccess), .series(2))
        let failures = Outcome.allCases.filter { $0.isFailure && counts[$0] != nil }
            .sorted { (counts[$0] ?? 0) > (counts[$1] ?? 0) }
        let colors: [Chart.Style] = [.bad, .series(3), .series(4), .series(1), .series(5)]
        let named = zip(failures, colors).compactMap { group($0.rawValue, [$0], $1) }
        let rest = group("other failures", Array(failures.dropFirst(colors.count)), .series(0))
        let cut = group("cut", [.cut], .faint)
        return ([well] + named + [rest, cut]).compactMap(\.self)
    }

    private static func marks(_ slice: RunTimeline.Slice, _ groups: [Group]) -> [Chart.Mark] {
        var height = 0.0
        let gap = (slice.end - slice.start) * 0.06
        return groups.compactMap { group in
            let count = group.outcomes.reduce(0) { $0 + (slice.outcomes[$1] ?? 0) }
            if count == 0 { return nil }
            defer { height += Double(count) }
            let time = "\(ChartLabel.time(slice.start)) to \(ChartLabel.time(slice.end))"
            return .box(
                .init(x: slice.start + gap, y: height),
                .init(x: slice.end - gap, y: height + Double(count)), group.style,
                title: "\(time): \(group.name) \(count)")
        }
    }

    private static func summary(_ groups: [Group]) -> String {
        groups.map { "\($0.name) \($0.count)" }.joined(separator: ", ") + ", all phases"
    }
}
