import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

@Suite("The desk of human answers")
struct HITLDeskTests {
    private static let base = "http://127.0.0.1:9"

    private func desk(second: Double = 0) -> HITLDesk {
        var profile = Profile.HITL()
        profile.answerDelay = .fixed(100e6)
        profile.secondAnswers = second
        return HITLDesk(profile, seed: 1, baseURL: Self.base)
    }

    private func question(
        _ step: String, url: String = base + "/procedures/c/x", received: Instant = at(50)
    ) -> HITLQuestion {
        HITLQuestion(
            conversation: TextDigest("c"), stepID: step, callbackURL: url, attributes: [],
            received: received)
    }

    private func due(_ desk: inout HITLDesk, _ now: Instant) throws -> Int {
        let id = desk.takeDue(now)
        return try #require(id)
    }

    private func turn(_ outcome: Outcome = .done) -> TurnRecord {
        var turn = TurnRecord()
        turn.sent = at(10)
        turn.outcome = outcome
        turn.ended = at(900)
        return turn
    }

    @Test("answers after the delay, and measures notification, callback and pause")
    func walk() throws {
        var desk = desk()
        desk.begin(TextDigest("c"), in: 3)
        #expect(desk.row(of: question("s")) == 3)
        let span = desk.ask(question("s"), of: turn(), row: 3, series: 1)
        #expect(span == .milliseconds(40))
        let early = desk.takeDue(at(149))
        #expect(desk.nextDue == at(150) && early == nil && !desk.isIdle)
        let id = try due(&desk, at(151))
        #expect(desk.message(id)?.url == Self.base + "/procedures/c/x")
        desk.sent(id, at: at(152))
        let said = desk.replied(id, .accepted, at: at(160))
        #expect(said.latency == .milliseconds(10) && said.series == 1 && !said.followed)
        let resumed = desk.resume(3, at: at(200))
        #expect(resumed.map(\.0) == [.measured(.milliseconds(150))])
        #expect(resumed.map(\.series) == [1])
        let again = desk.resume(3, at: at(210))
        #expect(again.isEmpty)
        var turn = turn()
        let ended = desk.end(&turn, row: 3)
        #expect(ended.isEmpty)
        let counts = desk.finish()
        #expect(counts.asked == 1 && counts.sent == 1 && counts.accepted == 1)
        #expect(counts.resumed == 1 && counts.cut == 0 && desk.isIdle && desk.isQuiet)
    }

    @Test("counts a question that came twice once")
    func repeats() {
        var desk = desk()
        let first = desk.ask(question("s"), of: turn(), row: 0, series: 0)
        let second = desk.ask(question("s"), of: turn(), row: 0, series: 0)
        #expect(first != nil && second == nil)
        desk.takeForeign(question("s"))
        desk.takeForeign(question("other"))
        desk.takeUnreadable()
        let counts = desk.finish()
        #expect(counts.asked == 1 && counts.repeated == 2)
        #expect(counts.foreign == 1 && counts.unreadable == 1 && counts.cut == 1)
    }

    @Test("answers twice where it is told to, though the turn went on")
    func second() throws {
        var desk = desk(second: 1)
        _ = desk.ask(question("s"), of: turn(), row: 0, series: 0)
        let id = try due(&desk, at(200))
        desk.sent(id, at: at(200))
        // The reply is faster than the response to the answer.
        let resumed = desk.resume(0, at: at(210))
        #expect(resumed.map(\.0) == [.measured(.milliseconds(160))])
        let said = desk.replied(id, .accepted, at: at(220))
        #expect(said.followed)
        desk.sent(id, at: at(221))
        let last = desk.replied(id, .conflicting, at: at(230))
        #expect(last.latency == nil && !last.followed && desk.isIdle)
        let counts = desk.finish()
        #expect(counts.sent == 2 && counts.sentTwice == 1)
        #expect(counts.accepted == 1 && counts.conflicting == 1)
    }

