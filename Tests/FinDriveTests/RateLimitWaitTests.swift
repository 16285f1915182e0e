import FinMeasure
import FinProfile
import Testing

@testable import FinDrive
@testable import FinLoop

/// `on_429: wait`: the POST waits for the reset and is sent again, the turn stays where it was.
@Suite struct RateLimitWaitTests {
    private func limited(retry: Instant?, _ timeouts: Profile.Timeouts = .init()) -> Walk {
        let walk = Walk.posting(timeouts: timeouts)
        walk.conversation.postHeaders(status: 429, at: stamp(10))
        let action = walk.conversation.postFinished(
            result(.complete, 11), fields: nil, retry: retry
        ) { _ in true }
        #expect((action == .turnOver) == (walk.conversation.state == .over))
        return walk
    }

    @Test("a 429 without a retry is the turn's outcome")
    func counted() {
        let walk = limited(retry: nil)
        #expect(walk.record.outcome == .rateLimited)
        #expect(walk.record.detail.name == "post_429")
    }

    @Test("a retry waits for its instant, then posts again; the answer counts from the plan")
    func waited() {
        let walk = limited(retry: at(5000))
        #expect(walk.conversation.state == .limited)
        #expect(walk.conversation.deadline == at(5000))
        #expect(walk.expire(at: at(4999)) == .none)
        #expect(walk.expire(at: at(5000)) == .postAgain)
        walk.conversation.postAgain(at: at(5003))
        #expect(walk.record.httpStatus == 0 && walk.record.responseHeaders == nil)
        walk.conversation.postHeaders(status: 200, at: stamp(5010))
        let action = walk.conversation.postFinished(result(.complete, 5011), fields: answer()) {
            _ in
            true
        }
        #expect(action == .openStream(Walk.url))
        #expect(walk.record.planned == at(0) && walk.record.sent == at(1))
        #expect(walk.record.observe(.post, from: .none) == .measured(.milliseconds(5010)))
        #expect(walk.flags == .waited429)
    }

    @Test("each POST has its own response timeout; the turn's counts from the first")
    func timeouts() {
        let walk = limited(retry: at(100_000))
        _ = walk.expire(at: at(100_000))
        walk.conversation.postAgain(at: at(100_000))
        #expect(walk.conversation.deadline == at(110_000))
        #expect(walk.expire(at: at(110_000)) == .hangUp)
        #expect(walk.record.detail.cause == .responseTimeout)
        let late = limited(retry: at(115_000))
        _ = late.expire(at: at(115_000))
        late.conversation.postAgain(at: at(115_000))
        #expect(late.conversation.deadline == at(120_001))
    }

    @Test("a reset beyond the turn's own end is not waited for")
    func bounded() {
        #expect(limited(retry: at(120_001)).record.outcome == .rateLimited)
        #expect(limited(retry: at(120_000)).conversation.state == .limited)
    }

    @Test("a second 429 waits again, until the turn's end")
    func again() {
        let walk = limited(retry: at(60_000))
        for reset: Int64 in [100_000, 130_000] {
            _ = walk.expire(at: walk.conversation.retryAt)
            walk.conversation.postAgain(at: walk.conversation.retryAt)
            walk.conversation.postHeaders(status: 429, at: stamp(60_010))
            _ = walk.conversation.postFinished(
                result(.complete, 60_011), fields: nil, retry: at(reset)
            ) { _ in true }
        }
        #expect(walk.record.outcome == .rateLimited)
        #expect(walk.record.detail.name == "post_429+waited_429")
    }

    @Test("a turn that waits is cut at once, without a transfer to hang up")
    func cut() {
        let walk = limited(retry: at(5000))
        #expect(walk.cut(.drain, at: at(600)) == .turnOver)
        #expect(walk.record.outcome == .cut)
        #expect(walk.record.detail.flags == .waited429)
    }

    private func end(
        reset: Int64, attempt: Int, conversation: UInt64 = 0, seed: UInt64 = 7
    ) -> Nanoseconds {
        RateLimitWait(seed: seed, conversation: conversation, turn: 1, attempt: attempt)
            .end(reset: at(reset), now: at(1_000_000)) - at(1_000_000)
    }

    @Test("a reset in the past brings nobody back within a second; each 429 doubles the pause")
    func pause() {
        for conversation: UInt64 in 0..<200 {
            for (attempt, seconds) in [1, 2, 4, 8, 16, 32, 60, 60, 60].enumerated() {
                let wait = end(reset: 0, attempt: attempt, conversation: conversation)
                #expect(wait >= .seconds(Int64(seconds)) && wait < .seconds(Int64(2 * seconds)))
            }
        }
        #expect(end(reset: 0, attempt: 1_000_000) < .seconds(120))
    }

    @Test("a later reset is waited for, with the jitter behind it")
    func laterReset() {
        let wait = end(reset: 1_010_000, attempt: 0)
        #expect(wait >= .seconds(10) && wait < .seconds(11))
    }

    @Test("the jitter is another one for each attempt and conversation, and the same for each seed")
    func jitter() {
        func share(_ attempt: Int, _ conversation: UInt64) -> Double {
            let seconds = end(reset: 0, attempt: attempt, conversation: conversation).seconds
            return seconds / Double(1 << attempt) - 1
        }
        let shares = (0..<5).flatMap { attempt in
            (0..<40).map { share(attempt, UInt64($0)) }
        }
        #expect(Set(shares.map { Int($0 * 1e6) }).count > 195)
        #expect((shares.min() ?? 1) < 0.1 && (shares.max() ?? 0) > 0.9)
        #expect(share(3, 5) == share(3, 5))
    }

    @Test("a turn counts its own waits, and the next turn begins at none")
    func waitCount() {
        let walk = limited(retry: at(5000))
        #expect(walk.conversation.waitCount == 1)
        _ = walk.expire(at: at(5000))
        walk.conversation.postAgain(at: at(5000))
        walk.conversation.postHeaders(status: 429, at: stamp(5010))
        _ = walk.conversation.postFinished(
            result(.complete, 5011), fields: nil, retry: at(9000)
        ) { _ in true }
        #expect(walk.conversation.waitCount == 2)
        _ = walk.cut(.drain, at: at(6000))
        walk.conversation.plan(TurnRecord())
        #expect(walk.conversation.waitCount == 0)
    }
}
