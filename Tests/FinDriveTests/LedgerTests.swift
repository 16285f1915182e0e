import FinMeasure
import FinProfile
import Testing

@testable import FinDrive

/// What a run has cost at the worst, event by event.
@Suite struct LedgerTests {
    static func profile(isMetered: Bool = true) -> Profile {
        var profile = Profile()
        profile.target = Profile.Target(url: "http://127.0.0.1:1")
        profile.target?.isMetered = isMetered
        return profile
    }

    private func turn(
        _ outcome: Outcome, _ cause: OutcomeCause = .none, status: UInt16 = 0, number: UInt32 = 1
    ) -> TurnRecord {
        var turn = TurnRecord()
        turn.turn = number
        turn.sent = at(1)
        turn.outcome = outcome
        turn.detail.cause = cause
        turn.httpStatus = status
        return turn
    }

    @Test("an open conversation may be billed from the instant it is begun")
    func open() {
        var ledger = Ledger(profile: LedgerTests.profile())
        #expect(ledger.worstCase() == 0)
        for _ in 0..<2 {
            ledger.begin()
            ledger.accept(user: 7)
        }
        #expect(ledger.worstCase() == 1.98)
        #expect(ledger.worstCase(more: 1) == 2.97)
        #expect(ledger.counts.users == 1)
    }

    @Test("where nothing is billed there is no cost")
    func unmetered() {
        var ledger = Ledger(profile: LedgerTests.profile(isMetered: false))
        ledger.begin()
        #expect(ledger.worstCase() == nil)
        #expect(ledger.counts.worstCaseUsd == nil)
        #expect(ledger.counts.billable == 1)
    }

    @Test("a start that was certainly refused is not billed; one that may hide an answer is")
    func refusals() {
        let refused = [
            turn(.connectFailed, .post), turn(.tlsFailed, .post),
            turn(.timeout, .connectTimeout), turn(.rateLimited, .post, status: 429),
            turn(.httpError, .post, status: 401), turn(.httpError, .post, status: 400),
        ]
        let doubtful = [
            turn(.connectionLost, .post), turn(.timeout, .responseTimeout),
            turn(.httpError, .post, status: 500), turn(.httpError, .post, status: 409),
            turn(.httpError, .post, status: 408), turn(.noStream, status: 200),
            turn(.timeout, .connectTimeout, status: 200), turn(.cut, .drain), turn(.done),
            turn(.rateLimited, .post, status: 429, number: 2),
        ]
        for (turns, billable) in [(refused, 0), (doubtful, 1)] {
            for turn in turns {
                var ledger = Ledger(profile: LedgerTests.profile())
                ledger.begin()
                ledger.end(turn)
                #expect(ledger.billable == billable, "\(turn.outcome) \(turn.detail.name)")
            }
        }
        var ledger = Ledger(profile: LedgerTests.profile())
        var blocked = turn(.blocked, .userLimit)
        blocked.sent = nil
        ledger.end(blocked)
        #expect(ledger.billable == 0)
    }

    @Test("a conversation is answered once and escalated once")
    func once() {
        var ledger = Ledger(profile: LedgerTests.profile())
        var entry = Ledger.Entry()
        for _ in 0..<3 {
            ledger.answer(&entry)
            ledger.escalate(&entry)
        }
        #expect(ledger.answered == 1 && ledger.escalated == 1)
    }
}
