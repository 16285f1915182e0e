internal import FinMeasure

/// Whether the generator itself kept up: its lateness, its processor time, its longest pauses.
enum GeneratorChart {
    static func chart(_ run: RunPicture, name: String) -> Chart? {
        let slices = run.timeline.slices
        guard slices.contains(where: { !$0.health.isEmpty || $0.scheduleLag.n > 0 }) else {
            return nil
        }
        let axis = ChartTime.axis([run])
        let hovers = ChartTime.hovers([run], words)
        func panel(_ y: Chart.Axis, _ marks: [Chart.Mark], isFirst: Bool = false) -> Chart.Panel {
            .init(
                height: 66, x: axis, y: y,
                marks: ChartTime.regions([run], isLabelled: isFirst) + marks + hovers)
        }
        return Chart(
            name: name, title: "Generator health", summary: summary(run),
            panels: [
                panel(latenessAxis(run), lateness(run), isFirst: true),
                panel(
                    .count(to: most(run, .cpu), "cores used by the load thread", ticks: 3),
                    [line(run, .cpu, .series(0)), line(run, .spin, .series(1, dash: .dashed))]),
                panel(
                    gapAxis(run),
                    [
                        .line(gaps(run), .series(4))
                    ]),
            ],
            keys: [
                .init(style: .series(2), label: "lateness p99"),
                .init(style: .series(0), label: "cpu"),
                .init(style: .series(1, dash: .dashed), label: "of it spin"),
                .init(style: .series(4), label: "loop gap"),
            ], stamp: run.stamp)
    }

    private static func late(_ run: RunPicture) -> [Chart.Point?] {
        ChartTime.points(run) { $0.scheduleLag.n > 0 ? Double(ChartTime.lateness($0)) : nil }
    }

    private static func latenessAxis(_ run: RunPicture) -> Chart.Axis {
        let values = late(run).compactMap { $0?.y } + [Double(run.allowedLateness)]
        return .latency(.latency(values), "late starts and late reads together, p99", ticks: 4)
    }

    private static func lateness(_ run: RunPicture) -> [Chart.Mark] {
        let allowed = Double(run.allowedLateness)
        return [
            .level(allowed, label: "allowed \(ChartLabel.span(allowed))"),
            .line(late(run), .series(2)),
        ]
    }

    // The record says it in milliseconds.
    private static func gaps(_ run: RunPicture) -> [Chart.Point?] {
        ChartTime.points(run) { $0.health[.longestLoopGap].map { $0 * 1e6 } }
    }

    private static func gapAxis(_ run: RunPicture) -> Chart.Axis {
        .latency(
            .latency(gaps(run).compactMap { $0?.y }), "longest time between two polls", ticks: 3)
    }

    private static func line(
        _ run: RunPicture, _ metric: HealthMetric, _ style: Chart.Style
    ) -> Chart.Mark {
        .line(ChartTime.points(run) { $0.health[metric] }, style)
    }

    private static func most(_ run: RunPicture, _ metric: HealthMetric) -> Double {
        max(run.timeline.slices.compactMap { $0.health[metric] }.max() ?? 0, 0.1)
    }

    private static func words(_ slice: RunTimeline.Slice) -> String {
        var parts = [
            "starts late by p99 \(Human.span(slice.scheduleLag.value(at: 0.99)))",
            "reads late by p99 \(Human.span(slice.harnessLag.value(at: 0.99)))",
        ]
        if let cpu = slice.health[.cpu] { parts.append("cpu \(ChartLabel.number(cpu)) cores") }
        if let spin = slice.health[.spin] { parts.append("of it spin \(ChartLabel.number(spin))") }
        if let gap = slice.health[.longestLoopGap] {
            parts.append("longest gap \(ChartLabel.span(gap * 1e6))")
        }
        return parts.joined(separator: "; ")
    }

    private static func summary(_ run: RunPicture) -> String {
        let lag = run.main(.scheduleLag).value(at: 0.99)
        let harness = run.main(.harnessLag).value(at: 0.99)
        return "Starts were late by \(Human.span(lag)) at p99, reads by \(Human.span(harness)); "
            + "allowed together \(Human.span(run.allowedLateness)); the load thread used at most "
            + "\(ChartLabel.number(most(run, .cpu))) cores"
    }
}
