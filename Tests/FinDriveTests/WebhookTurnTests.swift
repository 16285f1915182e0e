import FinMeasure
import FinProfile
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// Turns that webhooks alone tell of.
@Suite struct WebhookTurnTests {
    private static let grace = Nanoseconds.seconds(1)

    /// A conversation whose POST was answered at 11 ms, unless it is still under way.
    private final class Ear {
        var conversation: Conversation
        var last = Conversation.Effect()

        init(isAnswered: Bool = true) {
            conversation = Conversation(
                identity: TextDigest("c-1"), turnCount: 3, timeouts: .init(), webhookGrace: grace)
            plan(1)
            if isAnswered { answer() }
        }

        var record: TurnRecord { conversation.record }

        func plan(_ number: UInt32) {
            var record = TurnRecord()
            record.turn = number
            record.planned = at(0)
            conversation.plan(record)
            conversation.begin(at: at(1))
        }

        @discardableResult
        func answer(url: String? = nil) -> Conversation.Action {
            conversation.postHeaders(status: 200, at: stamp(10))
            let fields = FinDriveTests.answer(url: url)
            let action = conversation.postFinished(result(.complete, 11), fields: fields) { _ in
                false
            }
            for arrival in conversation.takeEarly() {
                last = conversation.take(arrival, now: at(11))
            }
            return action
        }

        /// A webhook; made on the server's clock `created` ms after the POST's answer there.
        func hear(
            _ name: EventFields.Name, _ status: EventFields.Status, _ milliseconds: Int64,
            created: Int64? = nil
        ) {
            var fields = EventFields()
            fields.name = name
            fields.status = status
            fields.conversationID = conversation.identity
            fields.createdAtMilliseconds = Walk.created + (created ?? milliseconds)
            let arrival = WebhookArrival(
                event: fields, received: at(milliseconds), isDuplicate: false)
            last = conversation.take(arrival, now: at(milliseconds + 1))
        }

        func reply(_ milliseconds: Int64, created: Int64? = nil) {
            hear(.replied, .replying, milliseconds, created: created)
        }

        func done(_ milliseconds: Int64, created: Int64? = nil) {
            hear(.statusUpdated, .awaitingUserReply, milliseconds, created: created)
        }

        func expire(_ milliseconds: Int64) -> Conversation.Action {
            conversation.expire(at: at(milliseconds))
        }
    }

    @Test("reply and done end the turn; its TTFT is absent by right, with or without a stream URL")
    func whole() {
        for url in [nil, Walk.url] {
            let ear = Ear(isAnswered: false)
            #expect(ear.answer(url: url) == .listen)
            ear.reply(50)
            #expect(ear.last.action == .none && ear.last.deliveryCreated == Walk.created + 50)
            ear.done(60)
            #expect(ear.last.action == .turnOver && ear.last.isDone)
            let turn = ear.record
            #expect(turn.outcome == .done && turn.firstReplied == at(50) && turn.done == at(60))
            #expect(turn.webhookReplied == at(50) && !turn.isKernelStamped)
            #expect(turn.observe(.ttft, from: .planned) == .absent)
            #expect(turn.observe(.firstReply, from: .planned) == .measured(.milliseconds(50)))
            #expect(turn.observe(.turnTime, from: .planned) == .measured(.milliseconds(60)))
        }
    }

    @Test("a done signal that overtook the reply waits for it")
    func overtaken() {
        let ear = Ear()
        ear.done(50, created: 49)
        #expect(ear.last.action == .none && !ear.last.isDone)
        #expect(ear.conversation.deadline == at(51) + Self.grace)
        ear.reply(80, created: 45)
        #expect(ear.last.action == .turnOver && ear.last.isDone)
        #expect(ear.record.firstReplied == at(80) && ear.record.done == at(50))
        // The next turn cannot be planned before the end was known.
        #expect(ear.conversation.nextPlanned(afterThinking: .zero) == at(81))
    }

