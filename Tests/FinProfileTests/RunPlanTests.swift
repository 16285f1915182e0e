import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@Suite struct RunPlanTests {
    private func plan(_ text: String, runID: String = "r1") throws -> RunPlan {
        try RunPlan(profile: try parsed(text), runID: runID)
    }

    private func message(_ text: String) throws -> String? {
        let profile = try parsed(text)
        do throws(ProfileError) {
            _ = try RunPlan(profile: profile, runID: "r1")
            return nil
        } catch {
            return error.description
        }
    }

    private let talk =
        "conversation: {turns: {uniform: [1, 3]}, think_time: {uniform: [1s, 2s]}}\nload: "

    @Test("the same seed gives the same plan, another seed another")
    func seeds() throws {
        let text = talk + "{rate: 50/s, duration: 10s, seed: "
        let (one, two, other) = (
            try plan(text + "4}"), try plan(text + "4}"), try plan(text + "5}")
        )
        #expect(one.arrivals == two.arrivals && one.arrivals != other.arrivals)
        let numbers = 0..<200 as Range<UInt64>
        #expect(numbers.map(one.draft) == numbers.map(two.draft))
        #expect(numbers.map(one.draft) != numbers.map(other.draft))
        #expect(
            one.thinkTime(conversation: 3, afterTurn: 1)
                == two.thinkTime(conversation: 3, afterTurn: 1))
    }

    @Test("draws lie in their ranges and use all of them")
    func ranges() throws {
        let plan = try plan(talk + "{rate: 50/s, duration: 10s, seed: \(TestSeed.value)}")
        let drafts = (0..<2000 as Range<UInt64>).map(plan.draft)
        #expect(Set(drafts.map(\.turnCount)) == [1, 2, 3], "\(TestSeed.note)")
        #expect(Set(drafts.map(\.question)) == [0, 1, 2, 3, 4], "\(TestSeed.note)")
        #expect(drafts.allSatisfy { $0.user < 1000 })
        #expect(Set(drafts.map(\.user)).count > 750, "\(TestSeed.note)")
        let thinks = (0..<500 as Range<UInt64>).map {
            plan.thinkTime(conversation: $0, afterTurn: 1)
        }
        #expect(thinks.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(2) })
        #expect(Set(thinks).count > 490)
        #expect(
            plan.thinkTime(conversation: 1, afterTurn: 1)
                != plan.thinkTime(conversation: 1, afterTurn: 2))
    }

    @Test("with a limit per user, each user of the pool comes once before one comes again")
    func userOrder() throws {
        let seed = TestSeed.value
        for size in [1, 2, 3, 4, 5, 16, 17, 100, 1000] {
            let text =
                "conversation: {user_pool: {size: \(size)}}\nsafety: {max_per_user: 1}\n"
                + "load: {rate: 50/s, duration: 10s, seed: \(seed)}"
            let plan = try plan(text)
            let users = (0..<UInt64(3 * size)).map { plan.draft($0).user }
            let all = Set(0..<UInt32(size))
            #expect(Set(users[..<size]) == all, "\(size), \(TestSeed.note)")
            #expect(users[size..<(2 * size)] == users[(2 * size)...], "\(TestSeed.note)")
            if size < 100 { continue }
            let sorted = users[..<size].sorted()
            #expect(Array(users[..<size]) != sorted, "drawn, not counted: \(TestSeed.note)")
            let other = try self.plan(
                text.replacing("seed: \(seed)", with: "seed: \(seed / 2 + 1)"))
            #expect((0..<UInt64(size)).map { other.draft($0).user } != users[..<size].map { $0 })
        }
    }

    @Test("a rate with a number of conversations begins exactly that number", arguments: 1...20)
    func exactCount(seed: Int) throws {
        for kind in ["poisson", "constant"] {
            let plan = try plan(
                "load: {arrivals: \(kind), rate: 30/s, conversations: 300, seed: \(seed)}")
            #expect(plan.arrivals.count == 300 && plan.conversationLimit == 300)
            #expect(plan.length.count > plan.arrivals[299])
        }
    }

    @Test("ids hold the run and the number and never repeat")
    func identifiers() throws {
        let plan = try plan("conversation: {id: 'fb-{run}-{n}'}", runID: "rxyz")
        #expect(plan.conversationID(7) == "fb-rxyz-7")
        #expect(plan.conversationID(.max) == "fb-rxyz-18446744073709551615")
        #expect(Set((0..<5000 as Range<UInt64>).map(plan.conversationID)).count == 5000)
        #expect(plan.userID(12) == "load-u-12" && plan.userEmail(12) == nil)
        let mail = try self.plan("conversation: {user_pool: {email: 'u{n}@example.test'}}")
        #expect(mail.userEmail(12) == "u12@example.test")
    }

    @Test("a question shows its name or a hash; its last text is repeated")
    func questions() throws {
        let plan = try plan(
            "conversation: {messages: [{question: refund, turns: [a, b]}, 'How so?']}")
        #expect(plan.question(0) == "refund" && plan.question(1).count == 16)
        // FNV-1a of the text and one byte 0xff, worked out by another program.
        #expect(plan.question(1) == "ff5caafc1803e4d7")
        #expect((1...4).map { plan.messageText(question: 0, turn: $0) } == ["a", "b", "b", "b"])
    }

    @Test("the phase follows the planned instant")
    func phases() throws {
        let plan = try plan("load: {rate: 5/s, duration: 10s, warmup: 2s}")
        #expect(plan.phase(plannedOffset: .zero) == .warmup)
        #expect(plan.phase(plannedOffset: Nanoseconds(1_999_999_999)) == .warmup)
        #expect(plan.phase(plannedOffset: .seconds(2)) == .main)
        #expect(plan.length == .seconds(10) && plan.warmup == .seconds(2))
        #expect(plan.drain == .seconds(120))
    }

    @Test("a closed load has no arrivals, but a shape and a limit")
    func closed() throws {
        let plan = try plan(talk + "{concurrency: 20, ramp: 1s, duration: 10s, drain: 3s}")
        #expect(plan.arrivals.isEmpty && plan.length == .seconds(10) && plan.drain == .seconds(3))
        #expect(plan.closed?.concurrency == 20 && plan.closed?.ramp == .seconds(1))
        #expect(plan.conversationLimit == 100_000 && plan.expectedTurns == 40)
    }

    @Test("expected turns are close to the drawn ones")
    func expectedTurns() throws {
        let plan = try plan(talk + "{rate: 200/s, duration: 20s, seed: \(TestSeed.value)}")
        let drawn = plan.arrivals.indices.map { plan.draft(UInt64($0)).turnCount }.reduce(0, +)
        // Five standard errors: √(4000 · 2/3) = 52 each.
        #expect(abs(Double(drawn) - plan.expectedTurns) < 260, "\(TestSeed.note)")
    }

    @Test(
        "a plan beyond its limits is refused with figures",
        arguments: [
            (
                "load: {rate: 1000/s, duration: 200s}",
                "has about 200000 conversations, but safety.max_conversations is 100000 "
                    + "(the default where they cost none): lower the load, or set "
                    + "safety.max_conversations to 200000 or more"
            ),
            (
                "target: {region: us}\nload: {rate: 10/s, conversations: 101}",
                "has about 101 conversations, but safety.max_conversations is 100 "
                    + "(the default where conversations cost money): lower the load, or set "
                    + "safety.max_conversations to 101 or more"
            ),
            (
                "safety: {max_conversations: 50}\nload: {concurrency: 51, duration: 5s}",
                "has about 51 conversations, but safety.max_conversations is 50: lower the "
                    + "load, or set safety.max_conversations to 51 or more"
            ),
            (
                "load: {rate: 1/h, duration: 1s}",
                "has no conversation: raise load.rate, load.duration or the stages"
            ),
            (
                "load: {rate: 10/s, duration: 60s, conversations: 20, arrivals: constant, "
                    + "warmup: 5s}",
                "ends after 2s, within its warm-up of 5s: raise load.conversations or lower "
                    + "load.warmup"
            ),
        ] as [(String, String)])
    func refused(text: String, words: String) throws {
        #expect(try message(text) == "plan of profile \"test\": \(words)")
    }

    @Test("run ids are in order of time and of one length")
    func runIDs() {
        let early = RunID.make(unixNanoseconds: 1_700_000_000_000_000_000, entropy: .max)
        let late = RunID.make(unixNanoseconds: 1_700_000_000_001_000_000, entropy: 0)
        #expect(early < late && early.count == 16 && late.count == 16)
        #expect(
            RunID.make(unixNanoseconds: 5, entropy: 1) != RunID.make(unixNanoseconds: 5, entropy: 2)
        )
        #expect(RunID.make(unixNanoseconds: 33_000_000, entropy: 32) == "r000000011000010")
    }
}
