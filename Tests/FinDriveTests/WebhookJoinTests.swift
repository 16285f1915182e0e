import FinMeasure
import FinTestSupport
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// The join of webhooks with the events of streams.
@Suite struct WebhookJoinTests {
    private static let conversation = TextDigest("c-1")
    private static let grace = Nanoseconds.seconds(1)

    private static func event(
        _ name: EventFields.Name, _ status: EventFields.Status = .replying, created: Int64 = 0,
        id: String? = nil
    ) -> EventIdentity {
        var fields = EventFields()
        fields.name = name
        fields.status = status
        fields.createdAtMilliseconds = created
        fields.messageID = id.map { TextDigest($0) }
        return EventIdentity(fields)
    }

    private static let reply = event(.replied, id: "m-1")
    private static let done = event(.statusUpdated, .awaitingUserReply, created: 9)

    private static func turn(_ number: UInt32 = 1) -> TurnRecord {
        var turn = TurnRecord()
        turn.turn = number
        turn.outcome = .done
        turn.serverResponse = 5
        return turn
    }

    private static func begun(_ number: UInt32 = 1, heldLimit: Int = 9) -> WebhookJoin {
        var join = WebhookJoin(grace: grace, heldLimit: heldLimit)
        join.begin(turn(number), of: conversation, series: 3)
        return join
    }

    private static func taken(_ join: inout WebhookJoin) -> WebhookJoin.Findings {
        var found = WebhookJoin.Findings()
        join.swapFindings(&found)
        return found
    }

    private func webhook(
        _ join: inout WebhookJoin, _ event: EventIdentity, _ milliseconds: Int64,
        created: Int64? = 9
    ) -> Int? {
        join.webhook(event, of: Self.conversation, at: at(milliseconds), created: created)
    }

    private func stream(
        _ join: inout WebhookJoin, _ event: EventIdentity, _ milliseconds: Int64,
        isTimed: Bool = true
    ) {
        join.stream(event, of: Self.conversation, at: at(milliseconds), isTimed: isTimed)
    }

    private func end(_ join: inout WebhookJoin, _ milliseconds: Int64, turn: UInt32 = 1) {
        join.end(Self.turn(turn), of: Self.conversation, at: at(milliseconds))
    }

    @Test("a turn with ever new events is watched to a bound")
    func eventLimit() {
        var join = Self.begun()
        let count = WebhookJoin.eventLimit + 10
        for number in 0..<count { stream(&join, Self.event(.replied, id: "m-\(number)"), 10) }
        for number in 0..<count {
            _ = webhook(&join, Self.event(.replied, id: "m-\(number)"), 20)
        }
        #expect(join.joined == WebhookJoin.eventLimit && join.unmatched == 10)
        end(&join, 30)
        #expect(Self.taken(&join).records.count == 1)
    }

