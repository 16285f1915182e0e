import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

@Suite("what a probe never shows")
struct ProbeRedactionTests {
    @Test(
        "URLs are shown without tokens, credentials and long paths",
        arguments: [
            (
                "https://rt.example.test/event-stream?channels=fin:a:c-1&accessToken=SECRET&rewind=2m",
                "https://rt.example.test:443/event-stream",
                "channels=fin:a:c-1&accessToken=(6 B)&rewind=2m"
            ),
            ("http://user:SECRET@127.0.0.1:9/a?x=SECRET#SECRET", "http://127.0.0.1:9/a", "x=(6 B)"),
            ("http://[::1]:9/sse?SECRET-no-value=", "http://[::1]:9/sse", "SECRET-no-value=(0 B)"),
            (
                "http://127.0.0.1/k/0123456789012345678901234567SECRET",
                "http://127.0.0.1:80/k/(34 B)", ""
            ),
            ("http://127.0.0.1?token=SECRET", "http://127.0.0.1:80", "token=(6 B)"),
            ("ftp://SECRET", "(unreadable URL)", ""), ("", "(unreadable URL)", ""),
            ("http://127.0.0.1/?channels=SEC%20RET two", "(unreadable URL)/", "channels=(13 B)"),
        ])
    func urls(url: String, place: String, query: String) {
        let shown = ProbeURL(url)
        #expect(shown.place == place)
        #expect(shown.query == query)
    }

    @Test("random texts, wherever they stand in a response or stream, are never shown")
    func canaries() {
        for number in 0..<200 {
            var generator = TestSeed.generator(72, number)
            // Two words: no identifier, as texts are.
            let secret = "canary \(UInt64.random(in: 1 << 40 ... .max, using: &generator))"
            let output = ProbeRedactionTests.output(holding: secret)
            let digits = secret.split(separator: " ")[1]
            #expect(!output.contains(digits), "\(TestSeed.note)")
        }
    }

    /// What is printed when a text stands in every place a server can put one.
    private static func output(holding secret: String) -> String {
        let walk = ProbeWalk()
        walk.jsonHeaders += ["Set-Cookie: a=\(secret)", "X-Echo: \(secret)"]
        let errors = #","errors":{"user":{"attributes":{"plan":"\#(secret)"}}},"note":"\#(secret)""#
        walk.post(ProbeSamples.answer(more: errors))
        walk.streamHeaders += ["Set-Cookie: a=\(secret)"]
        let path = secret.split(separator: " ").joined(separator: "%20")
        walk.open(url: "http://127.0.0.1:9/sse?accessToken=\(path)&key=\(path)")
        let strange =
            #"{"event_name":"\#(secret)","conversation_id":"c-1","status":"\#(secret)","#
            + #""stream_id":"\#(secret)","message":{"id":"\#(secret)","body":"\#(secret)"},"#
            + #""reason":"Escalation rule: \#(secret)","\#(secret)":1}"#
        let events = [
            ProbeSamples.chunk(0, secret, 204), strange, secret, ProbeSamples.replied("x", 300),
        ]
        walk.feed(ProbeSamples.bytes(events).span)
        walk.feed(ProbeSamples.bytes([ProbeSamples.chunk(1, secret, 205)], .enveloped).span)
        let error = ":\(secret)\nid: \(secret)\nevent: \(secret)\ndata: {}\n\nevent: error\ndata: "
        walk.feed(Array((error + #"{"message":"\#(secret)","code":1}"# + "\n\n").utf8).span)
        walk.end(.hungUp)
        return walk.output + "\(walk.seen.end)"
    }

    @Test("terminal controls of a server do not reach the terminal")
    func controls() {
        let walk = ProbeWalk()
        walk.jsonHeaders += ["Server: \u{1B}[31mred\u{07}"]
        walk.post()
        walk.open()
        walk.feed(Array("event: \u{1B}[2J\ndata: {}\n\n".utf8).span)
        walk.end()
        #expect(walk.output.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 })
        #expect(!walk.output.contains("\u{1B}"))
    }

    @Test("findings keep to the width")
    func width() {
        let walk = ProbeWalk.over(ProbeSamples.newVersion, .enveloped)
        let lines = ProbeReport(walk.seen).text(width: 80).split(separator: "\n")
        #expect(lines.count > 10)
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test(
        "spans and counts are written alike everywhere",
        arguments: [
            (0, "0.000", "0.00 ms"), (1_234_567, "1.235", "1.23 ms"),
            (-1_500_000, "-1.500", "-1.50 ms"), (612_314_159, "612.314", "612 ms"),
            (999_600_000, "999.600", "1.00 s"), (-400, "0.000", "0.00 ms"),
            (61_000_000_000, "61000.000", "61.00 s"),
        ])
    func spans(nanoseconds: Int64, milliseconds: String, words: String) {
        #expect(ProbeText.milliseconds(Nanoseconds(nanoseconds)) == milliseconds)
        #expect(ProbeText.span(Nanoseconds(nanoseconds)) == words)
    }
}
