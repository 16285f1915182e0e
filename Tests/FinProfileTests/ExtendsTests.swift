import FinMeasure
import FinProfile
import Testing

@Suite struct ExtendsTests {
    /// Loads `top.yaml` of a folder with these files.
    private func loaded(_ files: [String: String]) throws -> Profile {
        let folder = try TemporaryFolder(files)
        return try Profile.load(path: "\(folder.path)/top.yaml")
    }

    /// The message for `top.yaml`, without the folder's path; nil when it was taken.
    private func message(_ files: [String: String]) throws -> String? {
        let folder = try TemporaryFolder(files)
        do throws(ProfileError) {
            _ = try Profile.load(path: "\(folder.path)/top.yaml")
            return nil
        } catch {
            return error.description.split(separator: "\(folder.path)/").joined()
        }
    }

    private let base = """
        name: base
        description: below
        labels: {team: support, place: a}
        conversation:
          turns: {uniform: [1, 3]}
          think_time: {lognormal: {median: 4s, p95: 12s}}
          timeouts: {connect: 1s, idle: 2s}
        load:
          stages: [{ramp_to: 50/s, over: 30s}]
          warmup: 5s
        slo: [ttft p95 < 2s, error_rate < 1%]
        """

    @Test("sections are merged key by key, all else is replaced, the name is not inherited")
    func merges() throws {
        let profile = try loaded([
            "base.yaml": base,
            "top.yaml": """
            extends: base.yaml
            labels: {place: b}
            conversation:
              think_time: {uniform: [1s, 2s]}
              timeouts: {idle: 3s}
            slo: [ttft p50 < 1s]
            """,
        ])
        #expect(profile.name == "top" && profile.description == "below")
        #expect(profile.labels == ["team": "support", "place": "b"])
        #expect(profile.conversation.turns == .uniform(low: 1, high: 3))
        #expect(profile.conversation.thinkTime == .uniform(low: 1e9, high: 2e9))
        #expect(profile.conversation.timeouts.connect == .seconds(1))
        #expect(profile.conversation.timeouts.idle == .seconds(3))
        #expect(profile.slo.map(\.text) == ["ttft p50 < 1s"])
        #expect(profile.load.warmup == .seconds(5) && profile.load.length == .seconds(30))
    }

    @Test(
        "a key takes the place of those of the base that it excludes",
        arguments: [
            ("rate: 5/s, duration: 60s", "open"), ("concurrency: 7, duration: 60s", "closed"),
        ])
    func rivals(load: String, model: String) throws {
        let profile = try loaded([
            "base.yaml": base, "top.yaml": "extends: base.yaml\nload: {\(load)}\n",
        ])
        let stage = Profile.Load.Stage(startRate: 5, endRate: 5, length: .seconds(60))
        let expected: Profile.Load.Model =
            model == "open"
            ? .open(.stages([stage], poisson: true))
            : .closed(concurrency: 7, ramp: .zero, duration: .seconds(60))
        #expect(profile.load.model == expected && profile.load.warmup == .seconds(5))
    }

    @Test("a trace takes the place of stages, a rate that of a trace, a region that of an address")
    func otherRivals() throws {
        let traced = try loaded([
            "base.yaml": base, "at.csv": "1s\n6s\n",
            "top.yaml": "extends: base.yaml\nload: {arrivals: {trace: at.csv}}\n",
        ])
        #expect(traced.load.model == .open(.trace([1_000_000_000, 6_000_000_000])))
        let rated = try loaded([
            "base.yaml": "load: {arrivals: {trace: none.csv}}\ntarget: {url: http://a}\n",
            "top.yaml": """
            extends: base.yaml
            load: {rate: 5/s, duration: 6s}
            target: {region: eu}
            """,
        ])
        #expect(rated.load.length == .seconds(6))
        #expect(rated.target?.url == "https://api.eu.intercom.io")
    }

