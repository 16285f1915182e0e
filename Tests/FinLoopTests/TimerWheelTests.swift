import FinMeasure
import FinTestSupport
import Testing

@testable import FinLoop

/// Never early, at most a tick late, nothing lost.
@Suite struct TimerWheelTests {
    private static let start = Instant(nanoseconds: 7_123_456_789)

    private func expire(_ wheel: inout TimerWheel, _ now: Instant) -> Set<Int> {
        var rows: [Int] = []
        wheel.expire(now, into: &rows)
        let unique = Set(rows)
        #expect(unique.count == rows.count, "a row expired twice")
        return unique
    }

    @Test("the same rows expire as from a naive list, never early, at most one tick late")
    func naive() {
        for index in 0..<30 {
            var random = TestSeed.generator(index)
            var wheel = TimerWheel(rowCount: 50, now: TimerWheelTests.start)
            var naive: [Int: Instant] = [:]
            var now = TimerWheelTests.start
            for _ in 0..<300 {
                change(&wheel, &naive, now, &random)
                now = now + step(&random)
                let expired = expire(&wheel, now)
                for row in expired {
                    let due = naive.removeValue(forKey: row)
                    #expect(due.map { $0 <= now } == true, "early, case \(index), \(TestSeed.note)")
                }
                for (row, due) in naive where due + TimerWheel.tick < now {
                    Issue.record("row \(row) is late, case \(index), \(TestSeed.note)")
                }
            }
            let rest = expire(&wheel, now + .seconds(1000))
            #expect(rest == Set(naive.keys), "case \(index), \(TestSeed.note)")
            #expect(wheel.wakeUp == .never)
        }
    }

    /// Sets or clears a few rows; some timers lie in the past, some beyond a turn of the wheel.
    private func change(
        _ wheel: inout TimerWheel, _ naive: inout [Int: Instant], _ now: Instant,
        _ random: inout some RandomNumberGenerator
    ) {
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let row = Int.random(in: 0..<50, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 {
                wheel.set(row, at: .never)
                naive[row] = nil
            } else {
                let span = Nanoseconds(.random(in: -50_000_000...60_000_000_000, using: &random))
                wheel.set(row, at: now + span)
                // One set in the past is due from now on.
                naive[row] = max(now, now + span)
            }
        }
    }

    /// Mostly short steps, sometimes a sleep longer than a turn of the wheel.
    private func step(_ random: inout some RandomNumberGenerator) -> Nanoseconds {
        let longest: Int64 =
            Int.random(in: 0..<20, using: &random) == 0 ? 50_000_000_000 : 30_000_000
        return Nanoseconds(.random(in: 0...longest, using: &random))
    }

    @Test("a timer set anew counts from its last setting alone")
    func replaced() {
        var wheel = TimerWheel(rowCount: 1, now: TimerWheelTests.start)
        wheel.set(0, at: TimerWheelTests.start + .milliseconds(20))
        wheel.set(0, at: TimerWheelTests.start + .milliseconds(500))
        #expect(expire(&wheel, TimerWheelTests.start + .milliseconds(499)).isEmpty)
        #expect(expire(&wheel, TimerWheelTests.start + .milliseconds(510)) == [0])
        #expect(expire(&wheel, TimerWheelTests.start + .seconds(60)).isEmpty)
    }

    @Test("a wheel without timers needs no wake-up; one with a timer does before it is a tick late")
    func wakeUp() {
        var wheel = TimerWheel(rowCount: 2, now: TimerWheelTests.start)
        #expect(wheel.wakeUp == .never)
        let due = TimerWheelTests.start + .milliseconds(15)
        wheel.set(1, at: due)
        var expired: Set<Int> = []
        var now = TimerWheelTests.start
        while expired.isEmpty {
            #expect(wheel.wakeUp > now)
            now = wheel.wakeUp
            expired = expire(&wheel, now)
        }
        #expect(now >= due && now <= due + TimerWheel.tick)
        wheel.set(1, at: now + .seconds(1))
        wheel.clear(1)
        wheel.clear(1)
        #expect(wheel.wakeUp == .never)
    }
}
