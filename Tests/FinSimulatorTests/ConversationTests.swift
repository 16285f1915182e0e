import FinMeasure
import Testing

@testable import FinSimulator

@Suite("A conversation")
struct ConversationTests {
    func instant(_ seconds: UInt64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    func call(_ body: String = "b", author: String = "user", timestamp: String? = "t") -> TurnCall {
        TurnCall(
            conversationID: "c", userID: "u", author: author, body: body, timestamp: timestamp)
    }

    @Test(
        "has the number at the end of its id",
        arguments: [
            ("fb-r1-42", 42), ("7", 7), ("a007", 7), ("x9y10", 10),
            ("n18446744073709551615", UInt64.max),
        ])
    func number(id: String, number: UInt64) {
        #expect(Conversation.number(of: id) == number)
    }

    @Test("without a number has the FNV-1a hash of its id, in every process")
    func hash() {
        #expect(Conversation.number(of: "a") == 0xAF63_DC4C_8601_EC8C)
        #expect(Conversation.number(of: "") == 0xCBF2_9CE4_8422_2325)
        // One digit more than fits.
        #expect(Conversation.number(of: "n184467440737095516150") > UInt64(UInt32.max))
    }

    @Test("takes an equal message for a repeat within 300 s, and only then")
    func repeats() {
        let conversation = Conversation(id: "c", appID: "a", now: instant(0))
        conversation.remember(call(), now: instant(0))
        #expect(conversation.hasSeen(call(), now: instant(299)))
        #expect(!conversation.hasSeen(call(), now: instant(300)))
        #expect(!conversation.hasSeen(call("other"), now: instant(1)))
        #expect(!conversation.hasSeen(call(author: "agent"), now: instant(1)))
        #expect(!conversation.hasSeen(call(timestamp: "t2"), now: instant(1)))
    }

    @Test("takes no message without a timestamp for a repeat")
    func noTimestamp() {
        let conversation = Conversation(id: "c", appID: "a", now: instant(0))
        conversation.remember(call(timestamp: nil), now: instant(0))
        #expect(!conversation.hasSeen(call(timestamp: nil), now: instant(1)))
    }

    @Test("is forgotten after a quarter of an hour without a word, not before")
    func forgetting() {
        var store = ConversationStore()
        var forgotten: [String] = []
        func insert(_ id: String, _ seconds: UInt64) {
            let conversation = Conversation(id: id, appID: "a", now: instant(seconds))
            forgotten += store.insert(conversation, now: instant(seconds)).map(\.id)
        }
        insert("a", 0)
        insert("b", 0)
        insert("c", 1)
        store["b"]?.lastActive = instant(800)
        insert("d", 900)
        #expect(forgotten.isEmpty && store.count == 4)
        insert("e", 901)
        insert("f", 902)
        #expect(forgotten == ["a", "c"])
        #expect(store["a"] == nil && store["b"] != nil && store["e"] != nil)
        insert("g", 1802)
        insert("h", 1803)
        #expect(Set(forgotten) == ["a", "b", "c", "d", "e", "f"])
    }

    @Test("shows a rewind the last two minutes, and at most a hundred events")
    func past() {
        let conversation = Conversation(id: "c", appID: "a", now: instant(0))
        var script = TurnScript()
        script.steps = (0..<150).map { _ in .init(offset: .zero, action: .replied(part: 0)) }
        let turn = Turn(
            conversation: conversation, number: 1, version: .v216, script: script,
            userID: "u",
            isReplayable: true, received: instant(0))
        for index in 0..<150 { _ = turn.takeStep(now: UInt64(index) * 1000) }
        #expect(turn.past(now: 149_000) == 50..<150)
        #expect(turn.past(now: 200_000) == 81..<150)
        #expect(turn.past(now: 1_000_000).isEmpty)
    }

    @Test("is written to the truth log as one CSV line, empty where nothing happened")
    func truth() {
        var row = TruthRow(
            conversationID: "c,\"1\"", turn: 2, fault: "stall", requestReceived: instant(1))
        #expect(row.line == "\"c,\"\"1\"\"\",2,stall,1000000000,,,\n")
        row.conversationID = "c"
        row.firstChunkWritten = instant(2)
        row.doneWritten = instant(3)
        #expect(row.line == "c,2,stall,1000000000,2000000000,,3000000000\n")
    }
}

@Suite("The rate limit")
struct RateLimiterTests {
    @Test("counts each token by itself, in windows that begin at seconds divisible by ten")
    func windows() {
        var limiter = RateLimiter(limit: 2)
        let first = limiter.count(token: "a", now: 1009)
        #expect(first == .init(limit: 2, remaining: 1, reset: 1010, isExceeded: false))
        #expect(limiter.count(token: "a", now: 1009)?.remaining == 0)
        #expect(limiter.count(token: "a", now: 1009)?.isExceeded == true)
        #expect(limiter.count(token: "b", now: 1009)?.isExceeded == false)
        let next = limiter.count(token: "a", now: 1010)
        #expect(next == .init(limit: 2, remaining: 1, reset: 1020, isExceeded: false))
    }

    @Test("says nothing when there is none")
    func unlimited() {
        var limiter = RateLimiter(limit: nil)
        #expect(limiter.count(token: "a", now: 0) == nil)
    }
}
