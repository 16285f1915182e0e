import FinMeasure
import FinProfile
import Testing

@Suite struct LoaderTests {
    @Test("an empty profile is the defaults", arguments: ["", "# only a comment\n", "{}"])
    func empty(text: String) throws {
        var expected = Profile()
        expected.name = "test"
        #expect(try parsed(text) == expected)
    }

    @Test(
        "durations take their unit and keep every nanosecond",
        arguments: [
            ("1ns", 1), ("2us", 2_000), ("3µs", 3_000), ("4ms", 4_000_000),
            ("1.5s", 1_500_000_000), ("2 m", 120_000_000_000), ("0.1s", 100_000_000),
        ] as [(String, Int64)])
    func durations(text: String, nanoseconds: Int64) throws {
        let profile = try parsed("conversation: {timeouts: {idle: \(text)}}")
        #expect(profile.conversation.timeouts.idle == Nanoseconds(nanoseconds))
    }

    @Test(
        "rates count per second, whatever they are written in",
        arguments: [("50/s", 50), ("300/m", 5), ("1800/h", 0.5)] as [(String, Double)])
    func rates(text: String, rate: Double) throws {
        let profile = try parsed("load: {rate: \(text), duration: 10s}")
        let stage = Profile.Load.Stage(startRate: rate, endRate: rate, length: .seconds(10))
        #expect(profile.load.model == .open(.stages([stage], poisson: true)))
    }

    @Test("stages follow each other: ramp, hold, spike and back, step")
    func stages() throws {
        let profile = try parsed(
            """
            load:
              arrivals: constant
              stages:
                - {ramp_to: 50/s, over: 30s}
                - {hold: 2m}
                - {spike_to: 200/s, for: 10s}
                - {hold: 1m}
                - {step_to: 80/s}
                - {hold: 5s}
                - {step_to: 10/s, hold: 6s}
            """)
        let rates: [(Double, Double, Int64)] = [
            (0, 50, 30), (50, 50, 120), (200, 200, 10), (50, 50, 60), (80, 80, 5), (10, 10, 6),
        ]
        let stages = rates.map {
            Profile.Load.Stage(startRate: $0.0, endRate: $0.1, length: .seconds($0.2))
        }
        #expect(profile.load.model == .open(.stages(stages, poisson: false)))
        #expect(profile.load.length == .seconds(231))
    }

