import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@Suite struct RunPlanSliceTests {
    private func plan(_ text: String) throws -> RunPlan {
        try RunPlan(profile: try parsed(text), runID: "r1")
    }

    /// Everything of a conversation that a plan decides, in one line.
    private func words(_ plan: RunPlan, _ position: Int) -> String {
        let number = plan.number(at: position)
        let draft = plan.draft(number)
        let start =
            plan.closed == nil
            ? Nanoseconds(plan.arrivals[position]) : plan.rampOffset(at: position)
        let turns = (1...draft.turnCount).map { turn in
            "\(plan.messageText(question: draft.question, turn: turn)) "
                + "\(plan.thinkTime(conversation: number, afterTurn: turn))"
        }
        return "\(plan.conversationID(number)) \(start.count) \(draft) \(turns)"
    }

    private let loads = [
        "{rate: 50/s, duration: 6s, warmup: 2s",
        "{arrivals: constant, conversations: 97, rate: 40/s",
        "{concurrency: 23, conversations: 23, ramp: 1s, duration: 5s",
    ]

    @Test(
        "slices are the plan: each conversation once, with its texts and its instants",
        arguments: 0..<3)
    func partition(load: Int) throws {
        let text =
            "conversation: {turns: {uniform: [1, 3]}, think_time: {uniform: [1s, 2s]}}\nload: "
            + loads[load] + ", seed: \(TestSeed.value)}"
        let whole = try plan(text)
        let all = (0..<whole.conversationLimit).map { words(whole, $0) }
        for count in [1, 2, 3, 8, 23] {
            let slices = try PlanShard.all(count).map { try whole.slice($0) }
            var found: [String] = []
            for slice in slices {
                #expect(slice.length == whole.length && slice.warmup == whole.warmup)
                found += (0..<slice.conversationLimit).map { words(slice, $0) }
                #expect(slice.arrivals == slice.arrivals.sorted())
            }
            #expect(found.sorted() == all.sorted(), "\(count) slices; \(TestSeed.note)")
            let limits = slices.map(\.profile.load.maxInFlight)
            #expect(limits.reduce(0, +) == whole.profile.load.maxInFlight)
            #expect(
                slices.compactMap(\.closed?.concurrency).reduce(0, +) == whole.closed?.concurrency
                    ?? 0)
            #expect(slices.allSatisfy { $0.wholeProfile.json == whole.profile.json })
        }
    }

    @Test("limits of the whole run are divided so that they hold for it", arguments: 0..<50)
    func limits(round: Int) throws {
        var random = TestSeed.generator(round)
        let count = Int(random.next() % 8) + 1
        let escalations = count + Int(random.next() % 20)
        let cost = 40 + Int(random.next() % 60)
        let text = """
            target: {url: "http://127.0.0.1:1", metered: true}
            conversation: {user_pool: {size: \(12 * count)}}
            load: {concurrency: 30, duration: 5s}
            safety: {max_cost: \(cost) USD, max_escalations: \(escalations)}
            """
        let slices = try PlanShard.all(count).map { try plan(text).slice($0) }
        let costs = slices.compactMap(\.profile.safety.maxCost).reduce(0, +)
        #expect(costs <= Double(cost) + 1e-9 && costs > Double(cost) - 0.99, "\(TestSeed.note)")
        // A slice stops at one more than its part: together at one more than the limit at the latest.
        let stops = slices.compactMap(\.profile.safety.maxEscalations).map { $0 + 1 }
        #expect(stops.reduce(0, +) == escalations + 1, "\(TestSeed.note)")
        // Each user belongs to one slice.
        let users = slices.map { slice in
            Set((0..<200).map { slice.draft(slice.number(at: $0)).user })
        }
        let together = users.reduce(into: Set<UInt32>()) { $0.formUnion($1) }
        #expect(users.reduce(0) { $0 + $1.count } == together.count, "\(TestSeed.note)")
    }

    @Test(
        "what cannot be divided is refused with its figures",
        arguments: [
            ("load: {rate: 1/s, conversations: 3}", "conversations of the plan \"3\""),
            ("load: {rate: 9/s, duration: 9s, max_in_flight: 3}", "load.max_in_flight \"3\""),
            ("load: {concurrency: 3, duration: 9s}", "conversations of the plan \"3\""),
            (
                "load: {rate: 9/s, duration: 9s}\nsafety: {max_escalations: 1}",
                "safety.max_escalations, plus one, \"2\""
            ),
            (
                "load: {rate: 9/s, duration: 9s}\nsafety: {max_per_user: 1}",
                "conversation.user_pool.size \"1000\" a multiple of 7"
            ),
        ])
    func refused(text: String, words: String) throws {
        let plan = try plan(text)
        let shard = try #require(PlanShard(index: 0, count: 7))
        let error = #expect(throws: ProfileError.self) { try plan.slice(shard) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("webhooks reach the slices of one machine, calls of connectors no slice")
    func addresses() throws {
        let load = "load: {rate: 9/s, duration: 9s}\n"
        let shard = try #require(PlanShard(index: 1, count: 2))
        for text in ["delivery: [sse, webhook]\n", "simulator: {hitl: {}}\nhitl: {}\n"] {
            let error = #expect(throws: ProfileError.self) { try plan(load + text).slice(shard) }
            #expect(error?.description.contains("--workers 2") == true, "\(text)")
            #expect(try plan(load + text).slice(shard, hasCommonReceiver: true).shard == shard)
        }
        let text = load + "connectors: {answer: 60ms}\nsimulator: {connectors: {share: 50%}}\n"
        for isCommon in [false, true] {
            let error = #expect(throws: ProfileError.self) {
                try plan(text).slice(shard, hasCommonReceiver: isCommon)
            }
            #expect(error?.description.contains("one process, --workers 1") == true)
        }
    }

    @Test("what happens at an instant happens then in every slice's own simulator")
    func simulator() throws {
        let text =
            "load: {arrivals: constant, rate: 10/s, duration: 9s}\n"
            + "simulator: {freeze: {at: 2s, for: 1s}, rate_limit: 30/10s}"
        let slices = try PlanShard.all(3).map { try plan(text).slice($0) }
        #expect(slices.map { $0.profile.simulator.freezes.first?.at } == [2e9, 1.9e9, 1.8e9])
        #expect(slices.compactMap(\.profile.simulator.rateLimit) == [10, 10, 10])
    }

    @Test("a slice has an index below its count")
    func shards() {
        #expect(PlanShard(index: 8, count: 8) == nil && PlanShard(index: -1, count: 8) == nil)
        #expect(PlanShard(index: 0, count: 0) == nil && PlanShard(index: 0, count: 10_001) == nil)
        #expect(PlanShard(index: 0, count: 1) == .whole)
    }
}
