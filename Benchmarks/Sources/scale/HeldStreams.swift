/// Many open streams with the same events a second in all: what one of them costs.
struct HeldStreams {
    private let options: Options
    private let eventsPerSecond: Int
    private let most: Int
    private let least: Int
    /// How long all of them are open.
    private let seconds: Int
    private let startsPerSecond = 1500

    init(_ options: Options) {
        self.options = options
        eventsPerSecond = 20_000
        most = options.isBrief ? 4_000 : 19_000
        least = 1_000
        seconds = options.isBrief ? 4 : 20
    }

    /// Takes few and many in turn, round by round.
    func measure(into table: inout ScaleTable) throws {
        var (few, many): ([DriveFigures], [DriveFigures]) = ([], [])
        for _ in 0..<options.rounds {
            few.append(try hold(least))
            many.append(try hold(most))
        }
        guard (few + many).allSatisfy({ $0.steadySeconds > 0 }) else {
            return table.absent(
                .streams, "\(most) streams", why: "never open at once: the machine is too busy")
        }
        for (count, held) in [(least, few), (most, many)] {
            let costs = held.map { $0.cpuPerEvent * 1e6 }
            table.add(.streams, "CPU an event, \(count) streams", costs, "us")
        }
        table.add(
            .streams, "\(most) streams over \(least)",
            zip(many, few).map { $0.cpuPerEvent / $1.cpuPerEvent }, "x", .atMost(1.2))
        table.add(
            .streams, "resident memory a stream, \(most) streams", many.map(memory), "kB",
            .atMost(16))
        table.add(
            .streams, "ended with done, \(most) streams",
            many.map { 100 * Double($0.done) / Double($0.turns) }, "%", .atLeast(99.9),
            note: "\(many.map(\.done).min() ?? 0) of \(many.map(\.turns).max() ?? 0)")
        table.add(
            .streams, "events/s while all are open",
            many.map { $0.steadyEvents / $0.steadySeconds }, "1/s",
            note: "\(Figure.text(many.map(\.steadySeconds).min() ?? 0)) s")
        table.add(
            .streams, "events with a kernel stamp",
            many.map { 100 * Double($0.kernelStamped) / Double($0.events) }, "%")
        table.add(
            .streams, "events that shared a read",
            many.map { 100 * Double($0.coalesced) / Double($0.events) }, "%")
    }

    /// All that the run added to the process, its tables and histograms too, over its streams.
    private func memory(_ figures: DriveFigures) -> Double {
        (figures.residentMost - Double(figures.residentBefore)) / Double(most) / 1000
    }

    private func hold(_ count: Int) throws -> DriveFigures {
        let ramp = Double(count) / Double(startsPerSecond)
        let interval = Double(count) / Double(eventsPerSecond)
        // A stream outlives the ramp by what is measured and a little more.
        let chunks = Int(((1.5 * ramp + Double(seconds) + 2) / interval).rounded(.up))
        let server = try Server(
            options,
            [
                "--addresses", "8", "--chunks", "\(chunks)", "--interval-us",
                "\(Int(interval * 1e6))", "--text", "300", "--growth", "0",
            ])
        let figures = try Programs.drive([
            "--url", server.url, "--core", "\(options.clientCore)", "--seed", "\(options.seed)",
            "--streams", "\(Double(count) * 0.999)", "--load", "arrivals: constant", "--load",
            "rate: \(startsPerSecond)/s", "--load", "conversations: \(count)", "--load",
            "duration: \(Int(ramp) + 2)s", "--load", "max_in_flight: \(count)", "--load",
            "drain: 120s",
        ])
        _ = try server.stop()
        return figures
    }
}
