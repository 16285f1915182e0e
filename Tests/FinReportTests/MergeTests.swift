import FinMeasure
import FinProfile
import FinTestSupport
import FinTestThreads
import Foundation
import Testing

@testable import FinReport

/// Turns of one run, split over slices.
@Suite(.heavy) struct MergeTests {
    /// Two are as good as all, and their histograms are large.
    private let metrics: [Metric] = [.ttft, .scheduleLag]

    /// A run's turns with random times, ends and kinds.
    private func turns(_ random: inout SeededGenerator, count: Int) -> [TurnRecord] {
        (0..<count).map { index in
            var turn = SyntheticRun.turn(UInt64(index), UInt32(1 + random.next() % 2))
            let start = Instant(
                nanoseconds: SyntheticRun.zero + random.next() % 5_000_000_000)
            turn.planned = start
            turn.phase = random.next() % 4 == 0 ? .warmup : .main
            // Some lie above the histogram's ten minutes, the first one always.
            let isFar = random.next() % 20 == 0 || index == 0
            let length = Nanoseconds(
                Int64(isFar ? 3_000_000_000_000 : random.next() % 1_000_000_000))
            turn.sent = start + .microseconds(Int64(random.next() % 900))
            turn.firstChunk = start + length
            turn.done = start + length + .milliseconds(1)
            turn.ended = start + .milliseconds(Int64(random.next() % 4000))
            let ends: [Outcome] = [.done, .done, .done, .timeout, .blocked, .cut]
            turn.outcome = index < 4 ? ends[index] : ends[Int(random.next() % 6)]
            return turn
        }
    }

    /// Writes slice `index` of `count`; turns fall to slices by chance.
    private func write(
        _ turns: [TurnRecord], slice index: Int, of count: Int, to path: String,
        zeroShift: Int64 = 0, writesTurns: Bool = true, finishes: Bool = true,
        seed: UInt64 = 7, webhooks: RunDocument.Webhooks? = nil
    ) throws {
        var document = SyntheticRun.document()
        document.shard = .init(index: index, count: count)
        document.seed = seed
        document.clock.unixNanoseconds += UInt64(zeroShift)
        document.plan.conversations = turns.count
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        let writer = try RecordWriter(
            directory: path, document: document, names: SyntheticRun.Names(),
            writesTurns: writesTurns)
        for snapshot in SyntheticRun.snapshots(turns, document: document, metrics: metrics) {
            try writer.interval(snapshot)
        }
        var totals = SyntheticRun.totals(conversations: turns.count)
        totals.webhooks = webhooks
        if finishes { try writer.finish(totals) }
    }

