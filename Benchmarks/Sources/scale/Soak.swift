/// Whether memory stays where it is: over time at constant load, and over many turns.
struct Soak {
    private let options: Options

    init(_ options: Options) { self.options = options }

    /// Takes each once: they are long.
    func measure(into table: inout ScaleTable) throws {
        let seconds = options.isFull ? 600 : options.isBrief ? 6 : 60
        let steady = try run(["rate: 1000/s", "duration: \(seconds)s"], interval: 10_000)
        // Half a minute to fill caches; a short soak shows that it runs, not that nothing grows.
        let fill = min(30, Double(seconds) / 3)
        let points = steady.resident.filter { $0[0] >= fill && $0[0] <= Double(seconds) }
        table.add(
            .soak, "memory's slope over \(seconds) s", [slope(points) * 60 / 1e6], "MB/min",
            options.isFull ? .atMost(1) : nil, note: options.isFull ? "" : "--full: ten minutes")
        let count = options.isFull ? 1_000_000 : options.isBrief ? 5_000 : 50_000
        let many = try run(
            ["concurrency: 200", "conversations: \(count)", "duration: 3600s"], interval: 100)
        guard many.turns == count else { throw Failure("\(many.turns) turns of \(count)") }
        guard let last = many.resident.last else { throw Failure("no memory was read") }
        // Histograms are touched page by page, most of it in the first seconds.
        let first = many.resident.first { $0[0] >= last[0] / 10 } ?? last
        table.add(
            .soak, "memory's growth over \(count) turns but the first tenth",
            [(last[1] - first[1]) / 1e6], "MB",
            options.isFull ? .atMost(4) : nil, note: options.isFull ? "" : "--full: a million")
    }

    private func run(_ load: [String], interval: Int) throws -> DriveFigures {
        let server = try Server(
            options, ["--chunks", "5", "--interval-us", "\(interval)", "--addresses", "4"])
        let figures = try Programs.drive(
            [
                "--url", server.url, "--core", "\(options.clientCore)", "--seed",
                "\(options.seed)", "--load", "drain: 20s",
            ] + load.flatMap { ["--load", $0] })
        _ = try server.stop()
        return figures
    }

    /// Least squares: what memory does in a second.
    private func slope(_ points: [[Double]]) -> Double {
        let count = Double(points.count)
        guard count > 1 else { return .nan }
        let middle = points.reduce((0.0, 0.0)) { ($0.0 + $1[0] / count, $0.1 + $1[1] / count) }
        let sums = points.reduce((0.0, 0.0)) { sums, point in
            let step = point[0] - middle.0
            return (sums.0 + step * (point[1] - middle.1), sums.1 + step * step)
        }
        return sums.0 / sums.1
    }
}
