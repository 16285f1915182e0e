import FinMeasure
import FinTestSupport
import FinTestThreads
import Foundation
import Testing

@testable import FinProfile

@Suite(.heavy) struct RunForecastTests {
    private func forecast(_ text: String, rowLimit: Int? = nil) throws -> RunForecast {
        RunForecast(
            plan: try RunPlan(profile: try parsed(text), runID: "{run}"), rowLimit: rowLimit)
    }

    /// The text without its line breaks.
    private func words(_ forecast: RunForecast) -> String {
        forecast.text().split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }

    private let live =
        "target: {region: us}\nlongest_pause: 0s\nsafety: {max_conversations: 300}\n"
        + "load: {arrivals: constant, rate: 5/s, conversations: 300}\n"

    @Test("300 live conversations cannot decide p99 or an error rate of 0.5 %, with the figures")
    func undecided() throws {
        let found = try forecast(
            live + "conversation: {user_pool: {size: 1000}}\n"
                + "slo: [ttft p95 < 2s, ttft p99 < 4s, error_rate < 0.5%]")
        #expect(found.slos.map(\.canBeDecided) == [true, false, false])
        #expect(found.slos.map(\.turns) == [300, 300, 300])
        #expect(found.slos.map(\.turnsNeeded) == [90, 459, 919])
        #expect(found.slos.map(\.turnsMissing) == [0, 159, 619])
        #expect(found.slos.map(\.slowAllowed) == [6, nil, nil])
        let text = words(found)
        #expect(
            text.contains(
                "ttft p99 < 4s: CANNOT BE DECIDED: 300 turns in the main phase; a pass needs 459 "
                    + "when none is slow: 159 more"))
        #expect(text.contains("919 when none is slow: 619 more"))
        #expect(text.contains("at worst 297.00 USD: 300 conversations, 0.99 USD an outcome"))
    }

    @Test("slow turns allowed are the known ones", arguments: [(459, 0), (662, 1), (2010, 10)])
    func allowed(turns: Int, slow: UInt64) throws {
        let load = "load: {arrivals: constant, rate: 10/s, conversations: \(turns)}\n"
        let found = try forecast(
            load + "simulator: {think: 1ms, chunks: {count: 1}}\nslo: [ttft p99 < 1s]")
        // 45.9 s are too short, yet the figures are the same.
        #expect(found.slos[0].slowAllowed == slow)
        #expect(found.slos[0].canBeDecided == (turns >= 600))
    }

    @Test("a main phase below 60 s decides nothing and says how long it must be")
    func short() throws {
        let load = "load: {arrivals: constant, rate: 100/s, warmup: 5s, duration: "
        let answers = "\nsimulator: {think: 1ms, chunks: {count: 1}}\nslo: [error_rate < 5%]"
        let (short, long) = try (
            forecast(load + "64s}" + answers), forecast(load + "65s}" + answers)
        )
        #expect(short.slos[0].canBeDecided == false && long.slos[0].canBeDecided == true)
        #expect(
            short.slos[0].obstacles == [
                "59 s of main phase; a verdict needs 20 blocks of 3 s: let the load last 65 s or "
                    + "longer, warm-up included"
            ])
    }

    @Test("turns in too few seconds, turns the drain cuts and values of no turn are told apart")
    func obstacles() throws {
        let bursts = try forecast(
            "load: {stages: [{step_to: 200/s}, {hold: 5s}, {step_to: 0/s}, {hold: 80s}]}\n"
                + "simulator: {think: 1ms, chunks: {count: 1}}\nslo: [ttft p50 < 1s]")
        #expect(bursts.slos[0].obstacles.first?.hasPrefix("turns begin in too few") == true)
        let cut = try forecast(
            "load: {arrivals: constant, rate: 20/s, duration: 70s, drain: 0s}\n"
                + "simulator: {think: 2s, chunks: {count: 1}}\n"
                + "slo: [ttft p99 < 5s, chunk_gap p50 < 1s]")
        #expect(cut.turns.cut == 40)
        #expect(
            cut.slos[0].obstacles == [
                "40 of 1400 turns would be cut, more than may be slow: raise load.drain"
            ])
        #expect(cut.slos[1].canBeDecided == nil && cut.slos[1].turns == nil)
    }

    @Test("an SLO counts the turns it selects")
    func selected() throws {
        let found = try forecast(
            "conversation: {turns: {uniform: [1, 3]}, think_time: 10ms}\n"
                + "load: {rate: 50/s, duration: 70s, warmup: 2s, seed: \(TestSeed.value)}\n"
                + "slo: [ttft p50 < 1s, \"ttft{turn=1} p50 < 1s\", \"ttft{turn=2+} p50 < 1s\"]")
        let turns = found.slos.compactMap(\.turns)
        #expect(turns[0] == turns[1] + turns[2], "\(TestSeed.note)")
        #expect(turns[0] == found.mainPhase.turns && turns[1] == found.mainPhase.conversations)
        #expect(turns[2] > 0 && found.turns.drawn > turns[0], "\(TestSeed.note)")
    }

    @Test("conversations at a time follow Little's law, and the peak is exact")
    func inFlight() throws {
        // 10 a second, 2 s each: 20 at a time from the second second on.
        let text =
            "load: {arrivals: constant, rate: 10/s, duration: 30s}\n"
            + "simulator: {think: 2s, chunks: {count: 1, interval: 0s}, reply_delay: 0s, "
            + "done_delay: 0s}"
        let found = try forecast(text)
        #expect(found.inFlight.peak == 20 && found.inFlight.expected == 20)
        #expect(found.inFlight.conversationSeconds == 2 && found.inFlight.peakAtSeconds == 1.9)
        #expect(found.inFlightPerSecond.dropFirst().allSatisfy { $0 == 20 })
        #expect(found.inFlight.blocked == 0 && !found.inFlight.isLimitedByFiles)
        let tight = try forecast(text, rowLimit: 15)
        #expect(tight.inFlight.peak == 15 && tight.inFlight.isLimitedByFiles)
        // Of each 20 starts the last 5 find no room.
        #expect(tight.inFlight.blocked == 75)
        #expect(words(tight).contains("about 75 starts would be BLOCKED"))
    }

    @Test("a freeze holds what begins in it, and what would end in it")
    func freeze() throws {
        let found = try forecast(
            "load: {arrivals: constant, rate: 100/s, duration: 20s}\n"
                + "simulator: {think: 1ms, chunks: {count: 1, interval: 0s}, reply_delay: 0s, "
                + "done_delay: 0s, freeze: {at: 5s, for: 5s}}")
        // The 500 that it held end 1 ms after it, when the next has begun.
        #expect(found.inFlight.peak == 501 && found.inFlight.peakAtSeconds == 10)
        #expect(found.inFlightPerSecond[9] == 500 && found.inFlightPerSecond[10] == 0)
    }

    @Test("calls are counted over any ten seconds, beside Intercom's limit and the simulator's")
    func calls() throws {
        let found = try forecast(
            "load: {arrivals: constant, stages: [{step_to: 1/s}, {hold: 15s}, {step_to: 50/s}, "
                + "{hold: 10s}, {step_to: 1/s}, {hold: 15s}]}\n"
                + "simulator: {think: 1ms, chunks: {count: 1}, rate_limit: 250/10s}")
        #expect(found.calls.peakInTenSeconds == 500)
        #expect(found.calls.intercomLimitInTenSeconds == 1667)
        #expect(found.calls.share == 500.0 / 1667)
        #expect(found.calls.simulatorLimitInTenSeconds == 250)
        #expect(words(found).contains("200 % of the simulator's own 250 in 10 s"))
    }

    @Test("a metered plan names its bill, also one above safety.max_cost; others have none")
    func bill() throws {
        var profile = try parsed(live)
        profile.safety.maxCost = 297
        var found = RunForecast(plan: try RunPlan(profile: profile, runID: "r1"))
        #expect(found.bill?.worstCaseUSD == 297 && found.bill?.conversations == 300)
        profile.safety.maxCost = 50
        found = RunForecast(plan: try RunPlan(profile: profile, runID: "r1"))
        #expect(words(found).contains("safety.max_cost is 50.00 USD: REFUSED"))
        #expect(found.bill?.isRefused == true)
        profile.target?.isMetered = false
        found = RunForecast(plan: try RunPlan(profile: profile, runID: "r1"))
        #expect(found.bill == nil && found.users.limitAtOnce == nil)
        #expect(words(found).contains("none: target.metered is false"))
    }

    @Test("a closed load is refused by what is foreseen alone, as the gate does")
    func closedBill() throws {
        let head = "target: {region: us}\nsafety: {max_conversations: 300, max_cost: 9.90 USD}\n"
        for (load, isRefused) in [
            ("concurrency: 10", false), ("concurrency: 11", true),
            ("concurrency: 2, conversations: 11", true),
        ] {
            let found = try forecast(head + "load: {\(load), duration: 20s}")
            #expect(found.bill?.isRefused == isRefused, "\(load)")
            let text = words(found)
            #expect(text.contains("safety.max_cost is 9.90 USD: REFUSED") == isRefused, "\(load)")
            #expect(text.contains("the run stops on its way") != isRefused, "\(load)")
        }
    }

    @Test("a few starts that a limit blocks are named beside what may be slow")
    func fewBlocked() throws {
        // A user each for 90 starts; the last 2 meet users whose answers never end.
        let found = try forecast(
            "target: {region: us}\nsafety: {max_conversations: 300, max_per_user: 1}\n"
                + "conversation: {turns: 1, user_pool: {size: 90}}\n"
                + "load: {arrivals: constant, rate: 1/s, conversations: 92}\n"
                + "slo: [ttft p50 < 1s, turn_time p50 < 110s]")
        #expect(found.slos.map(\.turnsBlocked) == [2, 2])
        #expect(found.slos.map(\.canBeDecided) == [true, true])
        #expect(words(found).contains("and about 2 blocked starts count as slow"))
    }

    @Test("the chart joins a short rest to the row before, and one conversation is singular")
    func chart() throws {
        // 11.2 s: its last 0.2 s would be a row of their own.
        let found = try forecast(
            "load: {arrivals: constant, rate: 5/s, duration: 11200ms}\n"
                + "conversation: {user_pool: {size: 1000}}")
        let rows = found.text().split(separator: "\n").filter { $0.hasPrefix("from ") }
        #expect(found.startsPerSecond.count == 12 && rows.count == 11)
        let rates = rows.map { $0.split(separator: " ")[3] }
        #expect(Set(rates) == ["5"])
        let single = try forecast(live + "conversation: {user_pool: {size: 300}}")
        #expect(words(single).contains("one has at most 1 conversation, 1 at a time"))
    }

    @Test("one user's conversations at a time are limited where metered")
    func userLimit() throws {
        // One user, two answers take 20 s, a start each second: 2 of each 20 fit.
        let text =
            "target: {region: us}\nlongest_pause: 0s\nsafety: {max_conversations: 100}\n"
            + "conversation: {turns: 2, user_pool: {size: 1, id_prefix: probe-}, think_time: 0s}\n"
            + "load: {arrivals: constant, rate: 1/s, conversations: 100}\n"
            + "slo: [ttft p90 < 1s, \"ttft{turn=2+} p50 < 1s\"]"
        let found = try forecast(text)
        #expect(found.users.limitAtOnce == 2 && found.users.mostAtOnce == 2)
        #expect(found.users.blocked == 90 && found.users.mostConversations == 100)
        #expect(found.slos.map(\.turnsBlocked) == [90, 0])
        #expect(found.slos[0].canBeDecided == false)
        #expect(
            words(found).contains(
                "CANNOT PASS: about 90 blocked starts alone break it: 3 slow may be"))
        #expect(found.users.first == "probe-0" && found.users.last == "probe-0")
        var profile = try parsed(text)
        profile.safety.maxPerUser = 20
        let wide = RunForecast(plan: try RunPlan(profile: profile, runID: "r1"))
        #expect(wide.users.blocked == 0 && wide.users.mostAtOnce == 20)
    }

    @Test("stop rules are said in words")
    func rules() throws {
        var profile = try parsed(live + "conversation: {user_pool: {email: 'u{n}@example.test'}}")
        #expect(profile.stopRuleWords == ["a 429 ends its turn: rate_limited"])
        profile.safety.maxCost = 50
        profile.safety.maxEscalations = 5
        profile.safety.rateLimitFloor = 0.5
        profile.onRateLimit = .wait
        profile.abortRules = [
            .init(
                text: "error_rate > 20% over 30s", subject: .errorRate(above: 0.2),
                window: .seconds(30))
        ]
        #expect(
            profile.stopRuleWords == [
                "stops when error_rate > 20% over 30s",
                "stops before more than 50.00 USD may be billed",
                "stops new starts at escalation 6: 5 may be",
                "pauses starts while less than 50 % of the rate limit is left",
                "a 429 waits for the next window; its turn keeps its anchor",
            ])
        let text = words(RunForecast(plan: try RunPlan(profile: profile, runID: "r1")))
        #expect(text.contains("an e-mail is sent with each") && !text.contains("example.test"))
    }

    @Test("a closed load has bounds, and what follows is rehearsed")
    func closed() throws {
        let text = "load: {concurrency: 10, ramp: 1s, duration: 20s"
        let answers =
            "\nsimulator: {think: 1s, chunks: {count: 1, interval: 0s}, reply_delay: 0s, "
            + "done_delay: 0s}"
        let found = try forecast(text + "}" + answers)
        #expect(found.conversations == .init(atLeast: 10, atMost: 100_000, expected: 200))
        #expect(found.inFlight.peak == 10 && found.load.concurrency == 10)
        #expect(found.startsPerSecond == Array(repeating: 10, count: 20))
        let few = try forecast(text + ", conversations: 15}" + answers)
        #expect(few.conversations == .init(atLeast: 10, atMost: 15, expected: 15))
        #expect(few.ids.last == "fb-{run}-14")
    }

    @Test("turns that end a conversation, and those after the drain, are no turns of the forecast")
    func lost() throws {
        let text =
            "conversation: {turns: 3, think_time: 1s}\n"
            + "load: {arrivals: constant, rate: 10/s, duration: 10s, drain: 1s}\n"
            + "simulator: {think: 1ms, chunks: {count: 1}"
        for outcomes in ["", ", outcomes: {resolved: 40%}"] {
            let turns = try forecast(text + outcomes + "}").turns
            #expect(turns.drawn == 300 && turns.cut + turns.beyondEnd > 0)
            #expect(turns.expected + turns.beyondEnd + turns.spared + turns.lost == turns.drawn)
            #expect((turns.spared > 0) == !outcomes.isEmpty)
        }
    }

    @Test("starts per second, users and turns are those of the plan, whatever the seed")
    func exact() throws {
        let profile = try parsed(
            "conversation: {turns: {uniform: [1, 4]}, think_time: 1s, user_pool: {size: 50}}\n"
                + "load: {stages: [{ramp_to: 60/s, over: 5s}, {hold: 4s}], "
                + "seed: \(TestSeed.value)}")
        let plan = try RunPlan(profile: profile, runID: "r1")
        let found = RunForecast(plan: plan)
        let drafts = plan.arrivals.indices.map { plan.draft(UInt64($0)) }
        #expect(found.conversations.atMost == plan.arrivals.count, "\(TestSeed.note)")
        #expect(found.turns.drawn == drafts.map(\.turnCount).reduce(0, +), "\(TestSeed.note)")
        #expect(found.users.distinct == Set(drafts.map(\.user)).count, "\(TestSeed.note)")
        let seconds = plan.arrivals.map { Int($0 / 1_000_000_000) }
        let starts = (0..<9).map { second in seconds.count { $0 == second } }
        #expect(found.startsPerSecond == starts, "\(TestSeed.note)")
    }

    @Test("the forecast of every shipped profile has the plan's own figures")
    func shipped() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: profilesFolder)
            .filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 5)
        for file in files {
            let profile = try Profile.load(path: "\(profilesFolder)/\(file)")
            let plan = try RunPlan(profile: profile, runID: "r1")
            let found = RunForecast(plan: plan)
            if plan.closed == nil {
                #expect(found.conversations.atMost == plan.arrivals.count, "\(file)")
                #expect(found.conversations.atLeast == plan.arrivals.count, "\(file)")
            }
            let drafts = (0..<found.conversations.expected).map { plan.draft(UInt64($0)) }
            #expect(found.turns.drawn == drafts.map(\.turnCount).reduce(0, +), "\(file)")
            #expect(found.startsPerSecond.reduce(0, +) == drafts.count, "\(file)")
            let users = drafts.reduce(into: [:]) { $0[$1.user, default: 0] += 1 }
            #expect(found.users.distinct == users.count, "\(file)")
            #expect(found.users.mostConversations == users.values.max(), "\(file)")
            #expect(found.ids.first == plan.conversationID(0), "\(file)")
        }
    }

    @Test("no line is wider than asked for, and numbers keep their units")
    func width() throws {
        for width in [60, 80, 120] {
            let lines = try forecast(live + "slo: [ttft p99 < 4s, error_rate < 0.5%]")
                .text(width: width).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= width })
            let starts = lines.map { $0.drop { $0 == " " } }
            #expect(!starts.contains { $0.hasPrefix("s,") || $0.hasPrefix("USD") || $0 == "s" })
            let bars = lines.filter { $0.hasPrefix("from ") }
            #expect(bars.count >= 5 && bars.count <= 20)
        }
    }
}

@Suite struct InstantQueueTests {
    @Test("instants leave in order, whatever order they came in")
    func sorted() {
        var random = TestSeed.generator(1)
        var queue = InstantQueue()
        let instants = (0..<500).map { _ in Int64(random.next() % 100) }
        for instant in instants { queue.insert(instant) }
        var popped: [Int64] = []
        while let instant = queue.popFirst() { popped.append(instant) }
        #expect(popped == instants.sorted(), "\(TestSeed.note)")
        for instant in instants { queue.insert(instant) }
        queue.drop(upTo: 50)
        #expect(queue.count == instants.count { $0 > 50 }, "\(TestSeed.note)")
    }
}
