import FinMeasure
import FinTestSupport
import FinTestThreads
import Foundation
import Testing

@testable import FinReport

@Suite(.heavy) struct HistogramLogTests {
    private func lines(_ name: String) throws -> [HistogramLog.HistogramLine] {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Resources"))
        let text = try String(contentsOf: url, encoding: .utf8)
        var found: [HistogramLog.HistogramLine] = []
        for (number, line) in text.split(separator: "\n").enumerated() {
            let entry = try HistogramLog.entry(line, path: name, number: number + 1)
            if case .histogram(let histogram)? = entry { found.append(histogram) }
        }
        return found
    }

    @Test("a public log of Java's jHiccup reads as its known counts")
    func jHiccup() throws {
        let lines = try lines("jHiccup-2.0.7S.logV2.hlog")
        #expect(lines.count == 62)
        var sum = SeriesCounts(layout: HistogramLayout(lowest: 1, highest: 1 << 42, digits: 3))
        for line in lines {
            // Merged at three digits as the known answer was: by each slot's low end.
            let slots = line.counts.slots.map {
                SeriesCounts.Slot(
                    index: sum.layout.index(of: line.counts.layout.low(of: $0.index)),
                    count: $0.count)
            }
            sum.add(SeriesCounts(layout: sum.layout, slots: slots))
            #expect(line.counts.layout.digits == 2)
        }
        #expect(sum.n == 48_761)
        #expect(sum.value(at: 0.999)?.nanoseconds == 1_745_879_039)
        #expect(sum.maximum?.nanoseconds == 1_796_210_687)
    }

