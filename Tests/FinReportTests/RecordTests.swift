import FinMeasure
import FinProfile
import FinTestSupport
import FinTestThreads
import Foundation
import SwiftCSV
import Testing

@testable import FinReport

@Suite(.heavy) struct RecordTests {
    @Test("a finished run leaves four files of their final names")
    func finished() throws {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path)
        #expect(directory.names == ["histograms.hlog", "outcomes.csv", "run.json", "turns.csv"])
        let record = try RecordReader.read(directory: directory.path)
        #expect(record.isComplete)
        #expect(record.document.totals?.turnsPlanned == 12)
        #expect(record.document.endedAt == "2026-02-03T09:15:10.123Z")
        #expect(record.outcomes.reduce(0) { $0 + $1.count } == 12)
        #expect(record.health.count == 9)
    }

    @Test("run.json keeps every value and writes its keys in snake case")
    func document() throws {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path)
        let text = try directory.text("run.json")
        for key in [
            "\"run_id\"", "\"monotonic_nanoseconds\"", "\"max_in_flight\" : 10", "\"team\"",
        ] {
            #expect(text.contains(key))
        }
        let read = try RecordReader.document(directory: directory.path)
        #expect(read.runID == "r1")
        #expect(read.clock.unixNanoseconds == 1_770_110_107_123_456_789)
        #expect(read.profile == .object(["max_in_flight": .number(10)]))
        #expect(read.labels == ["team": "support", "commit": "abc"])
    }

    @Test("turns come back as they were, also read by a general CSV library")
    func turns() throws {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path)
        let record = try RecordReader.read(directory: directory.path)
        var rows: [TurnRow] = []
        try record.forEachTurn { rows.append($0) }
        #expect(rows.count == 12)
        // Rows come in the order in which turns ended: by seconds, then as they were handed in.
        let sent = SyntheticRun.turn(0, 1)
        #expect(rows[0].conversationID == "fb-test-0")
        #expect(rows[0].sent == 50_000)
        #expect(rows[0].ttft == (try #require(sent.firstChunk) - sent.planned).count)
        let csv = try CSV<Named>(string: try directory.text("turns.csv"))
        #expect(csv.header == TurnColumn.names)
        #expect(csv.rows.count == 12)
        for (mine, other) in zip(rows, csv.rows) {
            #expect(other["conversation_id"] == mine.conversationID)
            #expect(other["first_chunk_ns"] == mine.firstChunk.map(String.init) ?? "")
            #expect(other["outcome"] == mine.outcome.rawValue)
            #expect(other["question"] == (mine.turn == 1 ? "plan" : "refund, \"now\""))
        }
        #expect(csv.rows[0]["planned_utc"] == "2026-02-03T09:15:07.123456789Z")
    }

    @Test("a run that does not write turns has no turns.csv and an anatomy without rows")
    func withoutTurns() throws {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path, writesTurns: false)
        #expect(!directory.names.contains("turns.csv"))
        try Report.finish(directory: directory.path, slos: [])
        #expect(
            try directory.text("anatomy.csv") == AnatomyCSV.columns.joined(separator: ",") + "\n")
    }

    @Test("a killed run reads up to its last complete line, wherever it was cut")
    func killed() throws {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path, finishes: false)
        #expect(directory.names.allSatisfy { $0.hasSuffix(".partial") })
        let whole = try RecordReader.read(directory: directory.path)
        #expect(!whole.isComplete)
        for name in ["histograms.hlog", "outcomes.csv", "turns.csv"] {
            try checkCuts(of: "\(directory.path)/\(name).partial", in: directory.path, whole)
        }
        let conclusion = try Report.finish(directory: directory.path, slos: [])
        #expect(conclusion.document.warnings.contains { $0.code == "killed" })
        #expect(!directory.names.contains("run.json"))
    }

    private func checkCuts(of path: String, in directory: String, _ whole: RunRecord) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let headerEnd = try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))) + 1
        for cut in stride(from: bytes.count - 1, to: headerEnd, by: -251) {
            try bytes.prefix(cut).write(to: URL(fileURLWithPath: path))
            let record = try RecordReader.read(directory: directory)
            #expect(record.intervals.count <= whole.intervals.count)
            for (mine, other) in zip(record.intervals, whole.intervals) {
                #expect(mine.counts == other.counts)
            }
            #expect(record.outcomes == Array(whole.outcomes.prefix(record.outcomes.count)))
            try record.forEachTurn { _ in }
        }
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test("a directory without a run, and a run of another schema, are named")
    func refuses() throws {
        let directory = try TemporaryDirectory()
        let missing = #expect(throws: ReportError.self) {
            try RecordReader.read(directory: directory.path)
        }
        #expect(missing?.message.contains("run.json") == true)
        try SyntheticRun.write(to: directory.path)
        let text = try directory.text("run.json")
            .replacingOccurrences(of: "\"schema\" : 1", with: "\"schema\" : 9")
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory.path)/run.json"))
        let other = #expect(throws: ReportError.self) {
            try RecordReader.read(directory: directory.path)
        }
        #expect(other?.code == .schema)
    }

    @Test("a scenario whose name breaks a tag is refused, not written")
    func badTag() throws {
        let directory = try TemporaryDirectory()
        let failure = #expect(throws: ReportError.self) {
            try SyntheticRun.write(
                to: directory.path, document: SyntheticRun.document(scenarios: ["a,b"]))
        }
        #expect(failure?.code == .unwritable)
    }
}

