import FinMeasure
import FinTestSupport
import Foundation
import Testing

@testable import FinReport

@Suite struct ChartTests {
    @Test("a scale keeps order and stays between its ends", arguments: 0..<60)
    func order(round: Int) {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        let low = Double(random.next() % 1_000_000 + 1)
        let high = low * (1 + Double(random.next() % 1_000_000) / 100)
        let scales = [
            ChartScale.linear(low, high), .logarithmic(low, high),
            .tail(to: 1 - 1 / (2 + Double(random.next() % 10_000_000))),
        ]
        for scale in scales {
            let values = (0...50).map { scale.low + (scale.high - scale.low) * Double($0) / 50 }
            let places = values.map(scale.fraction)
            #expect(places == places.sorted(), "\(TestSeed.note)")
            #expect(places[0] == 0 && abs(places[50] - 1) < 1e-9, "\(TestSeed.note)")
            #expect(scale.fraction(scale.low - 1) == 0)
            #expect(scale.fraction(scale.high * 2 + 1) == 1)
        }
    }

    @Test("ticks ascend within the scale, neither too many nor none", arguments: 0..<60)
    func ticks(round: Int) {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        let exponent = Double(random.next() % 1000) / 100
        let high = 1000 * Foundation.pow(10, exponent)
        for scale in [ChartScale.linear(0, high), .logarithmic(high / 2000, high)] {
            let ticks = scale.ticks(6)
            #expect((1...7).contains(ticks.count), "\(scale) \(ticks) \(TestSeed.note)")
            #expect(ticks == ticks.sorted(), "\(TestSeed.note)")
            #expect(ticks.allSatisfy { $0 >= scale.low * 0.99 && $0 <= scale.high * 1.01 })
            let labels = ticks.map(ChartLabel.span)
            #expect(Set(labels).count == labels.count, "\(labels) \(TestSeed.note)")
        }
    }

    @Test("each nine of the tail is as wide as the one before")
    func tail() {
        let scale = ChartScale.tail(to: 0.9999)
        for (share, place) in [(0, 0), (0.9, 0.25), (0.99, 0.5), (0.999, 0.75), (0.9999, 1)] {
            #expect(abs(scale.fraction(share) - place) < 1e-9)
        }
        #expect(
            scale.ticks(9).map(ChartLabel.percentile)
                == ["0", "p50", "p90", "p99", "p99.9", "p99.99"])
    }

    @Test(
        "spans and times read as people say them",
        arguments: [
            (0.0, "0"), (850, "850 ns"), (1500, "1.5 us"), (200e6, "200 ms"), (1e9, "1 s"),
            (5.25e9, "5.25 s"), (150e9, "2 min 30 s"), (5400e9, "1 h 30 min"),
        ])
    func labels(nanoseconds: Double, text: String) {
        #expect(ChartLabel.span(nanoseconds) == text)
    }

    @Test("the percentile curve holds the values of the distribution and ends at the failed turns")
    func curve() {
        var source = SeriesHistogram(metric: .ttft)
        for value in 1...990 { source.record(.milliseconds(Int64(value))) }
        for _ in 0..<10 { source.record(.censored(waited: .seconds(3))) }
        let counts = SeriesCounts(source, metric: .ttft)
        let curve = PercentileCurve(counts)
        #expect(curve.measured == 0.99)
        #expect(curve.bound == RankedValue(nanoseconds: 3_000_000_000, isLowerBound: true))
        #expect(curve.points.last.map { $0.x <= 0.99 && $0.x > 0.985 } == true)
        #expect(curve.points.map(\.y) == curve.points.map(\.y).sorted())
        for point in curve.points {
            #expect(counts.value(at: point.x).map { Double($0.nanoseconds) } == point.y)
        }
    }

    @Test("every kind of mark lies within its panel, wherever its data lie")
    func inside() throws {
        let far = [Chart.Point(x: -1e12, y: -1e12), .init(x: 1e12, y: 1e12)]
        let axis = Chart.Axis.count(to: 10, "x")
        let marks: [Chart.Mark] = [
            .line(far, .series(0)), .steps(far, .series(9)), .box(far[0], far[1], .bad, title: "t"),
            .dot(far[1], .faint, title: "t"), .bound(far[1], title: "t"),
            .region(-9...99, .bound, label: "r"), .level(1e9, label: "l"), .words(far[0], "w"),
            .label(far[1], "w"), .hover(-5...5, title: "h"),
        ]
        let chart = Chart(
            name: "n", title: "t", summary: "s",
            panels: [.init(x: axis, y: axis, marks: marks)], keys: [])
        let svg = ChartDrawing.svg(chart, style: "text{}")
        let elements = try Markings(svg).elements
        #expect(elements.count > marks.count)
        for element in elements {
            for key in ["x", "y", "cx", "cy", "width", "height"] {
                guard let text = element.attributes[key], let value = Double(text) else { continue }
                #expect((0...430).contains(value), "\(element)")
            }
        }
    }

    @Test("joined buckets are those of each slot alone", arguments: 0..<20)
    func joined(round: Int) {
        var random = SeededGenerator(seed: TestSeed.value, stream: .test, index: UInt64(round))
        let counts = LongRun.counts(.ttft, turns: 400_000, &random)
        var expected: [Int: UInt64] = [:]
        for slot in counts.slots {
            expected[HeatmapCSV.bucket(of: counts.layout.low(of: slot.index)), default: 0] +=
                slot.count
        }
        let found = HeatmapCSV.buckets(counts)
        #expect(Dictionary(uniqueKeysWithValues: found.map { ($0, $1) }) == expected)
        #expect(found.map(\.bucket) == expected.keys.sorted(), "\(TestSeed.note)")
    }
}
