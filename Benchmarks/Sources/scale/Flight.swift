/// The same conversations a second, short and long: what one of many costs, and one of few.
///
/// Every stream has a connection of its own, as at Intercom, whose host ends it with the turn. Else
/// the short ones would reuse theirs more often, and the difference would be that of dialling.
struct Flight {
    private let options: Options
    private let rate = 500
    private let chunks = 10
    private let few: Int
    private let many: Int
    private let seconds: Int

    init(_ options: Options) {
        self.options = options
        few = 100
        many = options.isBrief ? 2_000 : 10_000
        seconds = options.isBrief ? 4 : 20
    }

    /// Takes both in turn, round by round.
    func measure(into table: inout ScaleTable) throws {
        var (short, long): ([DriveFigures], [DriveFigures]) = ([], [])
        for _ in 0..<options.rounds {
            short.append(try converse(few))
            long.append(try converse(many))
        }
        table.add(.flight, "CPU a conversation, \(few) in flight", short.map(cost), "ms")
        table.add(.flight, "CPU a conversation, \(many) in flight", long.map(cost), "ms")
        table.add(
            .flight, "\(many) in flight over \(few)",
            zip(long, short).map { cost($0) / cost($1) }, "x", .atMost(1.2))
    }

    private func cost(_ figures: DriveFigures) -> Double { figures.cpuPerTurn * 1000 }

    private func converse(_ inFlight: Int) throws -> DriveFigures {
        let life = Double(inFlight) / Double(rate)
        let server = try Server(
            options,
            [
                "--addresses", "8", "--chunks", "\(chunks)", "--interval-us",
                "\(Int(life * 1e6) / (chunks + 1))", "--close", "1",
            ])
        // Whole lives on both sides of what is measured: as many end in it as begin.
        let duration = Int(life.rounded(.up)) + seconds
        let figures = try Programs.drive([
            "--url", server.url, "--core", "\(options.clientCore)", "--seed", "\(options.seed)",
            "--streams", "\(Double(inFlight) * 0.8)", "--load", "arrivals: constant", "--load",
            "rate: \(rate)/s", "--load", "duration: \(duration)s", "--load",
            "max_in_flight: 19000", "--load", "drain: 60s",
        ])
        _ = try server.stop()
        guard figures.done == figures.turns, figures.steadyTurns > 0 else {
            throw Failure("of \(figures.turns) turns \(figures.done) ended well")
        }
        return figures
    }
}