    @Test("a public log with tags reads as its known counts")
    func tagged() throws {
        let lines = try lines("tagged-Log.logV2.hlog")
        #expect(lines.count == 42)
        for tag in ["", "A"] {
            let chosen = lines.filter { $0.tag == tag }
            #expect(chosen.count == 21)
            #expect(chosen.reduce(0) { $0 + $1.counts.n } == 16_145)
        }
        #expect(lines[0].counts.n == 741)
        #expect(
            lines[0].counts.layout
                == HistogramLayout(lowest: 20_000, highest: 3_600_000_000_000, digits: 2))
        #expect(lines[0].start == .milliseconds(127))
        #expect(lines[0].maximum == 2_769_000)
    }

    @Test(
        "every histogram of the public logs is the same once more written and read",
        arguments: ["jHiccup-2.0.7S.logV2.hlog", "tagged-Log.logV2.hlog"])
    func again(name: String) throws {
        for line in try lines(name) {
            let text = HistogramPayload.encode(line.counts)
            #expect(HistogramPayload.decode(Substring(text)) == line.counts)
            let written = HistogramLog.lines(
                tag: line.tag.isEmpty ? "none" : line.tag, start: line.start, length: line.length,
                counts: line.counts)
            let first = try #require(written.split(separator: "\n").first)
            guard case .histogram(let read)? = try HistogramLog.entry(first, path: name, number: 1)
            else {
                Issue.record("\(first) is not read back as a histogram")
                return
            }
            #expect(read.counts.slots == line.counts.slots)
            #expect(read.start == line.start && read.length == line.length)
        }
    }

    @Test("what is written reads back the same, bounds included", arguments: 0..<30)
    func roundTrip(round: Int) throws {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        let metric: Metric = round % 2 == 0 ? .ttft : .harnessLag
        var dense = SeriesHistogram(metric: metric)
        for _ in 0..<Int(random.next() % 400) {
            dense.record(Nanoseconds(Int64(random.next() >> (22 + random.next() % 41))))
        }
        for _ in 0..<Int(random.next() % 5) {
            dense.record(.censored(waited: Nanoseconds(Int64(random.next() >> 20))))
        }
        dense.absent = random.next() % 3
        dense.cut = random.next() % 3
        let counts = SeriesCounts(dense, metric: metric)
        let document = SyntheticRun.document()
        let directory = try TemporaryDirectory()
        let writer = try RecordWriter(
            directory: directory.path, document: document, names: SyntheticRun.Names(),
            writesTurns: false)
        let key = Series(
            metric: metric, anchor: .none, scenario: "chat", phase: .main, turn: .first)
        try writer.interval(
            IntervalSnapshot(
                start: .seconds(Int64(round)), length: .seconds(1),
                series: [(key: key, values: dense)], outcomes: [:], health: [], turns: []))
        try writer.finish(SyntheticRun.totals())
        let record = try RecordReader.read(directory: directory.path)
        if counts.isEmpty {
            #expect(record.intervals.isEmpty)
        } else {
            #expect(record.intervals.map(\.counts) == [counts], "\(TestSeed.note)")
            #expect(record.intervals.map(\.series) == [key])
        }
    }

    @Test(
        "ZigZag numbers take 1 to 9 bytes and come back",
        arguments: [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 1 << 40, 1 << 55, .max, .min])
    func zigZag(value: Int64) {
        var bytes: [UInt8] = []
        ZigZag.append(value, to: &bytes)
        #expect((1...9).contains(bytes.count))
        var offset = 0
        #expect(ZigZag.take(from: bytes.span, at: &offset) == value)
        #expect(offset == bytes.count)
        bytes.removeLast()
        offset = 0
        #expect(ZigZag.take(from: bytes.span, at: &offset) == nil)
    }

    @Test("a payload that is damaged is refused, never trusted", arguments: 0..<200)
    func damaged(round: Int) {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        var counts = SeriesHistogram(metric: .ttft)
        for step in 1...50 { counts.record(.milliseconds(Int64(step))) }
        var text = Array(HistogramPayload.encode(SeriesCounts(counts, metric: .ttft)).utf8)
        let place = Int(random.next() % UInt64(text.count))
        text[place] = UInt8(ascii: "A") + UInt8(random.next() % 26)
        if round % 2 == 0 { text.removeLast(Int(random.next() % UInt64(text.count))) }
        // Must not trap; a change that zlib's checksum misses cannot happen in one letter.
        let decoded = HistogramPayload.decode(Substring(decoding: text, as: UTF8.self))
        #expect(decoded == nil || decoded?.n == 50, "\(TestSeed.note)")
    }

    private static let key = Series(
        metric: .ttft, anchor: .none, scenario: "chat", phase: .main, turn: .first)

    /// Writes a record of so many seconds and reads it back.
    private static func written(
        _ count: Int, health: (Int) -> [HealthSample] = { _ in [] },
        fill: (Int, inout SeriesHistogram) -> Void
    ) throws -> RunRecord {
        let directory = try TemporaryDirectory()
        let writer = try RecordWriter(
            directory: directory.path, document: SyntheticRun.document(),
            names: SyntheticRun.Names(), writesTurns: false)
        for index in 0..<count {
            var values = SeriesHistogram(metric: .ttft)
            fill(index, &values)
            try writer.interval(
                IntervalSnapshot(
                    start: .seconds(Int64(index)), length: .seconds(1),
                    series: [(key: key, values: values)], outcomes: [:], health: health(index),
                    turns: []))
        }
        try writer.finish(SyntheticRun.totals())
        return try RecordReader.read(directory: directory.path)
    }

    @Test(
        "no pair of lines is parted, wherever the log is cut for several threads", arguments: 0..<4)
    func pieces(before: Int) throws {
        // A few lines of health move all pairs behind them.
        let record = try Self.written(
            400,
            health: { index in
                (0..<(index == 0 ? before : index % 3)).map { _ in
                    HealthSample(thread: "load", metric: .cpu, value: Double(index))
                }
            },
            fill: { $1.record(.milliseconds(Int64(1 + $0))) })
        #expect(record.intervals.map(\.start) == (0..<400).map { .seconds($0) })
        #expect(record.intervals.allSatisfy { $0.counts.n == 1 })
        let starts = record.health.map(\.start)
        #expect(starts == starts.sorted() && starts.count >= 399)
    }

    @Test("counts that no run can have measured are refused with their series")
    func tooMany() throws {
        let error = #expect(throws: ReportError.self) {
            try Self.written(2) { _, values in
                values.record(.milliseconds(5), count: SeriesCounts.Slots.mostValues)
            }
        }
        #expect(error?.code == .malformed)
        #expect(error?.description.contains(Self.key.tag) == true)
    }

    @Test("numbers that would leave the slots are refused")
    func beyond() {
        var frame: [UInt8] = []
        ZigZag.append(5, to: &frame)
        ZigZag.append(.min, to: &frame)
        #expect(HistogramPayload.decode(Substring(Self.payload(frame))) == nil)
        frame.removeAll()
        ZigZag.append(Int64(SeriesCounts.Slots.mostValues) + 1, to: &frame)
        #expect(HistogramPayload.decode(Substring(Self.payload(frame))) == nil)
        frame.removeAll()
        ZigZag.append(Int64(SeriesCounts.Slots.mostValues), to: &frame)
        #expect(HistogramPayload.decode(Substring(Self.payload(frame)))?.n != nil)
    }

    /// A payload of the metric's layout around counts as they stand.
    private static func payload(_ counts: [UInt8]) -> String {
        func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
            stride(from: value.bitWidth - 8, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: value >> $0)
            }
        }
        let layout = HistogramLayout(metric: .ttft)
        let frame =
            bytes(UInt32(0x1c84_9313)) + bytes(UInt32(counts.count)) + bytes(UInt32(0))
            + bytes(UInt32(layout.digits)) + bytes(layout.lowest) + bytes(layout.highest)
            + bytes((1.0).bitPattern) + counts
        let packed = Deflate.pack(frame)
        let whole = bytes(UInt32(0x1c84_9314)) + bytes(UInt32(packed.count)) + packed
        return Data(whole).base64EncodedString()
    }
}