    @Test("keeps both questions of a turn that asks again before anything else comes of it")
    func twoQuestions() throws {
        var desk = desk()
        _ = desk.ask(question("a"), of: turn(), row: 0, series: 0)
        let first = try due(&desk, at(150))
        desk.sent(first, at: at(150))
        _ = desk.replied(first, .accepted, at: at(160))
        _ = desk.ask(question("b", received: at(170)), of: turn(), row: 0, series: 0)
        let second = try due(&desk, at(270))
        desk.sent(second, at: at(270))
        _ = desk.replied(second, .accepted, at: at(275))
        let resumed = desk.resume(0, at: at(300))
        #expect(
            resumed.map(\.0) == [.measured(.milliseconds(250)), .measured(.milliseconds(130))])
        let counts = desk.finish()
        #expect(counts.asked == 2 && counts.accepted == 2 && counts.resumed == 2)
        #expect(desk.isIdle && desk.isQuiet)
    }

    @Test("draws for each question of a turn, also behind a pause, and anew in the next turn")
    func delays() {
        let profile = Profile.HITL()
        var desk = HITLDesk(profile, seed: 1, baseURL: Self.base)
        for (step, number, index) in [("a", 1, 0), ("b", 1, 1), ("c", 2, 0)] {
            var turn = turn()
            turn.turn = UInt32(number)
            _ = desk.ask(question(step), of: turn, row: 0, series: 0)
            let drawn = profile.draw(
                seed: 1, conversation: turn.conversation, turn: number, question: index)
            #expect(desk.nextDue == at(50) + drawn.delay, "\(step)")
            _ = desk.takeDue(at(1000))
            _ = desk.resume(0, at: at(1000))
        }
    }

    @Test("names the refusal of the second question, where the first was answered")
    func secondRefused() throws {
        var desk = desk()
        for (step, reply) in [("a", HITLReply.accepted), ("b", .forbidden)] {
            _ = desk.ask(question(step), of: turn(), row: 0, series: 0)
            let id = try due(&desk, at(200))
            desk.sent(id, at: at(200))
            _ = desk.replied(id, reply, at: at(210))
        }
        var turn = turn(.timeout)
        let said = desk.end(&turn, row: 0)
        #expect(said.count == 2 && turn.detail.name == "hitl_403" && desk.isQuiet)
    }

    @Test(
        "sends nothing to another server",
        arguments: [
            "http://127.0.0.1:8/x", "http://127.0.0.2:9/x", "https://127.0.0.1:9/x",
            "http://127.0.0.1:9@example.test/", "ftp://127.0.0.1:9/", "",
        ])
    func elsewhere(url: String) {
        var desk = desk()
        _ = desk.ask(question("s", url: url), of: turn(), row: 0, series: 0)
        #expect(desk.nextDue == .never && desk.isIdle)
        var turn = turn(.timeout)
        let said = desk.end(&turn, row: 0)
        #expect(said.map(\.0) == [.censored(waited: .milliseconds(850))])
        #expect(turn.detail.name == "hitl_refused_url")
        let counts = desk.finish()
        #expect(counts.refusedCallbacks == 1)
    }

    @Test(
        "names why a turn was not answered",
        arguments: [
            (HITLReply.unauthorized, "hitl_401"), (.forbidden, "hitl_403"),
            (.notFound, "hitl_404"), (.expired, "hitl_expired"), (.invalid, "hitl_422"),
            (.otherStatus(500), "hitl_500"), (.lost, "hitl_lost"), (.timedOut, "hitl_lost"),
        ])
    func refusals(reply: HITLReply, name: String) throws {
        var desk = desk()
        _ = desk.ask(question("s"), of: turn(), row: 0, series: 0)
        let id = try due(&desk, at(200))
        desk.sent(id, at: at(200))
        _ = desk.replied(id, reply, at: at(210))
        var turn = turn(.timeout)
        let said = desk.end(&turn, row: 0)
        #expect(said.map(\.0) == [.censored(waited: .milliseconds(850))])
        #expect(turn.detail.name == name)
    }

    @Test("says of a turn that went on or ended without it that there was no pause of ours")
    func withoutUs() throws {
        var desk = desk()
        _ = desk.ask(question("a"), of: turn(), row: 0, series: 0)
        let wentOn = desk.resume(0, at: at(60))
        #expect(wentOn.map(\.0) == [.absent])
        _ = desk.ask(question("b"), of: turn(), row: 1, series: 0)
        var escalated = turn(.escalated)
        let ended = desk.end(&escalated, row: 1)
        #expect(ended.map(\.0) == [.absent])
        _ = desk.ask(question("c"), of: turn(), row: 2, series: 0)
        var broken = turn(.cut)
        let cut = desk.end(&broken, row: 2)
        #expect(cut.map(\.0) == [.cut])
        // They are answered all the same: whoever was late must hear so.
        for _ in 0..<3 {
            let id = try due(&desk, at(200))
            desk.sent(id, at: at(200))
            _ = desk.replied(id, .conflicting, at: at(201))
        }
        let counts = desk.finish()
        #expect(desk.isIdle && counts.conflicting == 3)
    }

    @Test("keeps its counts whole, whatever comes in whatever order")
    func counts() {
        let replies: [HITLReply] = [
            .accepted, .unauthorized, .forbidden, .notFound, .expired, .conflicting, .invalid,
            .otherStatus(503), .timedOut, .lost,
        ]
        for index in 0..<300 {
            var draws = TestSeed.generator(index)
            var desk = desk(second: 0.5)
            var onWay: [Int] = []
            for step in 0..<60 {
                let row = Int.random(in: 0..<4, using: &draws)
                switch Int.random(in: 0..<6, using: &draws) {
                case 0, 1:
                    var turn = turn(.timeout)
                    _ = desk.end(&turn, row: row)
                    let url = Bool.random(using: &draws) ? Self.base : "http://127.0.0.1:1"
                    _ = desk.ask(
                        question("s\(step)", url: url), of: turn, row: row, series: 0)
                case 2, 3:
                    guard let id = desk.takeDue(at(1000)) else { break }
                    desk.sent(id, at: at(1000))
                    onWay.append(id)
                case 4:
                    guard let id = onWay.popLast() else { break }
                    let reply = replies.randomElement(using: &draws) ?? .lost
                    if desk.replied(id, reply, at: at(1001)).followed {
                        desk.sent(id, at: at(1001))
                        onWay.append(id)
                    }
                default: _ = desk.resume(row, at: at(1002))
                }
            }
            let idle = desk.isIdle
            let counts = desk.finish()
            let named =
                counts.accepted + counts.unauthorized + counts.forbidden + counts.notFound
                + counts.expired + counts.conflicting + counts.invalid + counts.otherStatus
                + counts.timedOut + counts.lost
            #expect(counts.sent == named + onWay.count, "\(TestSeed.note)")
            #expect(
                counts.asked == counts.sent - counts.sentTwice + counts.refusedCallbacks
                    + counts.cut - onWay.count, "\(TestSeed.note)")
            #expect(idle == (counts.cut == 0), "\(TestSeed.note)")
        }
    }
}
