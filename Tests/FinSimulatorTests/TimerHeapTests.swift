import FinMeasure
import FinTestSupport
import Testing

@testable import FinSimulator

@Suite("The timer heap")
struct TimerHeapTests {
    @Test("hands out what is due, earliest first, as sorting would")
    func order() {
        var generator = TestSeed.generator(3)
        var heap = TimerHeap<Int>()
        var waiting: [(due: UInt64, item: Int)] = []
        for round in 0..<2000 {
            let due = generator.next() % 1000
            heap.insert(round, due: Instant(nanoseconds: due))
            waiting.append((due, round))
            guard round % 3 == 0 else { continue }
            let now = generator.next() % 1000
            var popped: [UInt64] = []
            while let item = heap.popDue(now: Instant(nanoseconds: now)) {
                popped.append(waiting.first { $0.item == item }?.due ?? .max)
            }
            let expected = waiting.map(\.due).filter { $0 <= now }.sorted()
            #expect(popped == expected, "\(TestSeed.note)")
            waiting.removeAll { $0.due <= now }
            let next = waiting.map(\.due).min() ?? .max
            #expect(heap.nextDue.nanoseconds == next && heap.count == waiting.count)
        }
    }
}