    private func merge(
        _ paths: [String], to path: String, isPartial: Bool = false,
        receiver: RunDocument.Webhooks? = nil
    ) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try RunMerge(directories: paths, isPartial: isPartial) { text in
            SyntheticRun.slos.first { $0.text == text }
        }.write(to: path, receiver: receiver)
    }

    private func totals(_ path: String) throws -> [Series: SeriesCounts] {
        Rollup(try RecordReader.read(directory: path)).totals
            .filter { $0.key.metric != .loopGap }
    }

    private let files = ["run.json", "histograms.hlog", "outcomes.csv", "turns.csv"]

    @Test(
        "samples split over 8 recorders and merged equal one recorder, bucket for bucket",
        arguments: 0..<4)
    func split(round: Int) throws {
        var random = TestSeed.generator(round)
        let folder = try TemporaryDirectory()
        let turns = turns(&random, count: 120)
        var parts = [[TurnRecord]](repeating: [], count: 8)
        for turn in turns { parts[Int(random.next() % 8)].append(turn) }
        try write(turns, slice: 0, of: 1, to: "\(folder.path)/one")
        for (index, part) in parts.enumerated() {
            try write(part, slice: index, of: 8, to: "\(folder.path)/\(index)")
        }
        let paths = (0..<8).map { "\(folder.path)/\($0)" }
        try merge(paths.shuffled(using: &random), to: "\(folder.path)/merged")
        // Buckets, censored, absent, cut, above, below, longest wait, smallest and largest.
        let (one, merged) = (
            try totals("\(folder.path)/one"), try totals("\(folder.path)/merged")
        )
        #expect(one == merged, "\(TestSeed.note)")
        #expect(one.values.contains { $0.above > 0 } && one.values.contains { $0.censored > 0 })
        let outcomes = try ["one", "merged"].map { name in
            try RecordReader.read(directory: "\(folder.path)/\(name)").outcomes
        }
        #expect(outcomes[0] == outcomes[1], "\(TestSeed.note)")
        #expect(try rows("\(folder.path)/one") == rows("\(folder.path)/merged"))
    }

    private func rows(_ path: String) throws -> Set<String> {
        var found: Set<String> = []
        try RecordReader.read(directory: path).forEachTurn { found.insert("\($0)") }
        return found
    }

    @Test("a merge of merges is one merge, file by file", arguments: 0..<4)
    func steps(round: Int) throws {
        var random = TestSeed.generator(round, 1)
        let folder = try TemporaryDirectory()
        let isApart = round % 2 == 1
        for index in 0..<5 {
            let shift = isApart ? Int64(random.next() % 3_000_000_000) : 0
            try write(
                turns(&random, count: 20), slice: index, of: 5, to: "\(folder.path)/\(index)",
                zeroShift: shift)
        }
        func path(_ name: String) -> String { "\(folder.path)/\(name)" }
        try merge((0..<5).map { path("\($0)") }, to: path("all"))
        try merge([path("3"), path("0")], to: path("a"), isPartial: true)
        try merge([path("4"), path("1")], to: path("b"), isPartial: true)
        try merge([path("b"), path("2"), path("a")], to: path("steps"))
        for name in files {
            #expect(
                try folder.text("all/\(name)") == folder.text("steps/\(name)"),
                "\(name), apart \(isApart); \(TestSeed.note)")
        }
        let document = try RecordReader.document(directory: path("steps"))
        #expect(document.shard.count == 1 && document.slices?.count == 5)
        #expect(document.plan.conversations == 100)
    }

    @Test("instants are joined on UTC: what began later lies later by as much")
    func apart() throws {
        let folder = try TemporaryDirectory()
        for index in 0..<2 {
            try write(
                [SyntheticRun.turn(UInt64(index), 1)], slice: index, of: 2,
                to: "\(folder.path)/\(index)", zeroShift: Int64(index) * 2_500_000_000)
        }
        try merge(["\(folder.path)/0", "\(folder.path)/1"], to: "\(folder.path)/m")
        let record = try RecordReader.read(directory: "\(folder.path)/m")
        var planned: [Int64] = []
        try record.forEachTurn { planned.append($0.planned) }
        // The first slice began 0.123456789 s into its second, the second one 2.5 s and 0.4 s later.
        #expect(planned == [123_456_789, 3_023_456_789])
        let conclusion = try Report.finish(directory: "\(folder.path)/m", slos: [])
        #expect(conclusion.judgement.warnings.contains(.slicesApart(seconds: 2.5)))
    }

    @Test("strangers, doubles, gaps and killed slices are refused, and named")
    func refused() throws {
        let folder = try TemporaryDirectory()
        func path(_ name: String) -> String { "\(folder.path)/\(name)" }
        let turns = [SyntheticRun.turn(0, 1)]
        try write(turns, slice: 0, of: 3, to: path("0"))
        try write(turns, slice: 1, of: 3, to: path("1"))
        try write(turns, slice: 2, of: 3, to: path("2"), finishes: false)
        try write(turns, slice: 2, of: 3, to: path("other"), seed: 8)
        func refusal(_ names: [String], isPartial: Bool = false) -> String? {
            do {
                try merge(names.map(path), to: path("m"), isPartial: isPartial)
                return nil
            } catch {
                return "\(error)"
            }
        }
        let stranger = refusal(["0", "1", "other"])
        #expect(
            stranger?.contains("seed is \"8\" there and \"7\" here") == true, "\(stranger ?? "")")
        #expect(stranger?.contains("/other") == true)
        let double = refusal(["0", "1", "0"], isPartial: true)
        #expect(double?.contains("holds slice 0") == true, "\(double ?? "")")
        let gap = refusal(["1"])
        #expect(gap?.contains("lack slice 0 and 2 of 3") == true, "\(gap ?? "")")
        let killed = refusal(["0", "1", "2"])
        #expect(killed?.contains("slice that was killed (slice 2)") == true, "\(killed ?? "")")
        #expect(refusal(["0", "1", "2"], isPartial: true) == nil)
        #expect(refusal(["0", "1"], isPartial: true) == nil)
        let conclusion = try Report.finish(directory: path("m"), slos: [])
        #expect(conclusion.judgement.warnings.contains(.slicesMissing(1, of: 3)))
    }

    @Test("one late slice makes the whole invalid, whatever the others measured")
    func lateSlice() throws {
        let folder = try TemporaryDirectory()
        for index in 0..<2 {
            var turns = (0..<200).map { SyntheticRun.turn(UInt64($0), 1) }
            if index == 1 {
                turns.removeLast(198)
                for place in turns.indices {
                    turns[place].sent = turns[place].planned + .milliseconds(90)
                }
            }
            try write(turns, slice: index, of: 2, to: "\(folder.path)/\(index)")
        }
        try merge(["\(folder.path)/0", "\(folder.path)/1"], to: "\(folder.path)/m")
        let judgement = try Report.finish(directory: "\(folder.path)/m", slos: []).judgement
        #expect(judgement.result == .invalid)
        #expect(judgement.reasons.contains { $0.hasPrefix("slice 1 measured its own generator") })
    }

    @Test("without turns a merge has none, and its histograms all the same")
    func withoutTurns() throws {
        let folder = try TemporaryDirectory()
        for index in 0..<2 {
            try write(
                SyntheticRun.turns(), slice: index, of: 2, to: "\(folder.path)/\(index)",
                writesTurns: index == 0)
        }
        try merge(["\(folder.path)/0", "\(folder.path)/1"], to: "\(folder.path)/m")
        let record = try RecordReader.read(directory: "\(folder.path)/m")
        #expect(record.turnsPath == nil)
        #expect(Rollup(record).main(.ttft, .planned).map { $0.n + $0.cut + $0.absent } == 24)
    }

    @Test("webhooks are added up; what a common receiver counted is its own")
    func webhooks() throws {
        let folder = try TemporaryDirectory()
        var part = RunDocument.Webhooks()
        part.received = 7
        part.accepted = 6
        part.joined = 4
        part.missing = 3
        for index in 0..<2 {
            try write(
                [SyntheticRun.turn(UInt64(index), 1)], slice: index, of: 2,
                to: "\(folder.path)/\(index)", webhooks: part)
        }
        let paths = ["\(folder.path)/0", "\(folder.path)/1"]
        try merge(paths, to: "\(folder.path)/m")
        let sum = try #require(
            RecordReader.document(directory: "\(folder.path)/m").totals?.webhooks)
        #expect((sum.received, sum.accepted, sum.joined, sum.missing) == (14, 12, 8, 6))
        var receiver = RunDocument.Webhooks()
        receiver.received = 20
        receiver.foreign = 5
        try merge(paths, to: "\(folder.path)/m", receiver: receiver)
        let common = try #require(
            RecordReader.document(directory: "\(folder.path)/m").totals?.webhooks)
        #expect((common.received, common.foreign, common.accepted) == (20, 5, 0))
        #expect((common.joined, common.missing) == (8, 6))
    }
}
