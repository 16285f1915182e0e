import FinLoop
import FinMeasure
import FinProfile
import FinTestSupport
import FinTestThreads
import Foundation
import Glibc
import Testing

@testable import FinSimulator

/// The answer of `TestServer.quick`.
private let answer = [
    "fin_reply_chunk", "fin_reply_chunk", "fin_reply_chunk", "fin_replied",
    "fin_status_updated:awaiting_user_reply",
]

@Suite("A fault over loopback", .sockets)
struct FaultLoopbackTests {
    typealias Fault = SimulatorSettings.Fault
    typealias Rule = SimulatorSettings.FaultRule

    private func path(_ response: TestResponse, _ server: TestServer) throws -> String {
        String(try response.streamURL.dropFirst(server.base.count))
    }

    private func get(_ path: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n"
    }

    @Test("a reset is ECONNRESET to the reader, a cut the end of the file; both only once")
    func reset() async throws {
        for (fault, expected) in [(Fault.reset, ECONNRESET), (.cut, nil as CInt?)] {
            let truth = try await TestServer.with {
                $0.settings.faults = [Rule(fault, share: 1)]
            } _: { server in
                let response = try await server.start("c-1")
                let (bytes, reads, errno) = try await server.readToEnd(
                    get(path(response, server)))
                #expect(errno == expected)
                let stream = try TestResponse(bytes, reads: reads)
                #expect(!stream.isComplete && (1...2).contains(stream.events.count))
                #expect(try await server.stream(response).eventNames == answer)
            }
            #expect(truth.count == 1 && truth[0].hasPrefix("c-1,1,\(fault.rawValue),"))
        }
    }

    @Test("an expired token is refused on connect, each time, or told in the stream, once")
    func tokens() async throws {
        try await TestServer.with {
            $0.settings.faults = [
                Rule(.tokenExpiry, .chosen([1], turn: nil)),
                Rule(.tokenError, .chosen([2], turn: nil)),
            ]
        } _: { server in
            let refused = try await server.start("c-1")
            for _ in 0..<2 {
                let stream = try await server.stream(refused)
                #expect(stream.status == 401 && stream.body.contains("\"code\":40142"))
            }
            let told = try await server.start("c-2")
            let stream = try await server.stream(told)
            #expect(stream.status == 200 && stream.isComplete)
            #expect((2...3).contains(stream.events.count))
            #expect(stream.body.contains("event: error\ndata: {\"message\":\"Token expired\""))
            #expect(try await server.stream(told).status == 401)
        }
    }

    @Test("late headers hold everything back, and then all of it comes, on a reply as well")
    func slowHeaders() async throws {
        var slow = Rule(.slowHeaders, share: 1)
        slow.delay = 200e6
        try await TestServer.with { [slow] in
            $0.settings.faults = [slow]
        } _: { server in
            var response = try await server.start("c-1")
            for turn in 1...2 {
                let began = Clock.now()
                let stream = try await server.stream(response)
                #expect(Clock.now() - began >= .milliseconds(200), "turn \(turn)")
                #expect(stream.eventNames == answer && stream.isComplete, "turn \(turn)")
                response = try await server.reply("c-1", timestamp: "2026-02-03T09:16:0\(turn)Z")
            }
        }
    }

    @Test("a client that leaves while headers are held back leaves nothing behind")
    func leavesEarly() async throws {
        var slow = Rule(.slowHeaders, share: 1)
        slow.delay = 150e6
        let truth = try await TestServer.with { [slow] in
            $0.settings.faults = [slow]
        } _: { server in
            let response = try await server.start("c-1")
            try await server.connectAndLeave(get(path(response, server)))
            try await Task.sleep(for: .milliseconds(250))
        }
        #expect(truth.count == 1 && truth[0].hasSuffix(",,,"))
    }

    @Test("a stream without its done signal ends in order")
    func missingDone() async throws {
        let truth = try await TestServer.with {
            $0.settings.faults = [Rule(.missingDone, share: 1)]
        } _: { server in
            let stream = try await server.stream(server.start("c-1"))
            #expect(stream.isComplete && stream.eventNames == answer.dropLast())
        }
        #expect(truth[0].hasPrefix("c-1,1,missing_done,") && truth[0].hasSuffix(","))
    }

    @Test(
        "a stream in another style says the same, comments and all",
        arguments: [Fault.crlf, .cr, .bom, .multiLine, .splitBytes])
    func styles(fault: Fault) async throws {
        try await TestServer.with {
            $0.settings.faults = [Rule(fault, share: 1)]
            // Long enough that the stream is open, and quiet, before its turn speaks.
            $0.settings.think = .fixed(3e9)
            $0.settings.keepAliveInterval = 20e6
        } _: { server in
            let (bytes, _, _) = try await server.readToEnd(
                get(path(server.start("c-1"), server))
                    .replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n"))
            let body = try Self.unchunk(bytes)
            let names = try NaiveEventParser(body).events.map { event in
                let object = try JSONSerialization.jsonObject(with: Data(event.data))
                return (object as? [String: Any])?["event_name"] as? String ?? "?"
            }
            #expect(names == answer.map { String($0.prefix { $0 != ":" }) })
            #expect(body.starts(with: [0xEF, 0xBB, 0xBF]) == (fault == .bom))
            #expect(String(decoding: body, as: UTF8.self).contains(":keepalive"))
            let feeds = body.contains(UInt8(ascii: "\n"))
            #expect(feeds == (fault != .cr))
        }
    }

    /// The body of a chunked response, whatever its bytes.
    private static func unchunk(_ bytes: [UInt8]) throws -> [UInt8] {
        var rest = bytes[...]
        func line() throws -> String {
            let end = try #require(rest.firstRange(of: Array("\r\n".utf8)))
            defer { rest = rest[end.upperBound...] }
            return String(decoding: rest[..<end.lowerBound], as: UTF8.self)
        }
        while try !line().isEmpty {}
        var body: [UInt8] = []
        while let size = Int(try line(), radix: 16), size > 0 {
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return body
    }

    @Test("a window is kept, counted from the first request")
    func window() async throws {
        let truth = try await TestServer.with {
            $0.settings.faults = [
                Rule(.unknownEvent, .share(1, window: .init(start: 100e6, end: 60e9)))
            ]
        } _: { server in
            _ = try await server.start("c-1")
            try await Task.sleep(for: .milliseconds(100))
            _ = try await server.start("c-2")
        }
        let faults = truth.map { line in
            line.split(separator: ",", omittingEmptySubsequences: false)[0...2]
                .joined(separator: ",")
        }
        #expect(faults.sorted() == ["c-1,1,", "c-2,1,unknown_event"])
    }

    @Test("a survey comes after the end, before the stream is over")
    func survey() async throws {
        try await TestServer.with {
            $0.settings.outcomes.resolved = 1
            $0.settings.csat = 1
        } _: { server in
            let stream = try await server.stream(server.start("c-1"))
            #expect(stream.isComplete)
            #expect(
                stream.eventNames.suffix(3) == [
                    "fin_status_updated:resolved", "fin_status_updated:complete",
                    "csat_requested",
                ])
            let survey = stream.events.last?["csat"] as? [String: Any]
            let options = survey?["options"] as? [[String: String]]
            #expect(options?.map { $0["key"] } == ["terrible", "bad", "ok", "good", "amazing"])
            #expect(options?.allSatisfy { $0["emoji"] != nil && $0["label"] != nil } == true)
        }
    }
}
