import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@Suite struct ProfileShowTests {
    /// A text shown and read again.
    private func again(_ text: String, folder: String = "") throws -> Profile {
        let shown = try Profile.shown(text: text, source: "test.yaml", baseDirectory: folder)
        // Under another name and in another place: what is shown must stand by itself.
        return try Profile.parse(text: shown, source: "other.yaml", baseDirectory: "elsewhere")
    }

    @Test("what is shown of a shipped profile loads to an equal one", arguments: ShippedProfile.all)
    func shipped(profile: ShippedProfile) throws {
        let original = try Profile.parse(text: profile.text, source: profile.name)
        let shown = try Profile.shown(text: profile.text, source: profile.name)
        #expect(try Profile.parse(text: shown, source: "other.yaml") == original)
        #expect(try Profile.shown(text: shown, source: "other.yaml") == shown)
        #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test(
        "unusual profiles survive being shown",
        arguments: [
            "", "load: {concurrency: 5, duration: 5s, ramp: 1s}",
            "load: {rate: 1800/h, duration: 9s}",
            "load: {stages: [{spike_to: 9/s, for: 1s}, {ramp_to: 5/s, over: 3s}]}",
            "target: {region: us, metered: false, headers: {X-A: 'a: b # c', X-B: \"it's\"}}",
            "target: {url: 'http://127.0.0.1:1', metered: true}",
            "target: {url: 'http://127.0.0.1:1/v1', proxy: 'http://127.0.0.1:2'}",
            "target: {version: 2.14}\nlabels: {a: 'null', b: 'yes', c: '~', d: ''}",
            "description: \"two\\nlines, a\\ttab, 'quotes' and \\\"double\\\" ones \\\\ \"",
            "description: \"\\u2028 \\uFEFF \\u00e9 \\U0001F600\"",
            "conversation: {messages: ['- a', '# b', '{c}', '[d', ' e ', 'f:', '*g', '&h', '!i', '%j']}",
            "conversation: {attributes: {'a b': 'c,d', 'x: y': '?'}, messages: [{turns: [a, b]}]}",
            "safety: {max_cost: 50 USD}\nabort_when: [ttft p95 > 10s over 30s]\non_429: wait",
            "simulator: {freeze: [{at: 1s, for: 1s}], faults: {cut: 5%}, rate_limit: 100/10s}",
            "simulator: {}\nsafety: {}\nconversation: {user_pool: {}}",
            "load: {seed: 18446744073709551615}",
        ])
    func unusual(text: String) throws {
        // Loads of a seed alone keep the default rate.
        let original = try parsed(text)
        #expect(try again(text) == original)
    }

    @Test("files that a profile names are named by their whole path")
    func paths() throws {
        let folder = try TemporaryFolder([
            "q.jsonl": "\"a\"\n", "t.csv": "1s\n2s\n", "at.csv": "1s\n5s\n",
        ])
        let text = """
            target: {url: 'http://a', api_key_file: \(folder.path)/k, tls: {ca_file: \(folder.path)/c}}
            conversation: {messages: {file: q.jsonl}, think_time: {recorded: ./t.csv}}
            load: {arrivals: {trace: at.csv}}
            """
        #expect(try again(text, folder: folder.path) == parsed(text, folder: folder.path))
    }

    @Test("bases are merged in, --set is put in, and values stand as they were written")
    func resolved() throws {
        let folder = try TemporaryFolder([
            "base.yaml": "load: {rate: 1800/h, duration: 2m}\n",
            "top.yaml": "extends: base.yaml\nconfidence: 95%\n",
        ])
        let path = "\(folder.path)/top.yaml"
        let shown = try Profile.shown(path: path, overrides: [("load.warmup", "1500ms")])
        #expect(shown.contains("\n  rate: 1800/h") && shown.contains("\n  duration: 2m"))
        #expect(shown.contains("\n  warmup: 1500ms") && !shown.contains("extends"))
        #expect(
            try Profile.parse(text: shown, source: path)
                == Profile.load(path: path, overrides: [("load.warmup", "1500ms")]))
    }

    @Test("random texts survive being shown")
    func noise() throws {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test)
        let marks = Array("ab 1:#-?*&!|>'\"%@`{}[],\\\t\n~=é\u{85}\u{2028}😀")
        for _ in 0..<300 {
            let characters = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                marks[Int.random(in: marks.indices, using: &generator)]
            }
            let text = String(characters)
            let quoted = text.unicodeScalars.map { "\\U" + hexadecimal($0.value) }.joined()
            let yaml = "description: \"\(quoted)\""
            // Control characters are refused, in whatever way they are written.
            guard refusal(of: yaml) == nil else { continue }
            #expect(try parsed(yaml).description == text)
            #expect(try again(yaml).description == text, "\(yaml) \(TestSeed.note)")
        }
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
