import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinDrive

/// `abort_when` over its sliding window.
@Suite struct AbortWindowTests {
    private static func errors(_ share: Double, over seconds: Int64 = 30) -> AbortWindow {
        AbortWindow(
            .init(
                text: "error_rate > x over \(seconds)s", subject: .errorRate(above: share),
                window: .seconds(seconds)))
    }

    private static func slow(_ percentile: Double, above limit: Nanoseconds) -> AbortWindow {
        AbortWindow(
            .init(
                text: "ttft p\(percentile) > x over 30s",
                subject: .percentile(.ttft, .planned, percentile: percentile, above: limit),
                window: .seconds(30)))
    }

    private static func turn(_ outcome: Outcome, ttft: Int64? = 100) -> TurnRecord {
        var turn = TurnRecord()
        turn.outcome = outcome
        turn.planned = at(0)
        turn.sent = at(0)
        turn.ended = at(500)
        turn.firstChunk = outcome.isSuccess ? ttft.map { at($0) } : nil
        return turn
    }

    /// Feeds turns a millisecond apart; answers at which of them the rule spoke first.
    private static func firstStop(_ window: AbortWindow, _ turns: [TurnRecord]) -> Int? {
        var window = window
        return turns.indices.first { window.take(turns[$0], at: at(Int64($0))) != nil }
    }

    @Test("two failures are no trend, nor are three of nine turns; three of ten are")
    func least() {
        let (bad, good) = (Self.turn(.httpError), Self.turn(.done))
        #expect(
            Self.firstStop(Self.errors(0.01), [bad, bad] + Array(repeating: good, count: 30)) == nil
        )
        #expect(Self.firstStop(Self.errors(0.2), Array(repeating: bad, count: 9)) == nil)
        #expect(
            Self.firstStop(Self.errors(0.2), [bad, bad, bad] + Array(repeating: good, count: 7))
                == 9)
    }

    @Test("a share that is met is not exceeded")
    func strict() {
        let turns = Array(repeating: Self.turn(.done), count: 16)
        let four = Array(repeating: Self.turn(.timeout), count: 4)
        #expect(Self.firstStop(Self.errors(0.2), turns + four) == nil)
        #expect(Self.firstStop(Self.errors(0.2), turns + four + four) == 20)
    }

    @Test("what we cut or blocked ourselves does not count, a failure counts as slow")
    func counted() {
        let own = [Self.turn(.cut), Self.turn(.blocked)]
        let many = (0..<40).flatMap { _ in own }
        #expect(Self.firstStop(Self.errors(0), many) == nil)
        #expect(Self.firstStop(Self.slow(50, above: .seconds(1)), many) == nil)
        let failed = Array(repeating: Self.turn(.connectionLost), count: 10)
        #expect(Self.firstStop(Self.slow(50, above: .seconds(1)), failed) == 9)
    }

    @Test("a percentile lies above its limit when the value of its rank does")
    func percentile() {
        let (fast, slow) = (Self.turn(.done, ttft: 100), Self.turn(.done, ttft: 101))
        // Rank 18 of 20 is the p90: it is slow when three are.
        let eighteen = Array(repeating: fast, count: 17)
        let limit = Nanoseconds.milliseconds(100)
        #expect(Self.firstStop(Self.slow(90, above: limit), eighteen + [slow, slow, fast]) == nil)
        #expect(Self.firstStop(Self.slow(90, above: limit), eighteen + [slow, slow, slow]) == 19)
        // An escalation without an answer has no ttft by right.
        let silent = Array(repeating: Self.turn(.escalated, ttft: nil), count: 40)
        #expect(Self.firstStop(Self.slow(90, above: limit), silent) == nil)
    }

    @Test("the words hold the rule and the figures")
    func words() {
        var window = Self.errors(0.2)
        var words: String?
        for second: Int64 in 0..<12 {
            words = words ?? window.take(Self.turn(.timeout), at: at(second * 1000))
        }
        #expect(
            words
                == "abort_when \"error_rate > x over 30s\": 10 of the 10 turns that ended in the "
                + "window failed")
    }

    @Test("the window forgets what lies behind it, to a thirtieth of its length")
    func sliding() {
        let seconds: Int64 = 30
        for index in 0..<40 {
            var generator = TestSeed.generator(index)
            var window = Self.errors(0.3, over: seconds)
            var seen: [(at: Int64, isBad: Bool)] = []
            var now: Int64 = 0
            for _ in 0..<400 {
                now += Int64(generator.next() % 4000)
                let isBad = generator.next() % 3 == 0
                seen.append((now, isBad))
                let said = window.take(Self.turn(isBad ? .timeout : .done), at: at(now)) != nil
                // All within the bucket-aligned window: from the start of the 29th bucket before.
                let origin = Int64(at(0).nanoseconds / 1_000_000)
                let first = (now + origin) / 1000 * 1000 - 29_000 - origin
                let inside = seen.filter { $0.at >= first }
                let bad = inside.count { $0.isBad }
                let expected =
                    inside.count >= 10 && bad >= 3 && Double(bad) > 0.3 * Double(inside.count)
                #expect(said == expected, "case \(index) at \(now), \(TestSeed.note)")
            }
        }
    }
}
