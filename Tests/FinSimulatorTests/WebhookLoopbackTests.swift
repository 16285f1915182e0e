import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import NIOHTTP1
import Testing

@testable import FinSimulator

private let secret = "fin-signing-secret-0001"

@Suite("As a source of webhooks, the simulator", .sockets)
struct WebhookLoopbackTests {
    /// A server whose events go to `url`; hands back the lines of the webhook truth.
    ///
    /// - Parameter answered: how many attempts must have their answer before the server is stopped.
    private func serve(
        _ url: String, answered: Int = 0,
        _ change: @escaping (inout SimulatorOptions) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws -> [[String]] {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("webhooks-\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestServer.with(
            { options in
                var webhooks = SimulatorSettings.Webhooks(url: url, secret: secret)
                webhooks.delay = .fixed(1e6)
                options.settings.webhooks = webhooks
                options.webhookTruthPath = path
                change(&options)
            },
            { server in
                try await body(server)
                try await WebhookLoopbackTests.wait(for: answered, in: path)
            })
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(
            lines.first == "conversation_id,turn,event,status,written_ns,attempt,fault,answer")
        return lines.dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Waits until a webhook truth has so many rows, at most a minute.
    ///
    /// A row is written when the answer was read: that is after the receiver has the post.
    private static func wait(for rows: Int, in path: String) async throws {
        for _ in 0..<6000 {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            // The header is a line as well, and what follows the last line feed is none.
            if lines.count - 2 >= rows { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func isSigned(_ post: TestReceiver.Post) -> Bool {
        let value = WebhookSignature.value(key: Array(secret.utf8), body: Array(post.body.utf8))
        return post.signatures == [value]
    }

    @Test("posts replies and statuses, never chunks, with the bytes of the stream")
    func events() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url, answered: 2) { server in
                let stream = try await server.stream(try await server.start("c-1"))
                let posts = try await receiver.wait(for: 2)
                #expect(
                    posts.map(\.name) == ["fin_replied", "fin_status_updated:awaiting_user_reply"])
                #expect(posts.allSatisfy { $0.path == "/fin?a=b" && isSigned($0) })
                for post in posts { #expect(stream.body.contains("data: \(post.body)\n")) }
            }
            #expect(truth.map { $0[2] } == ["fin_replied", "fin_status_updated"])
            #expect(truth.map { $0[3] } == ["replying", "awaiting_user_reply"])
            #expect(truth.allSatisfy { $0[0...1] == ["c-1", "1"] && $0[5] == "1" })
            #expect(truth.allSatisfy { $0[6].isEmpty && $0[7] == "200" })
            #expect(truth.compactMap { UInt64($0[4]) }.count == 2)
        }
    }

    @Test("posts without a stream URL as well, and the survey after the end")
    func webhookOnly() async throws {
        try await TestReceiver.with { receiver, url in
            _ = try await serve(url) { options in
                options.settings.omitsStreamURL = true
                options.settings.outcomes.resolved = 1
                options.settings.csat = 1
            } _: { server in
                let response = try await server.start("c-1")
                #expect(response.json["sse_subscription_url"] == nil)
                let posts = try await receiver.wait(for: 4)
                #expect(
                    posts.map(\.name) == [
                        "fin_replied", "fin_status_updated:resolved",
                        "fin_status_updated:complete", "csat_requested",
                    ])
            }
        }
    }

    @Test("sends a reordered reply behind the status that followed it")
    func reordered() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url) { options in
                options.settings.webhooks?.reordered = 1
            } _: { server in
                _ = try await server.start("c-1")
                #expect(
                    try await receiver.wait(for: 2).map(\.name) == [
                        "fin_status_updated:awaiting_user_reply", "fin_replied",
                    ])
            }
            // The last one of a turn has nothing to go behind.
            #expect(truth.map { $0[6] } == ["", "reordered"])
        }
    }

    @Test("sends a duplicate with the same bytes and header")
    func duplicates() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url) { options in
                options.settings.webhooks?.duplicates = 1
            } _: { server in
                _ = try await server.start("c-1")
                let posts = try await receiver.wait(for: 4)
                try #require(posts.count == 4)
                #expect(posts[0].body == posts[1].body)
                #expect(posts[2].signatures == posts[3].signatures && isSigned(posts[3]))
            }
            #expect(truth.map { $0[6] } == Array(repeating: "duplicate", count: 4))
        }
    }

    @Test("signs wrongly where it is told to, in the right form")
    func badSignatures() async throws {
        try await TestReceiver.with { receiver, url in
            _ = try await serve(url) { options in
                options.settings.webhooks?.badSignatures = 1
            } _: { server in
                _ = try await server.start("c-1")
                let posts = try await receiver.wait(for: 2)
                #expect(posts.count == 2 && !posts.contains(where: isSigned))
                #expect(posts.allSatisfy { $0.signatures.first?.utf8.count == 71 })
            }
        }
    }

    @Test("repeats what was refused once, identical, and no more")
    func retries() async throws {
        try await TestReceiver.with(answers: { _ in .internalServerError }) { receiver, url in
            let truth = try await serve(url, answered: 4) { options in
                options.settings.webhooks?.retryAfter = 50e6
            } _: { server in
                _ = try await server.start("c-1")
                let posts = try await receiver.wait(for: 4)
                // Long enough for a third attempt, if there were one.
                try await Task.sleep(for: .milliseconds(150))
                #expect(receiver.posts.count == 4)
                #expect(Set(posts.map(\.body)).count == 2 && posts.allSatisfy(isSigned))
            }
            #expect(truth.map { $0[5] }.sorted() == ["1", "1", "2", "2"])
            #expect(truth.allSatisfy { $0[7] == "500" })
        }
    }

    @Test("says of every delivery what became of it when nobody listens or answers")
    func unreachable() async throws {
        // Port 1 of loopback: nothing listens there.
        let refused = try await serve("http://127.0.0.1:1/", answered: 2) { server in
            _ = try await server.stream(try await server.start("c-1"))
        }
        #expect(refused.map { $0[7] } == ["failed", "failed"])
        try await TestReceiver.with(answers: { _ in nil }) { receiver, url in
            let silent = try await serve(url) { server in
                _ = try await server.stream(try await server.start("c-1"))
                _ = try await receiver.wait(for: 1)
            }
            #expect(silent.map { $0[7] } == ["stopped", "stopped"])
        }
    }

    @Test("keeps the order of each of many conversations, over few connections")
    func many() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await serve(url, answered: 400) { options in
                options.settings.doneDelay = .fixed(0)
            } _: { server in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<200 {
                        group.addTask { _ = try await server.start("c-\(index)") }
                    }
                    try await group.waitForAll()
                }
                let posts = try await receiver.wait(for: 400)
                let byID = Dictionary(grouping: posts) {
                    $0.json["conversation_id"] as? String ?? ""
                }
                #expect(byID.count == 200)
                #expect(
                    byID.values.allSatisfy {
                        $0.map(\.name).first == "fin_replied" && $0.count == 2
                    })
            }
            #expect(truth.count == 400 && truth.allSatisfy { $0[7] == "200" })
        }
    }
}
