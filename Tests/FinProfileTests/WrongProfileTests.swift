import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@Suite struct WrongProfileTests {
    @Test("a wrong profile is refused with its place and a remedy", arguments: wrongProfiles)
    func refused(wrong: WrongProfile) {
        #expect(refusal(of: wrong.text) == wrong.message)
    }

    @Test("every mistake names a line and a column", arguments: wrongProfiles)
    func placed(wrong: WrongProfile) {
        #expect(throws: ProfileError.self) { try parsed(wrong.text) }
        do throws(ProfileError) {
            _ = try Profile.parse(text: wrong.text, source: "wrong.yaml")
        } catch {
            #expect(error.path == "wrong.yaml" && error.line != nil && error.column != nil)
        }
    }

    @Test("a secret in the wrong place is not repeated in the message")
    func secretsStayHidden() throws {
        let texts = [
            "target: {url: 'https://me:hunter2@host'}",
            "target: {url: 'http://a', api_key_env: hunter2-}",
            "target: {url: 'http://a', headers: {Authorization: Bearer hunter2}}",
        ]
        for text in texts {
            let message = try #require(refusal(of: text))
            #expect(!message.contains("hunter2"))
        }
    }

    @Test("a profile that is not there is named with a remedy")
    func missing() {
        #expect {
            try Profile.load(path: "/nonexistent/a.yaml")
        } throws: { error in
            "\(error)"
                == "profile \"/nonexistent/a.yaml\": cannot be read as UTF-8 text: "
                + "check the path and its permissions"
        }
    }

    @Test("a profile with random bytes is taken, or refused with its name: never a crash")
    func noise() {
        let text = Array("load: {rate: 5/s, duration: 10s}\nslo: ['ttft p95 < 2s']\n".utf8)
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test)
        for _ in 0..<500 {
            var bytes = text
            for _ in 0..<4 {
                let index = Int.random(in: bytes.indices, using: &generator)
                bytes[index] = .random(in: 0...127, using: &generator)
            }
            let message = refusal(of: String(decoding: bytes, as: UTF8.self))
            #expect(
                message?.hasPrefix("profile \"wrong.yaml\"") ?? true,
                "\(message ?? "") \(TestSeed.note)")
        }
    }
}