    @Test("concurrency makes the load closed")
    func closed() throws {
        let load = try parsed("load: {concurrency: 200, ramp: 5s, duration: 1m, warmup: 10s}").load
        #expect(
            load.model == .closed(concurrency: 200, ramp: .seconds(5), duration: .seconds(60)))
    }

    @Test("every distribution is read in its base unit")
    func distributions() throws {
        let conversation = try parsed(
            """
            conversation:
              turns: {uniform: [1, 3]}
              think_time: {lognormal: {median: 4s, p95: 12s}}
            """
        ).conversation
        #expect(conversation.turns == .uniform(low: 1, high: 3))
        #expect(conversation.thinkTime == .lognormal(median: 4e9, p95: 12e9))
        let simulator = try parsed("simulator: {chunks: {growth: 1 kB, count: 3}, think: 0s}")
            .simulator
        #expect(simulator.chunkGrowth == .fixed(1000) && simulator.chunkCount == .fixed(3))
        #expect(simulator.think == .fixed(0))
    }

    @Test("a target keeps its address, key names and headers")
    func target() throws {
        let profile = try parsed(
            """
            target:
              url: HTTPS://API.Example.com:8443/v1/
              api_key_env: FIN_API_KEY
              version: "2.15"
              headers: {X-Env: staging}
              headers_env: {X-Token: MY_TOKEN}
              tls: {ca_file: ca.pem}
              proxy: http://127.0.0.1:3128
            """, folder: "/etc/fin")
        var target = Profile.Target(url: "https://api.example.com:8443/v1")
        target.apiKey = .environment("FIN_API_KEY")
        target.headers = [
            .init(name: "X-Env", value: .literal("staging")),
            .init(name: "X-Token", value: .environment("MY_TOKEN")),
        ]
        target.caFile = "/etc/fin/ca.pem"
        target.proxy = "http://127.0.0.1:3128"
        #expect(profile.target == target)
        #expect(profile.version == "2.15" && profile.targetKind == .live)
    }

    @Test(
        "only this machine is loopback, and only it is free by default",
        arguments: [
            ("http://localhost:8080", true), ("http://127.9.9.9", true), ("http://[::1]:80", true),
            ("http://127.0.0.1.example.com", false), ("https://10.0.0.1", false),
            ("http://localhost.example.com", false), ("http://[::2]:80", false),
        ] as [(String, Bool)])
    func loopback(url: String, isLoopback: Bool) throws {
        let target = try #require(try parsed("target: {url: '\(url)'}").target)
        #expect(target.isLoopback == isLoopback && target.isMetered == !isLoopback)
    }

    @Test("a region stands for its host, a version alone for the simulator")
    func regions() throws {
        #expect(try parsed("target: {region: eu}").target?.url == "https://api.eu.intercom.io")
        let simulated = try parsed("target: {version: \"2.14\"}")
        #expect(simulated.target == nil && simulated.version == "2.14")
        #expect(simulated.targetKind == .simulated)
    }

    @Test("objectives are read with their selectors")
    func objectives() throws {
        let slo = try parsed(
            """
            conversation: {name: faq, turns: 2}
            slo:
              - ttft p95 < 2s
              - ttft{turn=2+, scenario=faq} p99.9 < 4s
              - chunk_gap p50<90ms
              - error_rate < 0.5%
            """
        ).slo
        #expect(
            slo.map(\.subject) == [
                .percentile(.ttft, .planned, percentile: 95, below: .seconds(2)),
                .percentile(.ttft, .planned, percentile: 99.9, below: .seconds(4)),
                .percentile(.chunkGap, .none, percentile: 50, below: .milliseconds(90)),
                .errorRate(below: 0.005),
            ])
        #expect(slo.map(\.turn) == [.all, .later, .all, .all])
        #expect(slo.map(\.scenario) == [nil, "faq", nil, nil])
        #expect(slo[1].text == "ttft{turn=2+, scenario=faq} p99.9 < 4s")
    }

    @Test("the simulator's whole section is read")
    func simulator() throws {
        let settings = try parsed(
            """
            simulator:
              seed: 18446744073709551615
              parts: {uniform: [1, 2]}
              streaming: all
              outcomes: {resolved: 20%, escalated: 5%}
              framing: enveloped
              done_event_before_2_16: true
              closes_streams: true
              keep_alive: 0s
              rate_limit: 1000/10s
              omit_stream_url: true
              csat: 25%
              faults: {stall: 1%, cut: 0.5%, http_429: 2%, http_500: 3%, split_bytes: 90%}
              freeze: [{at: 1s, for: 2s}, {at: 3s, for: 1s}]
            """
        ).simulator
        var expected = SimulatorSettings()
        expected.seed = .max
        expected.parts = .uniform(low: 1, high: 2)
        expected.streaming = .all
        expected.outcomes = .init(resolved: 0.2, escalated: 0.05)
        expected.framing = .enveloped
        expected.doneEventBefore216 = true
        expected.closesStreams = true
        expected.keepAliveInterval = 0
        expected.rateLimit = 1000
        expected.omitsStreamURL = true
        expected.csat = 0.25
        expected.faults = [
            .init(.stall, share: 0.01), .init(.cut, share: 0.005), .init(.http429, share: 0.02),
            .init(.http500, share: 0.03), .init(.splitBytes, share: 0.9),
        ]
        expected.freezes = [.init(at: 1e9, length: 2e9), .init(at: 3e9, length: 1e9)]
        #expect(settings == expected)
    }
}
