import Foundation

/// How long the report of a very long run takes, and how large its page is.
struct LongReport {
    private let options: Options
    private let turns: Int

    init(_ options: Options) {
        self.options = options
        turns = options.isBrief ? 100_000 : 10_000_000
    }

    /// Makes one record, then reports it, round by round, each time in a process of its own.
    func measure(into table: inout ScaleTable) throws {
        let folder = try TemporaryFolder()
        let record: RecordFigures = try Programs.ask([
            "record", "--to", folder.path, "--turns", "\(turns)", "--seed", "\(options.seed)",
        ])
        let reports: [ReportFigures] = try (0..<options.rounds).map { _ in
            try Programs.ask(["report", "--of", folder.path])
        }
        let at = "\(turns) turns"
        table.add(
            .report, "report of \(at)", reports.map(\.seconds), "s", .atMost(5),
            note: "\(record.histograms) histograms, \(record.bytes / 1_000_000) MB")
        table.add(.report, "its processor time", reports.map(\.cpu), "s")
        table.add(
            .report, "its page", reports.map { Double($0.pageBytes) / 1e6 }, "MB", .atMost(2))
        table.add(.report, "its memory at the most", reports.map { $0.memory / 1e6 }, "MB")
    }
}
