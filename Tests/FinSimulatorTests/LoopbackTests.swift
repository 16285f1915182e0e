import FinLoop
import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import Testing

@testable import FinSimulator

/// The answer of `TestServer.quick`.
private let answer = [
    "fin_reply_chunk", "fin_reply_chunk", "fin_reply_chunk", "fin_replied",
    "fin_status_updated:awaiting_user_reply",
]

@Suite("Over loopback, the simulator", .sockets)
struct LoopbackTests {
    @Test("answers a start, streams its turn, and writes the same turn into the truth log")
    func conversation() async throws {
        let began = Clock.now()
        let truth = try await TestServer.with { server in
            let response = try await server.start("c-1")
            #expect(response.status == 200 && response.isComplete && response.reads == 1)
            #expect(response.json["conversation_id"] as? String == "c-1")
            #expect(response.json["user_id"] as? String == "u-1")
            #expect(response.json["status"] as? String == "thinking")
            #expect((response.json["created_at_ms"] as? String)?.utf8.count == 24)
            #expect(
                try response.streamURL.hasPrefix("http://127.0.0.1:")
                    && response.streamURL.contains("/event-stream?channels=fin_ag"))
            #expect(try response.streamURL.hasSuffix("&rewind=2m"))
            let stream = try await server.stream(response)
            #expect(stream.headers["content-type"] == "text/event-stream")
            #expect(stream.headers["cache-control"] == "no-cache")
            #expect(stream.eventNames == answer && stream.isComplete)
        }
        let fields = try #require(truth.first).split(
            separator: ",", omittingEmptySubsequences: false)
        #expect(truth.count == 1 && fields[0...2] == ["c-1", "1", ""])
        let stamps = fields[3...].compactMap { UInt64($0) }
        #expect(stamps.count == 4 && stamps == stamps.sorted())
        // Never before their time: the script's offsets are the least.
        let offsets = stamps.map { $0 - stamps[0] }
        #expect(offsets[1] >= 20_000_000 && offsets[2] >= 26_000_000 && offsets[3] >= 28_000_000)
        #expect(stamps[0] > began.nanoseconds && stamps[3] < Clock.now().nanoseconds)
    }

    @Test("gives a reply a URL of its own without rewind, and says 'Conversation not found' else")
    func replies() async throws {
        // Long enough that the reply's stream is open before its turn speaks.
        let truth = try await TestServer.with {
            $0.settings.think = .fixed(3e9)
        } _: { server in
            let unknown = try await server.reply("c-1", timestamp: "2026-02-03T09:16:00.000Z")
            #expect(unknown.status == 400 && unknown.errorMessage == "Conversation not found")
            let first = try await server.start("c-1")
            _ = try await server.stream(first)
            let again = try await server.start("c-1", timestamp: "2026-02-03T09:15:30.000Z")
            #expect(again.status == 400 && again.errorMessage.hasPrefix("Fin session already"))
            let second = try await server.reply("c-1", timestamp: "2026-02-03T09:16:00.000Z")
            #expect(try !second.streamURL.contains("rewind"))
            #expect(try await server.stream(second).eventNames == answer)
        }
        #expect(truth.map { $0.split(separator: ",")[1] } == ["1", "2"])
    }

    @Test("ends a stream once, with its last event, and serves the next request after it")
    func keepAlive() async throws {
        try await TestServer.with { server in
            let path = try await server.start("c-1").streamURL.dropFirst(server.base.count)
            let (bytes, _) = try await server.read(
                "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("\"}\n\n\r\n0\r\n\r\nHTTP/1.1 404 Not Found\r\n"))
            #expect(text.hasSuffix("]}"))
        }
    }

    @Test("closes the connection after a stream where it is told to")
    func closesStreams() async throws {
        try await TestServer.with {
            $0.settings.closesStreams = true
        } _: { server in
            let path = try await server.start("c-1").streamURL.dropFirst(server.base.count)
            // No wish of ours to close: without the setting this would wait for ever.
            let (bytes, reads) = try await server.read("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            let stream = try TestResponse(bytes, reads: reads)
            #expect(stream.isComplete && stream.eventNames == answer)
            #expect(stream.headers["connection"] == "close")
        }
    }

    @Test("starts no second turn for a repeated message")
    func repeats() async throws {
        let truth = try await TestServer.with { server in
            let first = try await server.start("c-1")
            let second = try await server.start("c-1")
            #expect(second.status == 200)
            #expect(try await server.stream(second).eventNames == answer)
            let third = try await server.start("c-1")
            #expect(third.json["status"] as? String == "awaiting_user_reply")
            #expect(try await server.stream(first).status == 401)
        }
        #expect(truth.count == 1)
    }

    @Test("replays to a late start subscriber what it missed, in one burst, then ends")
    func replay() async throws {
        try await TestServer.with { options in
            options.settings.think = .fixed(0)
            options.settings.chunkInterval = .fixed(0)
            options.settings.replyDelay = .fixed(0)
            options.settings.doneDelay = .fixed(0)
        } _: { server in
            let response = try await server.start("c-1")
            let stream = try await server.stream(response)
            #expect(stream.eventNames == answer && stream.isComplete)
            // Read once: from now on the token is as dead as it should be.
            let second = try await server.stream(response)
            #expect(second.status == 401 && second.body.contains("\"code\":40141"))
        }
    }

    @Test("revokes an unread token at the done signal where it is told to")
    func strictRevocation() async throws {
        try await TestServer.with { options in
            options.revokesUnreadTokens = true
            options.settings.think = .fixed(0)
            options.settings.streaming = .none
            options.settings.doneDelay = .fixed(0)
        } _: { server in
            let response = try await server.start("c-1")
            #expect(try await server.stream(response).status == 401)
        }
    }

    @Test("queues what is said while a turn runs, and answers it afterwards")
    func queue() async throws {
        // Long enough that the second stream is open before the first turn speaks.
        let truth = try await TestServer.with {
            $0.settings.think = .fixed(3e9)
        } _: { server in
            _ = try await server.start("c-1")
            let second = try await server.reply("c-1", timestamp: "2026-02-03T09:16:00.000Z")
            #expect(second.status == 200)
            #expect(try await server.stream(second).eventNames == answer + answer)
        }
        #expect(truth.count == 2)
    }

    @Test("refuses a reply after complete")
    func complete() async throws {
        try await TestServer.with { options in
            options.settings.outcomes.resolved = 1
        } _: { server in
            let first = try await server.start("c-1")
            let names = try await server.stream(first).eventNames
            #expect(
                names.suffix(2) == ["fin_status_updated:resolved", "fin_status_updated:complete"])
            let second = try await server.reply("c-1", timestamp: "2026-02-03T09:16:00.000Z")
            #expect(second.status == 400 && second.errorMessage == "Conversation is complete")
        }
    }

    @Test("closes an old version's stream without a done event")
    func oldVersion() async throws {
        try await TestServer.with { server in
            let response = try await server.start("c-1", headers: ["Intercom-Version": "2.14"])
            let stream = try await server.stream(response)
            #expect(stream.eventNames == Array(answer.dropLast()) && stream.isComplete)
            #expect(stream.events.last?["status"] as? String == "awaiting_user_reply")
            let refused = try await server.start("c-2", headers: ["Intercom-Version": "2.13"])
            #expect(refused.status == 400 && refused.body.contains("intercom_version_invalid"))
        }
    }

    @Test("gives every wrong path, method, key and Accept the envelope")
    func refusals() async throws {
        try await TestServer.with { server in
            let cases: [(String, String, [String: String], Bool, Int)] = [
                ("GET", "/", [:], true, 404), ("POST", "/fin/stop", [:], true, 404),
                ("GET", "/fin/start", [:], true, 405), ("DELETE", "/fin/reply", [:], true, 405),
                ("TRACE", "/fin/start", [:], true, 405), ("POST", "/event-stream", [:], true, 405),
                ("POST", "/fin/start", [:], false, 401), ("POST", "/fin/start", [:], true, 400),
                ("POST", "/fin/start", ["Accept": "text/html"], true, 406),
                ("POST", "/fin/start", ["Accept": "text/html, application/*;q=0.5"], true, 400),
            ]
            for (method, path, headers, isAuthorized, status) in cases {
                let response = try await server.send(
                    method, path, headers: headers, isAuthorized: isAuthorized)
                #expect(response.status == status, "\(method) \(path)")
                #expect(response.json["type"] as? String == "error.list", "\(method) \(path)")
                #expect(response.isComplete)
            }
            let head = try await server.send("HEAD", "/fin/start")
            #expect(head.status == 405 && head.body.isEmpty)
        }
    }

    @Test("accepts only the key it was given, and no empty one")
    func keys() async throws {
        try await TestServer.with {
            $0.apiKey = "other"
        } _: { server in
            let response = try await server.start("c-1")
            #expect(response.status == 401 && response.errorMessage == "Access Token Invalid")
        }
        try await TestServer.with { server in
            let empty = try await server.send(
                "POST", "/fin/start", headers: ["Authorization": "Bearer "], isAuthorized: false)
            #expect(empty.status == 401)
        }
    }

    @Test("says where the rate limit stands, refuses above it, and logs the refusal")
    func rateLimit() async throws {
        let truth = try await TestServer.with {
            $0.settings.rateLimit = 1
        } _: { server in
            // A window may end between two calls: three calls meet one window twice.
            var statuses: [Int] = []
            for number in 1...3 {
                let response = try await server.start("c-\(number)")
                statuses.append(response.status)
                #expect(response.headers["x-ratelimit-limit"] == "1")
                #expect(response.headers["x-ratelimit-remaining"] == "0")
                let reset = UInt64(response.headers["x-ratelimit-reset"] ?? "") ?? 1
                #expect(reset % 10 == 0)
                if response.status == 429 {

                    #expect(response.errorMessage == "Exceeded rate limit of 1 in 10_seconds")
                }
            }
            #expect(statuses.first == 200 && statuses.contains(429))
        }
        #expect(truth.contains { $0.contains(",1,rate_limit,") && $0.hasSuffix(",,,") })
    }

    @Test(
        "refuses a start on purpose once, logs it, and serves its repeat",
        arguments: [(SimulatorSettings.Fault.http429, 429), (.http500, 500), (.http503, 503)])
    func injectedStatus(fault: SimulatorSettings.Fault, status: Int) async throws {
        let truth = try await TestServer.with {
            $0.settings.faults = [.init(fault, share: 1)]
        } _: { server in
            let refused = try await server.start("c-1")
            #expect(refused.status == status)
            #expect((refused.headers["x-ratelimit-remaining"] == "0") == (status == 429))
            let served = try await server.start("c-1")
            #expect(try await server.stream(served).eventNames == answer)
        }
        #expect(truth.count == 2)
        #expect(truth[0].hasPrefix("c-1,1,\(fault.rawValue),") && truth[0].hasSuffix(",,,"))
        #expect(truth[1].hasPrefix("c-1,1,,"))
    }

    @Test("cuts a stream in the middle; its URL still opens the rest")
    func cut() async throws {
        let truth = try await TestServer.with {
            $0.settings.faults = [.init(.cut, share: 1)]
        } _: { server in
            let response = try await server.start("c-1")
            let stream = try await server.stream(response)
            #expect(!stream.isComplete && (1...2).contains(stream.events.count))
            #expect(try await server.stream(response).eventNames == answer)
        }
        #expect(truth.count == 1 && truth[0].hasPrefix("c-1,1,cut,"))
    }

    @Test("writes an event in pieces, and it is the same event")
    func splitBytes() async throws {
        try await TestServer.with {
            $0.settings.faults = [.init(.splitBytes, share: 1)]
        } _: { server in
            let response = try await server.start("c-1")
            let stream = try await server.stream(response)
            #expect(stream.eventNames == answer && stream.isComplete)
        }
    }

    @Test("goes quiet where it stalls, comments into the silence, and ends with the token")
    func stall() async throws {
        let truth = try await TestServer.with { options in
            options.settings.faults = [.init(.stall, share: 1)]
            options.settings.keepAliveInterval = 200e6
            options.tokenLife = 6
        } _: { server in
            let response = try await server.start("c-1")
            let stream = try await server.stream(response)
            #expect(stream.isComplete && stream.body.contains(":keepalive\n\n"))
            #expect(!stream.eventNames.contains("fin_replied"))
            #expect(stream.body.hasSuffix("/40142\"}\n\n"))
            #expect(stream.body.contains("event: error\ndata: {\"message\":\"Token expired\""))
            #expect(try await server.stream(response).body.contains("\"code\":40142"))
        }
        #expect(truth.count == 1 && truth[0].hasPrefix("c-1,1,stall,") && truth[0].hasSuffix(",,"))
    }

    @Test("opens no stream for another channel, a broken token or none")
    func tokens() async throws {
        try await TestServer.with { server in
            let first = try await server.start("c-1").streamURL.dropFirst(server.base.count)
            _ = try await server.start("c-2")
            let cases = [
                (first.replacing(":c-1&", with: ":c-2&"), "40160"),
                (first.replacing("&rewind", with: "x&rewind"), "40144"),
                ("/event-stream?channels=a", "40101"),
            ]
            for (path, code) in cases {
                let response = try await server.send("GET", String(path), isAuthorized: false)
                #expect(response.status == 401 && response.body.contains("\"code\":\(code)"))
            }
        }
    }

    @Test("carries any conversation id through the URL", arguments: ["a b&c=ü%/?#", "x\\\"y"])
    func oddIDs(id: String) async throws {
        let json = String(decoding: JSONText.quoted(id), as: UTF8.self).dropFirst().dropLast()
        try await TestServer.with { server in
            let response = try await server.start(String(json))
            #expect(response.json["conversation_id"] as? String == id)
            let stream = try await server.stream(response)
            #expect(stream.eventNames == answer)
            #expect(stream.events.first?["conversation_id"] as? String == id)
        }
    }

    @Test("advertises the gateway's URL, and leaves the URL out where it is told to")
    func advertise() async throws {
        try await TestServer.with {
            $0.advertise = "https://gateway.test"
        } _: { server in
            let url = try await server.start("c-1").streamURL
            #expect(url.hasPrefix("https://gateway.test/event-stream?"))
        }
        try await TestServer.with {
            $0.settings.omitsStreamURL = true
        } _: { server in
            let response = try await server.start("c-1")
            #expect(response.status == 200 && response.json["sse_subscription_url"] == nil)
        }
    }

    @Test("does nothing at all while it is frozen, then answers what it held")
    func freeze() async throws {
        let truth = try await TestServer.with { options in
            options.settings.freezes = [.init(at: 50e6, length: 400e6)]
        } _: { server in
            async let first = server.start("c-1")
            let stream = try await server.stream(first)
            #expect(stream.eventNames == answer)
            // The answer takes 28 ms, so the freeze began after it: this one is sent into it.
            try await Task.sleep(for: .milliseconds(60))
            _ = try await server.start("c-2")
        }
        let received = truth.compactMap { line in
            UInt64(line.split(separator: ",", omittingEmptySubsequences: false)[3])
        }
        #expect(received.count == 2)
        #expect((received.last ?? 0) - (received.first ?? 0) >= 450_000_000)
    }

    @Test("refuses options that cannot be meant, and names a taken port")
    func options() async throws {
        var options = SimulatorOptions()
        options.defaultVersion = "9"
        #expect(throws: SimulatorError.self) { try Simulator(options) }
        options = SimulatorOptions()
        options.port = 70_000
        #expect(throws: SimulatorError.self) { try Simulator(options) }
        try await TestServer.with { server in
            var options = SimulatorOptions()
            options.port = server.port
            let simulator = try Simulator(options)
            await #expect(throws: SimulatorError.self) {
                try await simulator.run { _ in Issue.record("a taken port was bound") }
            }
        }
        var unwritable = SimulatorOptions()
        unwritable.truthPath = "/nowhere/truth.csv"
        let simulator = try Simulator(unwritable)
        await #expect(throws: SimulatorError.self) { try await simulator.run { _ in } }
    }
}
