import FinMeasure
import Foundation

/// How exact the instants are: of arrivals, against the server's own log, and of starts.
struct Accuracy {
    private let options: Options
    private let seconds: Int

    init(_ options: Options) {
        self.options = options
        seconds = options.isBrief ? 4 : 15
    }

    /// Takes both figures, round by round.
    func measure(into table: inout ScaleTable) throws {
        var (errors, starts): ([[Double]], [DriveFigures]) = ([], [])
        for _ in 0..<options.rounds {
            errors.append(try arrivals())
            starts.append(try lags())
        }
        let at = "20,000 events/s"
        table.add(
            .accuracy, "arrival error p50, \(at)", errors.map { rank($0, 0.5) }, "us", .atMost(10))
        table.add(
            .accuracy, "arrival error p99, \(at)", errors.map { rank($0, 0.99) }, "us",
            .atMost(50), note: "n \(errors.map(\.count).min() ?? 0)")
        table.add(
            .accuracy, "schedule lag p50, 1,000 starts/s",
            starts.map { Double($0.scheduleLagP50) / 1000 }, "us")
        table.add(
            .accuracy, "schedule lag p99, 1,000 starts/s",
            starts.map { Double($0.scheduleLagP99) / 1000 }, "us", .atMost(100))
    }

    private func rank(_ sorted: [Double], _ share: Double) -> Double {
        sorted.isEmpty ? .nan : sorted[Int(Double(sorted.count - 1) * share)]
    }

    /// Arrival minus write, in microseconds, ascending: first chunks, replies and done signals of 625
    /// conversations a second with 32 events each.
    private func arrivals() throws -> [Double] {
        let folder = try TemporaryFolder()
        let (truth, turns) = ("\(folder.path)/truth.csv", "\(folder.path)/turns.csv")
        let server = try Server(options, ["--interval-us", "30000", "--truth", truth])
        let figures = try Programs.drive([
            "--url", server.url, "--core", "\(options.clientCore)", "--seed", "\(options.seed)",
            "--turns", turns, "--paced", "yes", "--load", "rate: 625/s", "--load",
            "duration: \(seconds)s", "--load", "drain: 20s",
        ])
        _ = try server.stop()
        guard figures.done == figures.turns else {
            throw Failure("of \(figures.turns) turns \(figures.done) ended well")
        }
        return try join(truth: truth, turns: turns)
    }

    private func join(truth: String, turns: String) throws -> [Double] {
        var written: [Substring: ArraySlice<Double>] = [:]
        let log = try String(contentsOfFile: truth, encoding: .utf8)
        for line in log.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            written[fields[0]] = ArraySlice(fields[4...].compactMap { Double($0) })
        }
        var errors: [Double] = []
        let seen = try String(contentsOfFile: turns, encoding: .utf8)
        for line in seen.split(separator: "\n") {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let instants = fields.dropFirst().compactMap { Double($0) }
            guard let writes = written[fields[0]], writes.count == instants.count else {
                throw Failure("the server's log does not have the turn \"\(fields[0])\"")
            }
            errors += zip(instants, writes).map { ($0 - $1) / 1000 }
        }
        return errors.sorted()
    }

    private func lags() throws -> DriveFigures {
        let server = try Server(options, ["--chunks", "2"])
        let figures = try Programs.drive([
            "--url", server.url, "--core", "\(options.clientCore)", "--seed", "\(options.seed)",
            "--paced", "yes", "--load", "rate: 1000/s", "--load", "duration: \(seconds)s",
            "--load", "drain: 20s",
        ])
        _ = try server.stop()
        return figures
    }
}
