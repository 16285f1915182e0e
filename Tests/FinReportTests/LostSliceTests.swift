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
        // One each 400 ms, the first at 200 ms.
        #expect(record.document.totals?.ledger?.begun == 4)
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

    /// The slice's ledger when its worker died before it wrote anything.
    private func ledger(
        _ load: String, target: String = "target: {url: 'http://127.0.0.1:1', metered: true}",
        death: Nanoseconds, told begun: Int? = nil
    ) throws -> RunDocument.Ledger? {
        let profile = try Profile.parse(
            text: "name: golden\n\(target)\nload: \(load)\n", source: "test.yaml")
        let plan = try RunPlan(profile: profile, runID: "r1").slice(
            try #require(PlanShard(index: 1, count: 2)))
        let folder = try TemporaryDirectory()
        let told = begun.map {
            RunDocument.Ledger(
                begun: $0, accepted: $0, answered: $0, escalated: 0, users: 1, billable: $0 - 1,
                worstCaseUsd: Double($0 - 1) * 0.99)
        }
        try LostSlice.complete(
            directory: folder.path, plan: plan, death: death, model: SyntheticRun.document(),
            words: "signal 9", ledger: told)
        return try RecordReader.document(directory: folder.path).totals?.ledger
    }

    @Test(
        "whatever an open load had due at the death may be billed, counted or not",
        arguments: [
            // Of the slice's ten, one each 400 ms, the first at 200 ms.
            (nil, 100, 0, 0), (nil, 1500, 4, 4), (nil, 9000, 10, 10), (3, 1500, 4, 3),
            (4, 1500, 4, 3),
        ] as [(Int?, Int64, Int, Int)])
    func openLedger(told: Int?, death: Int64, begun: Int, billable: Int) throws {
        let found = try #require(
            try ledger(
                "{arrivals: constant, rate: 5/s, conversations: 20}", death: .milliseconds(death),
                told: told))
        #expect(found.begun == begun && found.billable == billable, "\(found)")
        #expect(found.worstCaseUsd == Money.sum(billable, of: 0.99))
    }

    @Test(
        "each place of a closed load that was due may have begun one since the last count",
        arguments: [
            // Of ten places the slice has five, due at 0.2, 0.6, 1, 1.4 and 1.8 s; of 30 in all, 15.
            (nil, 100, 0, 0), (nil, 1000, 3, 3), (nil, 5000, 5, 5), (7, 5000, 12, 11),
            (14, 5000, 15, 14),
        ] as [(Int?, Int64, Int, Int)])
    func closedLedger(told: Int?, death: Int64, begun: Int, billable: Int) throws {
        let found = try #require(
            try ledger(
                "{concurrency: 10, ramp: 2s, duration: 60s, conversations: 30}",
                death: .milliseconds(death), told: told))
        #expect(found.begun == begun && found.billable == billable, "\(found)")
        #expect(found.worstCaseUsd == Money.sum(billable, of: 0.99))
    }

    @Test("where nothing is billed the begun ones count, and cost nothing")
    func unmeteredLedger() throws {
        let found = try #require(
            try ledger(
                "{arrivals: constant, rate: 5/s, conversations: 20}", target: "",
                death: .milliseconds(1500)))
        #expect(found.begun == 4 && found.worstCaseUsd == nil)
    }

    @Test("a closed load's worker that died before it wrote anything lost what its ramp had begun")
    func closed() throws {
        let profile = try Profile.parse(
            text: "name: golden\nload: {concurrency: 10, ramp: 2s, duration: 60s}\n",
            source: "test.yaml")
        let plan = try RunPlan(profile: profile, runID: "r1").slice(
            try #require(PlanShard(index: 1, count: 2)))
        let folder = try TemporaryDirectory()
        try LostSlice.complete(
            directory: folder.path, plan: plan, death: .seconds(1),
            model: SyntheticRun.document(), words: "signal 9", ledger: nil)
        var planned: [Int64] = []
        let record = try RecordReader.read(directory: folder.path)
        try record.forEachTurn { row in
            #expect(row.outcome == .connectionLost)
            planned.append(row.planned)
        }
        #expect(planned == [200_000_000, 600_000_000, 1_000_000_000])
        #expect(record.document.totals?.turnsPlanned == 3)
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
