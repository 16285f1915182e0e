import FinMeasure
import FinTestSupport
import Testing

@testable import FinDrive

/// What is above the smallest difference of a window.
@Suite struct DeliveryWindowTests {
    private struct Excess: Hashable {
        var series: Int
        var span: Nanoseconds
    }

    private func drain(_ window: inout DeliveryWindow) -> [Excess: UInt64] {
        var seen: [Excess: UInt64] = [:]
        window.drain(at: at(60_000)) { series, span, count in
            seen[Excess(series: series, span: span), default: 0] += count
        }
        return seen
    }

    @Test("the smallest difference of all series is zero, the others lie above it")
    func smallest() {
        var window = DeliveryWindow(classCount: 2, now: at(0))
        #expect(window.end == at(60_000))
        window.add(-3_000_000, to: 0)
        window.add(-3_000_000, to: 0)
        window.add(-4_000_000, to: 1)
        window.add(1_000_000, to: 1)
        #expect(
            drain(&window) == [
                Excess(series: 0, span: .milliseconds(1)): 2,
                Excess(series: 1, span: .zero): 1,
                Excess(series: 1, span: .milliseconds(5)): 1,
            ])
        #expect(window.end == at(120_000))
        #expect(drain(&window).isEmpty)
    }

    @Test("each excess is within a tenth of a millisecond of the naive one, and none is lost")
    func naive() {
        for index in 0..<5 {
            var random = TestSeed.generator(index)
            var window = DeliveryWindow(classCount: 1, now: at(0))
            let center = Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random)
            let differences = (0..<500).map { _ in
                center + Int64.random(in: -900_000_000...900_000_000, using: &random)
            }
            for difference in differences { window.add(difference, to: 0) }
            let smallest = differences.min() ?? 0
            let expected = differences.map { $0 - smallest }.sorted()
            let seen = drain(&window).flatMap { excess, count in
                Array(repeating: excess.span.count, count: Int(count))
            }.sorted()
            #expect(seen.count == expected.count, "\(TestSeed.note)")
            for (value, naive) in zip(seen, expected) {
                #expect(abs(value - naive) <= 100_000, "case \(index), \(TestSeed.note)")
            }
        }
    }

    @Test("what lies outside the window's range counts in its outermost place")
    func outside() {
        var window = DeliveryWindow(classCount: 1, now: at(0))
        window.add(0, to: 0)
        window.add(-9_000_000_000, to: 0)
        window.add(9_000_000_000_000, to: 0)
        #expect(
            drain(&window) == [
                Excess(series: 0, span: .zero): 1,
                Excess(series: 0, span: .seconds(2)): 1,
                Excess(series: 0, span: .seconds(32) - .microseconds(100)): 1,
            ])
    }
}
