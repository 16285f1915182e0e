import FinMeasure
import FinProfile
import Testing

@testable import FinDrive

/// The rules that end a run before its time.
@Suite struct StopRulesTests {
    private func rules(_ change: (inout Profile.Safety) -> Void) -> (StopRules, Ledger) {
        var profile = LedgerTests.profile()
        change(&profile.safety)
        return (StopRules(profile: profile), Ledger(profile: profile))
    }

    @Test("the escalation above the limit stops, the one that meets it does not")
    func escalations() {
        var (rules, ledger) = rules { $0.maxEscalations = 2 }
        for number in 1...3 {
            var entry = Ledger.Entry()
            ledger.escalate(&entry)
            rules.escalated(ledger)
            #expect((rules.reason != nil) == (number == 3))
        }
        #expect(
            rules.reason
                == "safety.max_escalations is 2, and 3 conversations were escalated")
    }

    @Test("a limit of no escalations stops at the first one")
    func noEscalation() {
        var (rules, ledger) = rules { $0.maxEscalations = 0 }
        var entry = Ledger.Entry()
        ledger.escalate(&entry)
        rules.escalated(ledger)
        #expect(rules.reason != nil)
    }

    @Test("the start that would exceed the cost is not made; one that meets it to the cent is")
    func cost() {
        var (rules, ledger) = rules {
            $0.maxCost = 0.3
            $0.pricePerOutcome = 0.1
        }
        for _ in 0..<3 {
            let isAdmitted = rules.admitsStart(ledger)
            #expect(isAdmitted)
            ledger.begin()
        }
        let isAdmitted = rules.admitsStart(ledger)
        #expect(!isAdmitted)
        #expect(
            rules.reason
                == "safety.max_cost is 0.30 USD: the 3 conversations begun so far may cost "
                + "0.30 USD, and one more would exceed it")
    }

    @Test("a start that was refused gives its money back")
    func refund() {
        var (rules, ledger) = rules { $0.maxCost = 0.99 }
        ledger.begin()
        var turn = TurnRecord()
        turn.sent = at(1)
        turn.outcome = .connectFailed
        ledger.end(turn)
        let isAdmitted = rules.admitsStart(ledger)
        #expect(isAdmitted)
    }

    @Test("the first reason stands")
    func first() {
        var (rules, ledger) = rules {
            $0.maxEscalations = 0
            $0.maxCost = 0
        }
        var entry = Ledger.Entry()
        ledger.escalate(&entry)
        rules.escalated(ledger)
        let reason = rules.reason
        let isAdmitted = rules.admitsStart(ledger)
        #expect(!isAdmitted && rules.reason == reason)
    }

    @Test("without rules nothing ever stops")
    func none() {
        var (rules, ledger) = rules { _ in }
        for _ in 0..<1000 {
            var entry = Ledger.Entry()
            ledger.begin()
            ledger.escalate(&entry)
            rules.escalated(ledger)
            let isAdmitted = rules.admitsStart(ledger)
            #expect(isAdmitted)
        }
        #expect(rules.reason == nil)
    }
}