@Suite struct CSVTests {
    @Test("fields that need quotes get them and come back", arguments: 0..<50)
    func roundTrip(round: Int) throws {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        let letters = Array("ab,\"\n\r é")
        let rows = (0..<5).map { _ in
            (0..<4).map { _ in
                String(
                    (0..<Int(random.next() % 6)).map { _ in
                        letters[Int(random.next() % UInt64(letters.count))]
                    })
            }
        }
        var buffer = CSVBuffer()
        for row in rows { buffer.row(row) }
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/rows.csv"
        try Data(buffer.bytes).write(to: URL(fileURLWithPath: path))
        // Chunks that split rows, fields and quotes anywhere must change nothing.
        var scanner =
            round % 5 == 0
            ? CSVScanner(buffer.bytes) : try CSVScanner(path: path, chunkLength: round)
        for row in rows {
            let hasRow = try scanner.next()
            #expect(hasRow)
            #expect(
                scanner.texts.map { Array($0.utf8) } == row.map { Array($0.utf8) },
                "\(TestSeed.note)")
        }
        let hasMore = try scanner.next()
        #expect(!hasMore)
    }

    @Test(
        "decimals are plain, exact and without trailing zeros",
        arguments: [
            (0, "0"), (1, "0.000001"), (1_000_000, "1"), (-1_500_000, "-1.5"),
            (123_456_789, "123.456789"), (.max, "9223372036854.775807"),
        ])
    func decimals(nanoseconds: Int64, text: String) {
        #expect(Decimals.milliseconds(nanoseconds) == text)
    }

    @Test("numbers are rounded to their places, and never have an exponent")
    func numbers() {
        #expect(Decimals.number(0.1 + 0.2) == "0.3")
        #expect(Decimals.number(1e-9) == "0")
        #expect(Decimals.number(2e15) == "2000000000000000")
        #expect(Decimals.number(.infinity).isEmpty)
        #expect(Decimals.number(-0.25, places: 1) == "-0.3")
    }

    @Test(
        "days turn into dates across leap years and centuries",
        arguments: [
            (UInt64(0), "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (1_798_761_599, "2026-12-31T23:59:59.000Z"),
        ])
    func dates(seconds: UInt64, text: String) {
        #expect(UTCStamp.milliseconds(unixNanoseconds: seconds * 1_000_000_000) == text)
    }
}