    @Test("a relative path begins in the folder of the file that holds it")
    func paths() throws {
        let folder = try TemporaryFolder(["ask.jsonl": "\"from the base\"\n"])
        let top = try TemporaryFolder([
            "top.yaml": "extends: \(folder.path)/base.yaml\ntarget: {api_key_file: key.txt}\n"
        ])
        try folder.write(
            "base.yaml",
            "target: {url: http://a, tls: {ca_file: ca.pem}}\n"
                + "conversation: {messages: {file: ask.jsonl}}\n")
        let profile = try Profile.load(path: "\(top.path)/top.yaml")
        #expect(profile.conversation.messages.map(\.turns) == [["from the base"]])
        #expect(profile.target?.caFile == "\(folder.path)/ca.pem")
        #expect(profile.target?.apiKey == .file("\(top.path)/key.txt"))
    }

    @Test("a base may be a shipped profile; a file of that name comes first")
    func shipped() throws {
        let profile = try loaded(["top.yaml": "extends: freeze\nload: {duration: 30s}\n"])
        #expect(profile.simulator.freezes == [.init(at: 20e9, length: 5e9)])
        #expect(profile.load.length == .seconds(30) && profile.name == "top")
        let other = try loaded([
            "freeze": "description: mine\n", "top.yaml": "extends: freeze\n",
        ])
        #expect(other.description == "mine" && other.simulator.freezes.isEmpty)
    }

    @Test("a mistake is named in the file that holds it")
    func places() throws {
        #expect(
            try message([
                "base.yaml": "name: b\nload:\n  rate: 5\n", "top.yaml": "extends: base.yaml\n",
            ])
                == "profile \"base.yaml\" line 3 column 9: load.rate \"5\" has no unit: write "
                + "\"5/s\" (units: /s, /m, /h)")
        #expect(
            try message([
                "base.yaml": "load: {rate: 5/s, duration: 9s}\n",
                "top.yaml": "extends: base.yaml\n\nload: {warmup: 10s}\n",
            ])
                == "profile \"top.yaml\" line 3 column 16: load.warmup \"10s\" must be shorter than "
                + "the load, which lasts 9s")
        #expect(
            try message(["base.yaml": "- a\n", "top.yaml": "extends: base.yaml\n"])
                == "profile \"base.yaml\" line 1 column 1: the profile must be a section with keys")
    }

    @Test("a circle is refused with its members")
    func circle() throws {
        #expect(
            try message([
                "a.yaml": "extends: b.yaml\n", "b.yaml": "name: x\nextends: ./a.yaml\n",
                "top.yaml": "extends: a.yaml\n",
            ])
                == "profile \"b.yaml\" line 2 column 10: extends \"./a.yaml\" closes a circle: "
                + "a.yaml extends b.yaml extends ./a.yaml")
        #expect(
            try message(["top.yaml": "extends: top.yaml\n"])
                == "profile \"top.yaml\" line 1 column 10: extends \"top.yaml\" closes a circle: "
                + "top.yaml extends top.yaml")
    }

    @Test("eight bases may follow each other, a ninth may not")
    func chain() throws {
        var files = ["b8.yaml": "description: the last\n", "top.yaml": "extends: b1.yaml\n"]
        for number in 1...7 { files["b\(number).yaml"] = "extends: b\(number + 1).yaml\n" }
        #expect(try loaded(files).description == "the last")
        files["b8.yaml"] = "extends: b9.yaml\n"
        files["b9.yaml"] = "name: x\n"
        #expect(
            try message(files)
                == "profile \"b8.yaml\" line 1 column 10: extends \"b9.yaml\" is base number 9: at "
                + "most 8 may follow each other")
    }

    @Test("--set wins over every base, and cannot name one")
    func overrides() throws {
        let folder = try TemporaryFolder([
            "base.yaml": base, "top.yaml": "extends: base.yaml\nconfidence: 95%\n",
        ])
        let path = "\(folder.path)/top.yaml"
        let profile = try Profile.load(
            path: path, overrides: [("load.warmup", "7s"), ("confidence", "90%")])
        #expect(profile.load.warmup == .seconds(7) && profile.confidence == 0.9)
        #expect {
            try Profile.load(path: path, overrides: [("extends", "smoke")])
        } throws: { error in
            "\(error)"
                == "--set extends: is read from the profile alone: name the base in the file"
        }
    }
}
