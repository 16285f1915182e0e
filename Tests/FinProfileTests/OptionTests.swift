import FinMeasure
import FinProfile
import Testing

@Suite struct OptionTests {
    private let text = "target: {region: eu}\nload:\n  rate: 5/s\n  duration: 10s\n"

    private func loaded(
        _ options: [ProfileOption], scale: String? = nil, text: String? = nil
    ) throws -> Profile {
        try Profile.parse(
            text: text ?? self.text, source: "test.yaml", options: options, scale: scale)
    }

    private func message(
        _ options: [ProfileOption], scale: String? = nil, text: String? = nil
    ) -> String? {
        do {
            _ = try loaded(options, scale: scale, text: text)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("an option wins over the profile; an address takes the place of a region and back")
    func wins() throws {
        #expect(try loaded([.target("http://127.0.0.1:1")]).target?.url == "http://127.0.0.1:1")
        let url = "target: {url: http://a}"
        #expect(
            try loaded([.region("us")], text: url).target?.url == "https://api.intercom.io")
        let profile = try loaded([.seed(7), .maxConversations(60)])
        #expect(profile.load.seed == 7 && profile.safety.maxConversations == 60)
    }

    @Test("a mistake blames the option that was typed")
    func blame() {
        #expect(
            message([.region("uk")])
                == "--region: target.region \"uk\" must be one of: us, eu, au")
        #expect(
            message([.target("a: [b")])
                == "--target: target.url \"a: [b\" is not an address: write scheme and host, such "
                + "as \"http://127.0.0.1:8080\"")
        #expect(
            message([.maxConversations(0)])
                == "--max-conversations: safety.max_conversations \"0\" must be at least 1")
        #expect(
            message([.target("http://a"), .region("us")])
                == "--target: target has both \"url\" and \"region\": give only one of them")
        #expect(
            message([.seed(1)], text: "load: 5")
                == "--seed: \"seed\" lies below a key that is no section")
        #expect(
            refusal(
                of: "load: {stages: [{step_to: 5/s, hold: 1s}]}", overrides: [("load.rate", "9/s")])
                == "--set load.rate: load has both \"stages\" and \"rate\": give only one of them")
    }

    @Test("a scale multiplies every rate, and is shown as a label")
    func rates() throws {
        let profile = try loaded(
            [], scale: "10%",
            text:
                "load: {stages: [{ramp_to: 50/s, over: 3s}, {hold: 1s}, {spike_to: 80/s, for: 1s}]}"
        )
        let stages = [(0.0, 5.0, 3), (5, 5, 1), (8, 8, 1)].map {
            Profile.Load.Stage(startRate: $0.0, endRate: $0.1, length: .seconds(Int64($0.2)))
        }
        #expect(profile.load.model == .open(.stages(stages, poisson: true)))
        #expect(profile.labels == ["scale": "10%"])
    }

    @Test("a scale comes after --set, leaves a label of that name alone, and 100% changes nothing")
    func after() throws {
        let half = try Profile.parse(
            text: text + "labels: {scale: mine}\n", source: "test.yaml",
            overrides: [("load.rate", "8/s")], scale: "50 %")
        let stage = Profile.Load.Stage(startRate: 4, endRate: 4, length: .seconds(10))
        #expect(half.load.model == .open(.stages([stage], poisson: true)))
        #expect(half.labels == ["scale": "mine"])
        #expect(try loaded([], scale: "100%") == loaded([]))
    }

    @Test(
        "a closed load keeps at least one conversation",
        arguments: [("10%", 20), ("0.01%", 1), ("250%", 500), ("0.7%", 1), ("0.8%", 2)])
    func closed(scale: String, concurrency: Int) throws {
        let load = try loaded(
            [], scale: scale, text: "load: {concurrency: 200, duration: 5s}"
        ).load
        #expect(
            load.model
                == .closed(concurrency: concurrency, ramp: .zero, duration: .seconds(5)))
    }

    @Test("a scaled rate with a number of conversations lasts until they are begun")
    func conversations() throws {
        let text = "load: {arrivals: constant, rate: 10/s, conversations: 20}"
        #expect(try loaded([], text: text).load.length == .seconds(2))
        let profile = try loaded([], scale: "10%", text: text)
        #expect(profile.load.length == .seconds(20))
        #expect(try RunPlan(profile: profile, runID: "r1").arrivals.count == 20)
    }

    @Test("what is no percentage is refused", arguments: ["10", "0%", "-5%", "x", "%", "1e9%", ""])
    func refused(scale: String) {
        #expect(
            message([], scale: scale)
                == "--scale: \"\(scale)\" must be a percentage from 0.0001% to 100000%, such as "
                + "\"10%\"")
    }

    @Test("a trace cannot be scaled")
    func trace() throws {
        let folder = try TemporaryFolder(["at.csv": "1s\n2s\n"])
        let text = "load: {arrivals: {trace: \(folder.path)/at.csv}}"
        let words = try #require(self.message([], scale: "10%", text: text))
        #expect(words.hasPrefix("--scale: load.arrivals.trace \""))
        #expect(
            words.hasSuffix(
                "has fixed instants, which have no rate to scale: leave --scale out, or name a "
                    + "trace with fewer starts"))
        #expect(message([], scale: "100%", text: text) == nil)
    }
}
