import FinMeasure
import Testing

@testable import FinDrive

/// A target that cannot be measured is noticed early.
@Suite struct ReachCheckTests {
    private func turn(
        _ outcome: Outcome, cause: OutcomeCause = .post, status: UInt16 = 0
    ) -> TurnRecord {
        var turn = TurnRecord()
        turn.outcome = outcome
        turn.detail.cause = cause
        turn.httpStatus = status
        turn.detail.httpStatus = status == 200 ? 0 : status
        return turn
    }

    @Test("a refused key stops the run at once", arguments: [UInt16(401), 403])
    func refusedKey(status: UInt16) {
        var check = ReachCheck(plannedConversations: 1000, baseURL: "http://127.0.0.1:9")
        let words = check.take(turn(.httpError, status: status), errorText: "")
        #expect(words?.contains("HTTP \(status)") == true)
        #expect(words?.contains("target.api_key_env") == true)
    }

    @Test("the twentieth failed start stops the run, and says how it ended")
    func limit() {
        var check = ReachCheck(plannedConversations: 1000, baseURL: "http://127.0.0.1:9")
        var words: [String?] = []
        for _ in 0..<20 {
            words.append(check.take(turn(.connectFailed), errorText: "Connection refused"))
        }
        #expect(words.dropLast().allSatisfy { $0 == nil })
        #expect(
            words.last
                == "none of the first 20 requests to http://127.0.0.1:9 was answered with 200; the last one: "
                + "connect_failed (post): Connection refused")
    }

    @Test("a plan with fewer starts needs no more of them", arguments: [(0, 1), (1, 1), (3, 3)])
    func smallPlan(planned: Int, needed: Int) {
        var check = ReachCheck(plannedConversations: planned, baseURL: "http://127.0.0.1:9")
        var count = 0
        var words: String?
        while words == nil && count < 30 {
            count += 1
            words = check.take(turn(.httpError, status: 500), errorText: "")
        }
        #expect(count == needed)
        #expect(words?.hasSuffix("HTTP 500") == true)
    }

    @Test("one answer with 200 is enough for good")
    func answered() {
        var check = ReachCheck(plannedConversations: 1000, baseURL: "http://127.0.0.1:9")
        var words = [check.take(turn(.closedBeforeDone, status: 200), errorText: "")]
        for _ in 0..<30 { words.append(check.take(turn(.connectFailed), errorText: "")) }
        words.append(check.take(turn(.httpError, status: 401), errorText: ""))
        #expect(words.allSatisfy { $0 == nil })
    }

    @Test("turns that we cut say nothing of the target")
    func cut() {
        var check = ReachCheck(plannedConversations: 1, baseURL: "http://127.0.0.1:9")
        let words = check.take(turn(.cut, cause: .interrupted), errorText: "")
        #expect(words == nil)
    }
}