    @Test("a reply that never comes is a failure, not an answer without words")
    func missing() {
        let ear = Ear()
        ear.done(50)
        #expect(ear.expire(1050) == .none)
        #expect(ear.expire(1051) == .turnOver)
        #expect(ear.record.outcome == .webhookMissing && !ear.conversation.canGoOn)
        #expect(ear.record.observe(.ttft, from: .planned) == .absent)
        #expect(
            ear.record.observe(.turnTime, from: .planned)
                == .censored(waited: .milliseconds(1051)))
    }

    @Test("what comes before the answer to the POST is kept for it")
    func early() {
        let ear = Ear(isAnswered: false)
        ear.reply(5, created: 1)
        ear.done(6, created: 2)
        #expect(ear.last.action == .none && ear.last.isTaken)
        ear.answer()
        #expect(ear.last.action == .turnOver)
        #expect(ear.record.firstReplied == at(5) && ear.record.done == at(6))
        #expect(ear.record.outcome == .done)
    }

    @Test("early webhooks do not save a turn whose POST is refused")
    func refused() {
        let ear = Ear(isAnswered: false)
        ear.reply(5)
        ear.conversation.postHeaders(status: 500, at: stamp(10))
        let action = ear.conversation.postFinished(result(.complete, 11), fields: nil) { _ in
            true
        }
        #expect(action == .turnOver && ear.record.outcome == .httpError)
        // The load thread counts what is left as unmatched.
        #expect(ear.conversation.takeEarly().count == 1)
    }

    @Test("a webhook of the turn before is none of this one's")
    func before() {
        let ear = Ear()
        ear.reply(50)
        ear.done(60, created: 60)
        ear.plan(2)
        ear.answer()
        ear.reply(70, created: 55)
        #expect(!ear.last.isTaken && ear.record.firstReplied == nil)
        ear.reply(80, created: 75)
        #expect(ear.last.isTaken && ear.record.firstReplied == at(80))
    }

    @Test("escalated and resolved need no reply, but leave it a moment")
    func ends() {
        for (status, outcome) in [
            (EventFields.Status.escalated, Outcome.escalated), (.resolved, .resolved),
            (.complete, .complete),
        ] {
            let ear = Ear()
            ear.hear(.statusUpdated, status, 50)
            #expect(ear.last.isDone && ear.last.action == .none)
            #expect(ear.conversation.deadline == at(51) + Conversation.closeGrace)
            #expect(ear.expire(301) == .turnOver)
            #expect(ear.record.outcome == outcome && ear.record.done == at(50))
        }
    }

    @Test("silence is a timeout that says which: none of the answer, or not all of it")
    func silence() {
        let silent = Ear()
        #expect(silent.expire(30_000) == .none)
        #expect(silent.expire(30_001) == .turnOver)
        #expect(silent.record.outcome == .timeout)
        #expect(silent.record.detail.cause == .webhookTimeout)
        let halted = Ear()
        halted.reply(50)
        #expect(halted.expire(30_051) == .turnOver)
        #expect(halted.record.detail.cause == .idleTimeout)
    }

    @Test("before 2.16 two seconds of quiet after the reply end the turn")
    func quiet() {
        let ear = Ear()
        ear.hear(.replied, .awaitingUserReply, 50)
        #expect(ear.expire(2050) == .none)
        #expect(ear.expire(2051) == .turnOver)
        #expect(ear.record.outcome == .done && ear.record.done == at(50))
        #expect(ear.record.detail.flags.contains(.inferredDone))
    }

    @Test("a turn that listens is cut without a transfer to hang up")
    func cut() {
        let ear = Ear()
        #expect(ear.conversation.cut(.drain, at: at(100)) == .turnOver)
        #expect(ear.record.outcome == .cut && ear.record.detail.cause == .drain)
        #expect(ear.record.observe(.ttft, from: .planned) == .cut)
    }
}