    @Test("a webhook after its event, and one before it, give a difference of each sign")
    func skews() {
        var join = Self.begun()
        stream(&join, Self.reply, 10)
        #expect(webhook(&join, Self.reply, 30) == 3)
        #expect(webhook(&join, Self.done, 35) == 3)
        stream(&join, Self.done, 40)
        end(&join, 41)
        let found = Self.taken(&join)
        #expect(
            found.skews == [
                .init(span: .milliseconds(20), series: 3),
                .init(span: .milliseconds(-5), series: 3),
            ])
        #expect(found.records.map(\.webhookReplied) == [at(30)])
        #expect(join.joined == 2 && join.unmatched == 0 && join.heldCount == 0)
    }

    @Test("a turn that is over waits for the webhooks of what it has seen")
    func waits() {
        var join = Self.begun()
        stream(&join, Self.reply, 10)
        stream(&join, Self.done, 11)
        end(&join, 12)
        #expect(join.heldCount == 1 && join.deadline == at(1012) && !join.hasFindings)
        #expect(webhook(&join, Self.done, 50) == 3)
        #expect(Self.taken(&join).records.isEmpty)
        #expect(webhook(&join, Self.reply, 60) == 3)
        let found = Self.taken(&join)
        #expect(found.records.count == 1 && found.records.first?.webhookReplied == at(60))
        #expect(found.records.first?.detail.flags == [] && join.heldCount == 0)
        join.expire(at: at(2000))
        #expect(!join.hasFindings && join.deadline == .never)
    }

    @Test("after its grace a webhook is missing, at the run's end it was cut")
    func missing() {
        for isEnd in [false, true] {
            var join = Self.begun()
            stream(&join, Self.reply, 10)
            stream(&join, Self.done, 11)
            end(&join, 12)
            #expect(webhook(&join, Self.reply, 13) == 3)
            _ = Self.taken(&join)
            join.expire(at: at(1011))
            #expect(!join.hasFindings)
            if isEnd { join.finish() } else { join.expire(at: at(1012)) }
            let found = Self.taken(&join)
            #expect(found.missing == [.init(waited: isEnd ? nil : Self.grace, series: 3)])
            #expect(found.records.first?.detail.flags == (isEnd ? [] : .lostWebhook))
            #expect(join.missing == (isEnd ? 0 : 1) && join.cut == (isEnd ? 1 : 0))
            // It comes after all: nobody waits for it.
            #expect(webhook(&join, Self.done, 1500) == nil)
            #expect(join.unmatched == 1)
        }
    }

    @Test("a replayed event is joined, but its arrival makes no difference")
    func replayed() {
        var join = Self.begun()
        stream(&join, Self.reply, 10, isTimed: false)
        #expect(webhook(&join, Self.reply, 30) == 3)
        end(&join, 31)
        let found = Self.taken(&join)
        #expect(found.skews.isEmpty && found.records.count == 1 && join.joined == 1)
    }

    @Test("a late webhook goes to its own turn, while the next one is under way")
    func turns() {
        var join = Self.begun()
        stream(&join, Self.reply, 10)
        end(&join, 11)
        join.begin(Self.turn(2), of: Self.conversation, series: 4)
        let second = Self.event(.replied, id: "m-2")
        stream(&join, second, 40)
        #expect(webhook(&join, Self.reply, 50) == 3)
        #expect(webhook(&join, second, 51) == 4)
        end(&join, 60, turn: 2)
        let records = Self.taken(&join).records
        #expect(records.map(\.turn) == [1, 2])
        #expect(records.map(\.webhookReplied) == [at(50), at(51)])
    }

    @Test("a reply that the stream has lost is the turn's, unless it was made before it")
    func lostByStream() {
        for created in [Int64(4), 5] {
            var join = Self.begun()
            #expect(webhook(&join, Self.reply, 20, created: created) == 3)
            end(&join, 30)
            let found = Self.taken(&join)
            #expect(found.records.map(\.webhookReplied) == [created < 5 ? nil : at(20)])
            #expect(join.unmatched == 1 && join.joined == 0)
        }
    }

    @Test("a turn that never began is recorded at once")
    func blocked() {
        var join = WebhookJoin(grace: Self.grace)
        end(&join, 1)
        #expect(Self.taken(&join).records.count == 1 && join.heldCount == 0)
    }

    @Test("where too many wait, the oldest makes room and is cut")
    func bound() {
        var join = WebhookJoin(grace: Self.grace, heldLimit: 2)
        for number in 0..<3 {
            let conversation = TextDigest("c-\(number)")
            join.begin(Self.turn(), of: conversation, series: 0)
            join.stream(Self.reply, of: conversation, at: at(1), isTimed: true)
            join.end(Self.turn(), of: conversation, at: at(Int64(2 + number)))
        }
        #expect(join.heldCount == 2 && join.cut == 1)
        #expect(Self.taken(&join).missing == [.init(waited: nil, series: 0)])
        #expect(join.webhook(Self.reply, of: TextDigest("c-0"), at: at(9), created: 9) == nil)
    }

    @Test("in any order nothing is lost: every turn recorded once, every count adds up")
    func anyOrder() {
        for index in 0..<200 {
            var draws = TestSeed.generator(index)
            var case_ = JoinCase(&draws)
            case_.run(&draws)
            let (join, found) = (case_.join, case_.found)
            let comment = Comment(rawValue: "case \(index), \(TestSeed.note)")
            #expect(found.records.count == case_.ended, comment)
            #expect(case_.streamed == join.joined + join.missing + join.cut, comment)
            #expect(case_.delivered == join.joined + join.unmatched, comment)
            #expect(found.skews.count == join.joined, comment)
            #expect(found.missing.count == join.missing + join.cut, comment)
            #expect(join.heldCount == 0 && join.deadline == .never, comment)
            let flagged = found.records.count { $0.detail.flags.contains(.lostWebhook) }
            #expect((flagged > 0) == (join.missing > 0), comment)
        }
    }
}

/// Conversations of two turns with two events each, whose webhooks come early, late or never.
private struct JoinCase {
    var join = WebhookJoin(grace: .milliseconds(40))
    var found = WebhookJoin.Findings()
    var ended = 0
    var streamed = 0
    var delivered = 0

    /// What happens when; ties in any order.
    private enum Step {
        case begin(Int, UInt32)
        case stream(Int, EventIdentity)
        case webhook(Int, EventIdentity)
        case end(Int, UInt32)
    }
    private var steps: [(at: Int64, step: Step)] = []

    init(_ draws: inout SeededGenerator) {
        for conversation in 0..<4 {
            for turn in UInt32(1)...2 {
                let start = Int64(turn - 1) * 30
                steps.append((start, .begin(conversation, turn)))
                steps.append((start + 20, .end(conversation, turn)))
                for number in 0..<2 {
                    var fields = EventFields()
                    fields.name = .replied
                    fields.messageID = TextDigest("m-\(conversation)-\(turn)-\(number)")
                    let event = EventIdentity(fields)
                    let due = start + 5 + Int64(number)
                    if draws.unit() < 0.9 { steps.append((due, .stream(conversation, event))) }
                    if draws.unit() < 0.9 {
                        let late = Int64(draws.unit() * 100) - 4
                        steps.append((due + late, .webhook(conversation, event)))
                    }
                }
            }
        }
        steps.sort { $0.at < $1.at }
    }

    mutating func run(_ draws: inout SeededGenerator) {
        for (time, step) in steps {
            join.expire(at: at(time))
            perform(step, time)
        }
        if draws.unit() < 0.5 { join.expire(at: at(1000)) }
        join.finish()
        join.swapFindings(&found)
    }

    private mutating func perform(_ step: Step, _ time: Int64) {
        switch step {
        case .begin(let number, let turn):
            var record = TurnRecord()
            record.turn = turn
            join.begin(record, of: TextDigest("c-\(number)"), series: 0)
        case .end(let number, let turn):
            var record = TurnRecord()
            record.turn = turn
            record.outcome = .done
            ended += 1
            join.end(record, of: TextDigest("c-\(number)"), at: at(time))
        case .stream(let number, let event):
            streamed += 1
            join.stream(event, of: TextDigest("c-\(number)"), at: at(time), isTimed: true)
        case .webhook(let number, let event):
            delivered += 1
            _ = join.webhook(event, of: TextDigest("c-\(number)"), at: at(time), created: nil)
        }
    }
}
