import FinProfile
import Testing

@Suite struct ProfileCheckTests {
    private func messages(_ text: String) -> [String] {
        ProfileCheck(text: text, source: "wrong.yaml").mistakes.map(\.description)
    }

    @Test("a good profile has no mistakes", arguments: ShippedProfile.all)
    func good(profile: ShippedProfile) {
        #expect(ProfileCheck(path: profile.name).mistakes.isEmpty)
    }

    @Test("every section tells its first mistake, in the order of the file")
    func several() {
        let text = """
            nam: x
            load: {rate: 5, duration: 5}
            slo: [ttfb p95 < 2s]
            conversation: {turns: {uniform: [1, 3]}}
            safety: {max_cost: 50}
            """
        #expect(
            messages(text) == [
                "profile \"wrong.yaml\" line 1 column 1: nam is not a known key: did you mean "
                    + "\"name\"?",
                "profile \"wrong.yaml\" line 2 column 14: load.rate \"5\" has no unit: write "
                    + "\"5/s\" (units: /s, /m, /h)",
                "profile \"wrong.yaml\" line 3 column 7: slo[0] \"ttfb p95 < 2s\" has the unknown "
                    + "metric \"ttfb\": did you mean \"ttft\"?",
                "profile \"wrong.yaml\" line 5 column 20: safety.max_cost \"50\" has no unit: write "
                    + "\"50 USD\" (units: USD)",
            ])
    }

    @Test("an objective is judged with its conversation, and not blamed for another's mistake")
    func beside() {
        let good = "slo: ['ttft{turn=2+} p95 < 1s']\nconversation: {turns: 2}\nname: 'a b'\n"
        #expect(messages(good).count == 1)
        let bad = "slo: ['ttft{turn=2+} p95 < 1s']\nconversation: {turns: two}\n"
        #expect(messages(bad).map { $0.contains("conversation.turns") } == [true])
    }

    @Test("a mistake of the whole is found as well: the plan is drawn")
    func plan() {
        #expect(
            messages("load: {rate: 1000/s, duration: 200s}") == [
                "plan of profile \"wrong\": has about 200000 conversations, but "
                    + "safety.max_conversations is 100000 (the default where they cost none): "
                    + "lower the load, or set safety.max_conversations to 200000 or more"
            ])
    }

    @Test("every wrong profile is found wrong, its own message first", arguments: wrongProfiles)
    func wrong(profile: WrongProfile) {
        #expect(messages(profile.text).first == profile.message)
    }

    @Test("a profile that is nowhere is one mistake with advice")
    func missing() {
        #expect(
            ProfileCheck(path: "rolout").mistakes.map(\.description) == [
                "profile \"rolout\": is neither a file nor a shipped profile: did you mean "
                    + "\"rollout\"?"
            ])
    }
}
