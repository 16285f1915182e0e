import FinMeasure
import FinProfile
import FinTestSupport
import Foundation
import Testing

@testable import FinReport

/// What is made of the record of a worker that died.
@Suite struct LostSliceTests {
    private func plan() throws -> RunPlan {
        let profile = try Profile.parse(
            text: """
                name: golden
                conversation: {turns: {uniform: [1, 2]}}
                load: {arrivals: constant, rate: 5/s, conversations: 12, seed: 3}
                """, source: "test.yaml")
        return try RunPlan(profile: profile, runID: "r1").slice(
            try #require(PlanShard(index: 1, count: 2)))
    }

    /// The first turns of the slice's first three conversations, in three intervals.
    private func turns(_ plan: RunPlan) -> [TurnRecord] {
        (0..<3).map { position in
            let number = plan.number(at: position)
            var turn = SyntheticRun.turn(number, 1)
            turn.planned =
                Instant(nanoseconds: SyntheticRun.zero) + Nanoseconds(plan.arrivals[position])
            turn.done = turn.planned + .milliseconds(100)
            turn.ended =
                Instant(nanoseconds: SyntheticRun.zero)
                + .milliseconds(Int64(position) * 1000 + 400)
            return turn
        }
    }

    private func write(_ plan: RunPlan, to path: String) throws -> RunDocument {
        var document = SyntheticRun.document()
        document.shard = .init(index: 1, count: 2)
        let writer = try RecordWriter(
            directory: path, document: document, names: plan, writesTurns: true)
        for snapshot in SyntheticRun.snapshots(
            turns(plan), document: document, metrics: SyntheticRun.perTurn)
        {
            try writer.interval(snapshot)
        }
        return document
    }

    private func expectWhole(_ path: String, _ plan: RunPlan, _ words: Comment) throws {
        let record = try RecordReader.read(directory: path)
        #expect(record.isComplete && record.document.loss == "signal 9", words)
        var first: [String] = []
        var rows = 0
        try record.forEachTurn { row in
            rows += 1
            if row.turn == 1 { first.append(row.conversationID) }
        }
        let ids = (0..<6).map { plan.conversationID(plan.number(at: $0)) }
        #expect(first.sorted() == ids.sorted(), words)
        #expect(record.outcomes.reduce(0) { $0 + $1.count } == UInt64(rows), words)
        let rollup = Rollup(record)
        for metric in SyntheticRun.perTurn where TurnKind.message.has(metric) {
            for anchor in metric.anchors {
                let counts = try #require(rollup.main(metric, anchor))
                #expect(counts.n + counts.absent + counts.cut == UInt64(rows), "\(metric)")
            }
        }
    }

    @Test("every conversation of the plan has its first turn, whenever its worker died")
    func whole() throws {
        let plan = try plan()
        let folder = try TemporaryDirectory()
        let document = try write(plan, to: folder.path)
        try LostSlice.complete(
            directory: folder.path, plan: plan, death: .milliseconds(1500), model: document,
            words: "signal 9", ledger: nil)
        try expectWhole(folder.path, plan, "whole files")
        let record = try RecordReader.read(directory: folder.path)
        let lost = record.outcomes.filter { $0.mentions("worker_died") }
        #expect(Set(lost.map(\.outcome)) == [.connectionLost, .blocked])
        #expect(lost.allSatisfy { $0.outcome.isFailure })
        // Two turns were drawn for some of the three whose first turn is over: their second is lost.
        let second = lost.filter { $0.turn == .later }.reduce(0) { $0 + $1.count }
        let drawn = (0..<3).count { plan.draft(plan.number(at: $0)).turnCount == 2 }
        #expect(second == UInt64(drawn))
    }

    @Test("whatever was written last, the files are cut to the same intervals")
    func cuts() throws {
        let plan = try plan()
        let source = try TemporaryDirectory()
        let document = try write(plan, to: source.path)
        // In the order in which an interval is appended: what comes after the cut is not there yet.
        let names = ["histograms.hlog", "outcomes.csv", "turns.csv"]
        for (place, name) in names.enumerated() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(source.path)/\(name).partial"))
            let head = try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))) + 1
            // Within the last interval: those before it were whole when it was begun.
            let rows = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")) ?? head
            let least = place == 0 ? max(head, bytes.count - bytes.count / 3) : rows
            for cut in stride(
                from: bytes.count - 1, to: least, by: -max(1, (bytes.count - least) / 4))
            {
                let folder = try TemporaryDirectory()
                for other in source.names {
                    try FileManager.default.copyItem(
                        atPath: "\(source.path)/\(other)", toPath: "\(folder.path)/\(other)")
                }
                try bytes.prefix(cut).write(
                    to: URL(fileURLWithPath: "\(folder.path)/\(name).partial"))
                for later in names[(place + 1)...] {
                    try removeLastInterval(of: "\(folder.path)/\(later).partial")
                }
                try LostSlice.complete(
                    directory: folder.path, plan: plan, death: .milliseconds(3500),
                    model: document, words: "signal 9", ledger: nil)
                try expectWhole(folder.path, plan, "\(name) cut to \(cut)")
            }
        }
    }

    /// The last interval has one row in each table.
    private func removeLastInterval(of path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let rows = text.split(separator: "\n").dropLast()
        try (rows.joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
    }

    @Test("a worker that died before it wrote anything is a slice of failures")
    func nothing() throws {
        let plan = try plan()
        let folder = try TemporaryDirectory()
        let document = SyntheticRun.document()
        try LostSlice.complete(
            directory: folder.path, plan: plan, death: .zero, model: document, words: "signal 9",
            ledger: nil)
        try expectWhole(folder.path, plan, "nothing")
    }
}
