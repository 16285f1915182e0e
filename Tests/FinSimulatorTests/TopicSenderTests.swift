import FinLoop
import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import FinSimulator

private let secret = "client-secret-abc"

@Suite("The sender of topics", .sockets)
struct TopicSenderTests {
    /// Posts `count` notifications, one for each of so many conversations, and waits for so many
    /// requests; hands back the lines of the truth.
    private func send(
        _ count: Int, to receiver: TestReceiver, _ url: String, expecting: Int,
        _ change: (inout SimulatorSettings.TopicWebhooks) -> Void = { _ in }
    ) async throws -> [[String]] {
        var settings = SimulatorSettings.TopicWebhooks(.init(url: url, secret: secret))
        settings.delivery.delay = .fixed(1e6)
        settings.delivery.retryAfter = 20e6
        settings.throttle = 20e6
        change(&settings)
        var options = SimulatorOptions()
        options.settings.topicWebhooks = settings
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("topics-\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let truth = try TruthLog(path: path, header: WebhookTruthRow.header)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let sender = try await loop.submit { [options] in
            try NIOLoopBound(
                TopicSenderTests.start(count, options, loop, truth), eventLoop: loop)
        }.get()
        for _ in 0..<6000 where try rows(truth, path).count < expecting {
            try await Task.sleep(for: .milliseconds(10))
        }
        // Long enough for one more, if there were one.
        try await Task.sleep(for: .milliseconds(60))
        try await loop.submit { sender.value.stop() }.get()
        return try rows(truth, path)
    }

    private func rows(_ truth: TruthLog, _ path: String) throws -> [[String]] {
        try truth.flush()
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    private static func start(
        _ count: Int, _ options: SimulatorOptions, _ loop: any EventLoop, _ truth: TruthLog
    ) throws -> TopicSender {
        let timers = Timers(loop: loop)
        let made = try TopicSender.make(options, loop, timers, truth)
        let sender = try #require(made)
        timers.onNotification = { sender.attempt($0) }
        for number in 0..<count {
            let turn = Turn(
                conversation: Conversation(id: "c-\(number)", appID: "app", now: Clock.now()),
                number: 1, version: .v216, script: TurnScript(), userID: "u", isReplayable: false,
                received: Clock.now())
            sender.post(
                "a.topic", item: Array("{\"n\":\(number)}".utf8), of: turn, serial: 0,
                now: Clock.now())
        }
        return sender
    }

    private func isSigned(_ post: TestReceiver.Post) -> Bool {
        let value = WebhookSignature.hubValue(key: Array(secret.utf8), body: Array(post.body.utf8))
        return post.headers["X-Hub-Signature"] == [value]
    }

    @Test("sends the documented envelope with its headers")
    func envelope() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await send(1, to: receiver, url, expecting: 1)
            let post = try #require(receiver.posts.first)
            #expect(isSigned(post) && post.signatures.isEmpty)
            #expect(post.headers["User-Agent"] == ["intercom-parrot-service-client/1.0"])
            #expect(post.headers["Accept"] == ["application/json"])
            #expect(post.headers["Content-Type"] == ["application/json"])
            #expect(post.json["type"] as? String == "notification_event")
            #expect(post.json["topic"] as? String == "a.topic")
            #expect((post.json["id"] as? String)?.hasPrefix("notif_") == true)
            #expect(post.json["app_id"] as? String == "finsim01")
            #expect(post.json["delivery_attempts"] as? Int == 1)
            // Whole seconds: the next one may begin in between.
            let created = try #require(post.json["created_at"] as? Int)
            let sent = try #require(post.json["first_sent_at"] as? Int)
            #expect((created...created + 60).contains(sent))
            let data = post.json["data"] as? [String: Any]
            #expect(data?["type"] as? String == "notification_event_data")
            #expect((data?["item"] as? [String: Any])?["n"] as? Int == 0)
            #expect(truth.count == 1 && truth.first?.count == 8)
            #expect(truth.first?[2] == "a.topic" && truth.first?[7] == "200")
        }
    }

    @Test("repeats a failure once, and says which attempt it is")
    func retry() async throws {
        try await TestReceiver.with(answers: { _ in .internalServerError }) { receiver, url in
            let truth = try await send(1, to: receiver, url, expecting: 2)
            #expect(receiver.posts.map { $0.json["delivery_attempts"] as? Int } == [1, 2])
            #expect(Set(receiver.posts.map { $0.json["id"] as? String }).count == 1)
            #expect(receiver.posts.allSatisfy(isSigned))
            #expect(truth.map { $0[5] + " " + $0[7] } == ["1 500", "2 500"])
        }
    }

    @Test("waits after 429 as long as it takes")
    func throttled() async throws {
        try await TestReceiver.with(answers: { $0 < 3 ? .tooManyRequests : .ok }) { receiver, url in
            let truth = try await send(1, to: receiver, url, expecting: 4)
            #expect(truth.map { $0[7] } == ["429", "429", "429", "200"])
            let written = truth.compactMap { Int($0[4]) }
            try #require(written.count == 4)
            // 20, 40, 80 ms; a timer is never early.
            for (index, pause) in [20, 40, 80].enumerated() {
                #expect(written[index + 1] - written[index] >= pause * 1_000_000)
            }
        }
    }

    @Test("sends nothing more after 410")
    func gone() async throws {
        try await TestReceiver.with(answers: { _ in .gone }) { receiver, url in
            let truth = try await send(1, to: receiver, url, expecting: 1) {
                $0.delivery.duplicates = 0
            }
            #expect(truth.map { $0[7] } == ["410"])
        }
    }

    @Test("spoils what it is told to, each counted in the truth")
    func faults() async throws {
        try await TestReceiver.with { receiver, url in
            // The seed makes 36 of them duplicates.
            let truth = try await send(300, to: receiver, url, expecting: 336) {
                $0.delivery.duplicates = 0.1
                $0.delivery.badSignatures = 0.1
                $0.delivery.reordered = 0.1
            }
            let faults = Dictionary(grouping: truth) { $0[6] }.mapValues(\.count)
            let ids = receiver.posts.compactMap { $0.json["id"] as? String }
            #expect(ids.count == truth.count && Set(ids).count == 300)
            #expect(faults["duplicate"] == 2 * (ids.count - 300))
            #expect(faults["bad_signature"] == receiver.posts.filter { !isSigned($0) }.count)
            #expect((10...60).contains(faults["reordered"] ?? 0))
        }
    }

    @Test("does not keep a notification back for ever where none follows it")
    func lonely() async throws {
        try await TestReceiver.with { receiver, url in
            let truth = try await send(1, to: receiver, url, expecting: 1) {
                $0.delivery.reordered = 1
            }
            #expect(truth.map { $0[6] + $0[7] } == ["200"])
        }
    }
}
