public import FinMeasure
public import FinProfile

/// What the terminal shows while a run lasts: a pure function of the intervals seen so far.
///
/// Feed it every snapshot, then print `lines` over the last ones, or `line` below them.
public struct LiveView: Sendable {
    private let name: String
    private let target: TargetKind
    private let totalSeconds: Double
    private let plannedConversations: Int
    private var elapsed = 0.0
    private var asked = 0.0
    private var got = 0.0
    private var begun: UInt64 = 0
    private var inFlight = 0.0
    private var openStreams = 0.0
    private var medians: Sparkline
    private var tails: Sparkline
    private var median: RankedValue?
    private var tail: RankedValue?
    private var turns: UInt64 = 0
    private var failures: UInt64 = 0
    private var cut: UInt64 = 0
    private var newFailures: [String: UInt64] = [:]
    private let price: Double?
    private var billable = 0
    private var escalated = 0
    private var objectives: [LiveObjective]

    /// The widest line it makes, also where more would fit.
    public static let width = 80
    /// What the lines over time show.
    private static let sparkSeconds = 60.0

    // With the other lines they leave room on a terminal of 24 lines.
    private static let objectiveLimit = 8

    /// The view of a run that has not begun.
    ///
    /// - Parameters:
    ///   - document: of the run.
    ///   - slos: the profile's; each gets a line, the first eight of them.
    ///   - price: what an outcome costs, in US dollars; nil where nobody bills.
    public init(document: RunDocument, slos: [SLO] = [], price: Double? = nil) {
        self.price = price
        objectives = slos.prefix(LiveView.objectiveLimit).map { LiveObjective($0, document) }
        name = document.profileName
        target = document.target.kind
        totalSeconds = document.plan.lengthSeconds
        let count = max(1, Int(LiveView.sparkSeconds / max(document.intervalSeconds, 1)))
        medians = Sparkline(limit: count)
        tails = Sparkline(limit: count)
        plannedConversations = document.plan.conversations
    }

    /// The metrics whose histograms the view of these objectives reads.
    public static func metrics(of slos: [SLO]) -> Set<Metric> {
        Set(
            slos.compactMap { slo in
                if case .percentile(let metric, _, _, _) = slo.subject { metric } else { nil }
            })
    }

    /// Takes one interval.
    public mutating func update(_ snapshot: IntervalSnapshot) {
        elapsed = (snapshot.start + snapshot.length).seconds
        let length = snapshot.length.seconds
        asked = sum(snapshot, .offeredStarts) / length
        got = sum(snapshot, .starts) / length
        begun += UInt64(max(0, sum(snapshot, .starts)))
        inFlight = sum(snapshot, .inFlight)
        openStreams = sum(snapshot, .openStreams)
        let live = snapshot.liveTTFT.map { SeriesCounts($0, metric: .ttft) }
        let values = live?.values(at: [0.5, 0.99]) ?? [nil, nil]
        (median, tail) = (values[0], values[1])
        medians.add(median?.nanoseconds)
        tails.add(tail?.nanoseconds)
        newFailures.removeAll(keepingCapacity: true)
        for (key, count) in snapshot.outcomes { add(key.outcome, count) }
        if let ledger = snapshot.ledger {
            (billable, escalated) = (ledger.billable, ledger.escalated)
        }
        for index in objectives.indices { objectives[index].update(snapshot) }
        for (key, values) in snapshot.series {
            let wanted = objectives.indices.filter { objectives[$0].wants(key) }
            if wanted.isEmpty { continue }
            // Reading a histogram out is dear: once for all that want it.
            let counts = SeriesCounts(values, metric: key.metric)
            for index in wanted { objectives[index].add(counts) }
        }
    }

    private mutating func add(_ outcome: Outcome, _ count: UInt64) {
        turns += count
        if outcome == .cut { cut += count }
        guard outcome.isFailure else { return }
        failures += count
        newFailures[outcome.rawValue, default: 0] += count
    }

    private func sum(_ snapshot: IntervalSnapshot, _ metric: HealthMetric) -> Double {
        snapshot.health.reduce(0) { $0 + ($1.metric == metric ? $1.value : 0) }
    }

    /// The block to redraw, as wide as it may be.
    public var lines: [String] { lines(columns: LiveView.width) }

    /// The block to redraw: seven lines, one for the bill where there is one, one for each SLO;
    /// always the same number of them.
    ///
    /// - Parameter columns: of the terminal; no line is wider than that, or than `width`.
    public func lines(columns: Int) -> [String] {
        let limit = min(max(1, columns), LiveView.width)
        return (progress + bill + objectives.map(\.fields) + sparks(limit)).map {
            LiveView.fit($0, width: limit)
        }
    }

    /// The last minute: each line from its own least to its own most.
    private func sparks(_ limit: Int) -> [[String]] {
        [("p50 1 min", medians), ("p99 1 min", tails)].map { name, values in
            [name, values.text(width: limit - name.count - 2)]
        }
    }

    private var progress: [[String]] {
        [
            [title, bar, time],
            [
                "starts    asked \(rate(asked))", "got \(rate(got))",
                "begun \(begun) of \(plannedConversations)",
            ],
            [
                "now       in flight \(whole(inFlight))",
                "open streams at least \(whole(openStreams))",
            ],
            [
                "ttft      p50 \(Human.span(median))", "p99 \(Human.span(tail))",
                "(last interval)",
            ],
            ["turns     ended \(turns)", "failed \(failures)", "cut \(cut)"] + latest,
        ]
    }

    /// What may be billed so far, and at the end.
    private var bill: [[String]] {
        guard let price else { return [] }
        return [
            [
                "cost      at most \(worstCase(price)) so far",
                "of \(Money.words(Money.sum(plannedConversations, of: price)))",
                "escalated \(escalated)",
            ]
        ]
    }

    /// The bill so far at the worst: the ledger's count of what may be billed, by its own rule.
    private func worstCase(_ price: Double) -> String {
        Money.words(Money.sum(billable, of: price))
    }

    /// The same in one line, for logs; not wider than `width`.
    public var line: String {
        let cost = price.map { ["at most \(worstCase($0))"] } ?? []
        let begin = [
            time, "\(rate(got)) of \(rate(asked))", "failed \(failures)", "turns \(turns)",
        ]
        let end = [
            "ttft p50 \(Human.span(median)) p99 \(Human.span(tail))",
            "in flight \(whole(inFlight))",
        ]
        return LiveView.fit(begin + cost + end, width: LiveView.width)
    }

    /// Joins as many fields as the width allows: a number is shown whole or not at all.
    static func fit(_ fields: [String], width: Int) -> String {
        let first = String((fields.first ?? "").prefix(width))
        return fields.dropFirst().reduce(first) { line, field in
            line.count + 2 + field.count <= width ? line + "  " + field : line
        }
    }

    private var title: String {
        let short = name.count > 24 ? name.prefix(23) + "…" : Substring(name)
        return "\(short) (\(target.rawValue))"
    }

    private var bar: String {
        let share = totalSeconds > 0 ? min(1, elapsed / totalSeconds) : 1
        let filled = Int(share * 20)
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: 20 - filled) + "]"
    }

    private var time: String {
        "\(whole(elapsed)) of \(whole(totalSeconds)) s"
            + (elapsed > totalSeconds ? ", draining" : "")
    }

    private var latest: [String] {
        newFailures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "new \($0.key) \($0.value)" }
    }

    private func whole(_ value: Double) -> String { Decimals.number(value, places: 0) }

    private func rate(_ value: Double) -> String { Decimals.number(value, places: 1) + "/s" }
}
