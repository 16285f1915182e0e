import FinMeasure
import FinProfile
import Foundation
import Testing

@Suite struct ProfilesFolderTests {
    private func load(_ name: String) throws -> Profile {
        try Profile.load(path: "\(profilesFolder)/\(name).yaml")
    }

    private func plan(_ name: String) throws -> RunPlan {
        try RunPlan(profile: try load(name), runID: "r1")
    }

    @Test("the binary holds every file of the folder, as it is")
    func embedded() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: profilesFolder)
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        let remedy: Comment = "run .ci/embed-profiles.py"
        #expect(ShippedProfile.all.map(\.name) == names.sorted(), remedy)
        for profile in ShippedProfile.all {
            let file = "\(profilesFolder)/\(profile.name).yaml"
            #expect(try profile.text == String(contentsOfFile: file, encoding: .utf8), remedy)
        }
    }

    @Test("a shipped profile asks a question, and can be planned", arguments: ShippedProfile.all)
    func all(shipped: ShippedProfile) throws {
        let profile = try load(shipped.name)
        #expect(profile.name == shipped.name && !profile.description.isEmpty)
        #expect(shipped.question.hasSuffix("?") && shipped.question.count < 90)
        let kind: TargetKind = shipped.name.hasPrefix("live-") ? .live : .simulated
        #expect(profile.targetKind == kind)
        #expect(try !RunPlan(profile: profile, runID: "r1").arrivals.isEmpty)
    }

    @Test("a shipped profile is found by its name, unless a file has that name")
    func names() throws {
        for shipped in ShippedProfile.all {
            #expect(try Profile.load(path: shipped.name) == load(shipped.name))
        }
        #expect(ShippedProfile.named("rolout") == nil)
        #expect(ShippedProfile.advice(for: "rolout") == ": did you mean \"rollout\"?")
        #expect(ShippedProfile.advice(for: "zzzzzzzzz").hasPrefix(" (shipped: "))
    }

    @Test("a copy has its own name and is otherwise the same", arguments: ShippedProfile.all)
    func copies(shipped: ShippedProfile) throws {
        let text = try shipped.copy(named: "mine")
        var expected = try load(shipped.name)
        expected.name = "mine"
        #expect(try Profile.parse(text: text, source: "other.yaml") == expected)
        #expect(text.count == shipped.text.count - shipped.name.count + 4)
        #expect {
            try shipped.copy(named: "a/b")
        } throws: { error in
            "\(error)"
                == "profile new: NAME \"a/b\" may hold only letters, digits and the characters "
                + "\"._-\""
        }
    }

    @Test("the built-in quickstart is the file of that name")
    func quickstart() throws {
        #expect(try load("quickstart") == Profile.quickstart)
        #expect(Profile.quickstartText == ShippedProfile.named("quickstart")?.text)
    }

    @Test("the freeze is planned as its known percentiles need it")
    func freeze() throws {
        let profile = try load("freeze")
        #expect(try plan("freeze").arrivals == (0..<6000).map { $0 * 10_000_000 })
        #expect(profile.simulator.freezes == [.init(at: 20e9, length: 5e9)])
        #expect(profile.simulator.think == .fixed(1e6) && profile.conversation.turns == .fixed(1))
    }

    @Test("profiles with objectives have 20 blocks of 3 s after the warm-up")
    func blocks() throws {
        for name in [
            "smoke", "rollout", "soak", "live-us", "content-import", "identity-rotation", "mixed",
        ] {
            let plan = try plan(name)
            #expect(plan.length - plan.warmup >= .seconds(60))
            #expect(!plan.profile.slo.isEmpty)
        }
    }

    @Test("the ramp climbs evenly, the spike is ten times what is usual")
    func shapes() throws {
        let ramp = try plan("ramp").arrivals
        // 6000 in the ramp, a quarter of them in its first half; five standard deviations.
        let half = ramp.filter { $0 < 60_000_000_000 }.count
        #expect(abs(Double(half) - 1500) < 5 * 1500.0.squareRoot())
        let spike = try load("spike").load
        let rates = [(10, 30), (100, 10), (10, 60)].map {
            Profile.Load.Stage(
                startRate: Double($0.0), endRate: Double($0.0), length: .seconds(Int64($0.1)))
        }
        #expect(spike.model == .open(.stages(rates, poisson: true)))
    }

    @Test("the live template is metered, small, capped, and can pass its objectives")
    func live() throws {
        let profile = try load("live-us")
        let target = try #require(profile.target)
        #expect(target.url == "https://api.intercom.io" && target.isMetered)
        #expect(target.apiKey == .environment("FIN_API_KEY") && target.headers.isEmpty)
        #expect(profile.conversation.userPool.email == nil)
        let safety = profile.safety
        let plan = try plan("live-us")
        #expect(plan.arrivals.count == 100 && safety.maxConversations == 100)
        #expect(try #require(safety.maxCost) >= 100 * safety.pricePerOutcome)
        #expect(safety.maxEscalations != nil && safety.rateLimitFloor != nil)
        #expect(safety.maxPerUser != nil && !profile.abortRules.isEmpty)
        let forecast = RunForecast(plan: plan)
        #expect(forecast.users.blocked == 0 && forecast.inFlight.blocked == 0)
        #expect(forecast.slos.map(\.canBeDecided) == [true, true])
        #expect(forecast.bill?.isRefused == false)
        // Even if every turn lasts as long as it may, no user is asked for twice at a time.
        #expect(profile.conversation.userPool.size >= plan.arrivals.count)
        // Design, section 2, rule 6: pass when P(Binomial(n, 1-p) <= t) <= 1-c, with no slow turn.
        for objective in profile.slo {
            let share: Double
            switch objective.subject {
            case .percentile(_, _, let percentile, _): share = 1 - percentile / 100
            case .errorRate(let limit): share = limit
            }
            #expect(Binomial.atMost(0, of: 100, probability: share) <= 1 - profile.confidence)
        }
    }
}
