import FinMeasure
import FinTestSupport
import Testing

@testable import FinLoop

/// First in, first out; nothing lost.
@Suite struct DeadlineQueueTests {
    @Test("it gives what a naive list gives, also when it is emptied and filled again")
    func naive() {
        for index in 0..<20 {
            var random = TestSeed.generator(index)
            var queue = DeadlineQueue<Int>()
            var naive: [(element: Int, at: Instant)] = []
            var now = Instant(nanoseconds: 1)
            for number in 0..<8_000 {
                // Long runs of either, so that it grows past what it throws away at once.
                if number % 4_000 < 3_000 {
                    now = now + Nanoseconds(.random(in: 0...3, using: &random))
                    queue.append(number, at: now)
                    naive.append((number, now))
                }
                if number % 4_000 >= 3_000 || Int.random(in: 0..<3, using: &random) > 0 {
                    #expect(queue.first?.at == naive.first?.at)
                    let entry = queue.popFirst()
                    let expected = naive.isEmpty ? nil : naive.removeFirst()
                    guard entry?.element == expected?.element, entry?.at == expected?.at else {
                        Issue.record("entry \(number), case \(index), \(TestSeed.note)")
                        return
                    }
                }
            }
        }
    }

    @Test("a deadline that is sooner than the last one is a fault of the program")
    func order() async {
        await #expect(processExitsWith: .failure) {
            var queue = DeadlineQueue<Int>()
            queue.append(1, at: Instant(nanoseconds: 2))
            queue.append(2, at: Instant(nanoseconds: 1))
        }
    }
}
