import FinMeasure
import FinProfile
import Testing

@Suite struct OverrideTests {
    private let text = "load:\n  rate: 5/s\n  duration: 10s\n"

    private func rate(_ overrides: [(key: String, value: String)]) throws -> Double? {
        let profile = try parsed(text, overrides: overrides)
        guard case .open(.stages(let stages, _)) = profile.load.model else { return nil }
        return stages.first?.startRate
    }

    @Test("--set replaces a value, the last one of a key wins")
    func replaces() throws {
        #expect(try rate([("load.rate", "200/s")]) == 200)
        #expect(try rate([("load.rate", "200/s"), ("load.rate", "7/s")]) == 7)
    }

    @Test("--set makes sections that are missing, and takes lists and sections as YAML")
    func makes() throws {
        let profile = try parsed(
            text,
            overrides: [
                ("conversation.timeouts.turn", "9s"), ("slo", "[ttft p95 < 1s]"),
                ("conversation.turns", "{uniform: [1, 2]}"), ("name", "other"),
            ])
        #expect(profile.conversation.timeouts.turn == .seconds(9))
        #expect(profile.conversation.turns == .uniform(low: 1, high: 2))
        #expect(profile.slo.map(\.text) == ["ttft p95 < 1s"] && profile.name == "other")
    }

    @Test("--set takes away the objectives and stop rules of the profile with an empty list")
    func takesAway() throws {
        let text = text + "slo: [ttft p95 < 1s]\nabort_when: [error_rate > 20% over 30s]\n"
        let profile = try parsed(text, overrides: [("slo", "[]"), ("abort_when", "[]")])
        #expect(profile.slo.isEmpty && profile.abortRules.isEmpty)
        let shown = try Profile.shown(
            text: text, source: "test.yaml", overrides: [("slo", "[]"), ("abort_when", "[]")])
        #expect(try parsed(shown) == profile)
    }

    @Test(
        "a mistake in --set names its key, not a line",
        arguments: [
            ("load.rate", "0/s", "--set load.rate: load.rate \"0/s\" must be above 0 per second"),
            (
                "load.rat", "1/s",
                "--set load.rat: load.rat is not a known key: did you mean \"rate\"?"
            ),
            (
                "slo", "[ttft p0 < 1s]",
                "--set slo: slo[0] \"ttft p0 < 1s\" has \"p0\" for a percentile: "
                    + "write p50, p95, p99.9, below p100"
            ),
            (
                "load.rate.x", "1",
                "--set load.rate.x: \"x\" lies below a key that is no section"
            ),
            ("load.rate", "", "--set load.rate: has no value after ="),
            (
                "load..rate", "1/s",
                "--set load..rate: is not a key: write section and key joined by a dot, "
                    + "such as load.rate"
            ),
            (
                "load.stages", "[",
                "--set load.stages: is not valid YAML: "
                    + "did not find expected node content"
            ),
        ] as [(String, String, String)])
    func mistakes(key: String, value: String, message: String) {
        #expect(refusal(of: text, overrides: [(key, value)]) == message)
    }

    @Test("a mistake beside an override still names its line")
    func besides() {
        #expect(
            refusal(of: "load: {rate: x}", overrides: [("name", "a")])
                == "profile \"wrong.yaml\" line 1 column 14: load.rate \"x\" is not a rate: "
                + "write a number per time, such as \"50/s\"")
    }
}
