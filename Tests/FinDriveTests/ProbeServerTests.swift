import FinMeasure
import FinTestSupport
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

@Suite("what a probe finds in answers, hosts and clocks")
struct ProbeServerTests {
    // {"iat":1770000000,"exp":1770000180,"channel":"ch"}
    static let token =
        "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NzAwMDAwMDAsImV4cCI6MTc3MDAwMDE4MCwiY2hhbm5lbCI6ImNoIn0"
        + ".c2lnbmF0dXJl"

    private func walk(headers: [String] = [], answer: [UInt8] = ProbeSamples.answer()) -> ProbeWalk
    {
        let walk = ProbeWalk()
        walk.jsonHeaders += headers
        walk.post(answer)
        return walk
    }

    // MARK: - limits

    @Test("a window's limit is told per minute")
    func limit() {
        let walk = walk(headers: [
            "X-RateLimit-Limit: 167", "x-ratelimit-remaining: 166",
            "X-RateLimit-Reset: \(Walk.created / 1000 + 8)",
        ])
        #expect(
            walk.words("rate limit")
                == "167 calls a window, 166 left, new window in 8.00 s; about 1,002 a minute")
    }

    @Test(
        "no figure per minute where the window is not ten seconds",
        arguments: [
            "X-RateLimit-Reset: 1770000300", "X-RateLimit-Reset: never", "X-Other: 1",
            "X-RateLimit-Reset: 9223372036854775807",
        ])
    func otherWindow(header: String) {
        let walk = walk(headers: ["X-RateLimit-Limit: 1000", header])
        #expect(walk.words("rate limit").hasPrefix("1,000 calls a window"))
        #expect(!walk.words("rate limit").contains("a minute"))
    }

    @Test("without the headers no limit is known")
    func noLimit() {
        #expect(walk().words("rate limit").hasPrefix("no X-RateLimit headers"))
    }

    // MARK: - clocks

    @Test("the clock offset lies between sent and received, and holds the truth")
    func offset() {
        // Sent at 1 ms, made at 5, here at 10, by one clock: offset 0.
        let walk = walk()
        #expect(
            walk.words("clock offset") == "server minus this machine in [-5.00 ms, 5.00 ms]")
    }

    @Test("an event that was made just before it came narrows the offset")
    func tighterOffset() {
        let walk = walk()
        walk.open()
        // By our clock, made at 5 + 994 ms, and here at 1000.
        walk.feed(ProbeSamples.bytes([ProbeSamples.chunk(0, "a", 994)]).span)
        #expect(
            walk.words("clock offset") == "server minus this machine in [-1.00 ms, 5.00 ms]")
    }

    @Test("an event from the future is another clock's")
    func twoClocks() {
        let walk = walk()
        walk.open()
        walk.feed(ProbeSamples.bytes([ProbeSamples.chunk(0, "a", 1300)]).span)
        #expect(walk.words("clock offset").contains("two server clocks"))
    }

    @Test("a stamp nobody can use gives no offset")
    func noOffset() {
        let walk = walk(answer: Array(#"{"created_at_ms":"9999-12-31T23:59:59.999Z"}"#.utf8))
        #expect(walk.words("clock offset") == "not known")
    }

    // MARK: - token and hosts

    @Test("the token's life is read, nothing else of it")
    func tokenLife() {
        let walk = walk()
        walk.open(url: "http://127.0.0.1:9/sse?accessToken=\(Self.token)&rewind=2m")
        #expect(walk.words("token") == "lives 180 s from its issue")
        #expect(walk.words("rewind") == "stream 1: rewind=2m")
        #expect(!walk.output.contains("eyJ"))
    }

    @Test(
        "a token that is no JWT, or says nothing useful, is no trap",
        arguments: [
            "opaque", "a.b.c", "..", "a.e30.c", "a.eyJleHAiOiJ4In0.c",
            // {"iat":-9223372036854775807,"exp":9223372036854775807}
            "a.eyJpYXQiOi05MjIzMzcyMDM2ODU0Nzc1ODA3LCJleHAiOjkyMjMzNzIwMzY4NTQ3NzU4MDd9.c",
        ])
    func oddToken(token: String) {
        let walk = walk()
        walk.open(url: "http://127.0.0.1:9/sse?accessToken=\(token)")
        #expect(!walk.words("token").contains("180 s from its issue"))
        #expect(!walk.words("token").isEmpty)
    }

    @Test("a token of a hundred thousand bytes is measured like any other")
    func longToken() {
        let walk = walk()
        let token = "a.\(String(repeating: "A", count: 100_000)).c"
        walk.open(url: "http://127.0.0.1:9/sse?accessToken=\(token)")
        #expect(walk.words("token").hasPrefix("life not readable"))
        #expect(walk.output.contains("accessToken=(100004 B)"))
    }

    @Test("hosts are the same or named")
    func hosts() {
        let same = walk()
        same.open()
        #expect(same.words("hosts").hasSuffix("streams come from the same"))
        let other = walk()
        other.open(url: "https://localhost:8443/sse?token=t")
        #expect(
            other.words("hosts")
                == "API 127.0.0.1:9 without TLS; streams from localhost:8443 with TLS")
    }

    // MARK: - attributes

    @Test("attributes that were refused are named, their values are not")
    func attributes() {
        let errors =
            #","errors":{"user":{"attributes":{"plan":"'gold' is not a valid value"}},"#
            + #""conversation":{"attributes":{"channel":"does not exist"}}}"#
        let walk = walk(answer: ProbeSamples.answer(more: errors))
        #expect(walk.words("attributes") == "2 refused: conversation.channel, user.plan")
        #expect(walk.words("unknown").hasSuffix("no field"))
        #expect(!walk.output.contains("gold"))
    }

    // MARK: - ends

    @Test(
        "each failure has its words and its end",
        arguments: [
            (TransferEnd.connectFailed, "cannot connect to http://127.0.0.1:9"),
            (.connectTimeout, "no connection to http://127.0.0.1:9 within 5.00 s"),
            (.tlsFailed, "target.tls.ca_file"), (.notHTTP, "does not speak HTTP/1.1"),
            (.connectionLost, "broke the POST off"),
        ])
    func failures(end: TransferEnd, words: String) {
        let walk = ProbeWalk()
        walk.fail(end)
        guard case .refused(let said) = walk.seen.end else {
            Issue.record("\(end) ended as \(walk.seen.end)")
            return
        }
        #expect(said.contains(words))
        #expect(
            !walk.words("POST path").contains("reused") || end == .notHTTP
                || end == .connectionLost)
    }

    @Test(
        "each refusal has its words",
        arguments: [
            (401, "refused our key with HTTP 401 (unauthorized)"), (403, "refused our key"),
            (429, "the limit of 167 calls a window is used up; try again in 8.00 s"),
            (404, "check that target.url"), (400, "check target.version (2.16)"),
            (503, "try again later"),
        ])
    func refusals(status: Int, words: String) {
        let walk = ProbeWalk()
        walk.jsonHeaders += [
            "X-RateLimit-Limit: 167", "X-RateLimit-Reset: \(Walk.created / 1000 + 8)",
        ]
        let code = status == 429 ? "rate_limit_exceeded" : "unauthorized"
        let body =
            #"{"type":"error.list","request_id":"r-1","errors":[{"code":"\#(code)","#
            + #""message":"secret words"}]}"#
        walk.post(Array(body.utf8), status: status)
        guard case .refused(let said) = walk.seen.end else {
            Issue.record("\(status) ended as \(walk.seen.end)")
            return
        }
        #expect(said.contains(words))
        #expect(!(said + walk.output).contains("secret words"))
    }

    @Test("an answer that is no JSON object is the target's fault")
    func nonsense() {
        let walk = walk(answer: Array("<html>".utf8))
        #expect(
            walk.seen.end
                == .refused(
                    "http://127.0.0.1:9 answered with HTTP 200 but not with a JSON object of the "
                        + "Fin Agent API; check target.url"))
    }

    @Test("a stream elsewhere is not dialled without --live")
    func outside() {
        let walk = walk(answer: ProbeSamples.answer(url: "https://realtime.example.test/sse?t=1"))
        guard case .outside(let words) = walk.seen.end else {
            Issue.record("ended as \(walk.seen.end)")
            return
        }
        #expect(words.contains("--live"))
    }

    @Test("a stream that is refused, broken off or late says so")
    func streamFailures() {
        let refused = walk()
        refused.streamHeaders = ["HTTP/1.1 401 Unauthorized", "Content-Type: application/json"]
        refused.open(status: 401)
        refused.feed(Array(#"{"error":{"code":40142,"statusCode":401}}"#.utf8).span)
        refused.end()
        #expect(
            refused.seen.end
                == .refused("127.0.0.1:9 refused the stream with HTTP 401 (code 40142)"))
        let broken = walk()
        broken.open()
        broken.feed(ProbeSamples.bytes([ProbeSamples.chunk(0, "a", 900)]).span)
        broken.end()
        #expect(
            broken.seen.end
                == .refused("127.0.0.1:9 closed the stream before the turn was done"))
        let late = walk()
        late.open()
        #expect(late.expire(30_100) == .hangUp)
        late.end(.hungUp)
        guard case .refused(let words) = late.seen.end else { return }
        #expect(words.hasPrefix("no event from 127.0.0.1:9 within 30.00 s (timeouts.first_chunk)"))
    }
}
