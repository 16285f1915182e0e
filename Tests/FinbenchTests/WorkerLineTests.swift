import FinDrive
import FinLoop
import FinMeasure
import FinTestSupport
import FinWire
import Testing

@testable import finbench

/// What a run writes to a worker is what the worker reads.
@Suite struct WorkerLineTests {
    private func read(_ order: WorkerLine.Order) throws -> WorkerLine.Order {
        let text = WorkerLine.text(order)
        #expect(text.last == "\n" && text.dropLast().allSatisfy { !$0.isNewline })
        return try #require(WorkerLine.order(String(text.dropLast())), "\(text)")
    }

    @Test("the run's zero")
    func start() throws {
        let sent = RunDocument.ClockAnchor(monotonicNanoseconds: .max, unixNanoseconds: 7)
        guard case .start(let anchor) = try read(.start(sent)) else {
            Issue.record("no start")
            return
        }
        #expect(anchor.monotonicNanoseconds == .max && anchor.unixNanoseconds == 7)
    }

    @Test("an end, its words on one line", arguments: ["disk full", "a\nb\r\n c", "stop now"])
    func abort(words: String) throws {
        guard case .abort(let found) = try read(.abort(words)) else {
            Issue.record("no abort")
            return
        }
        #expect(found == words.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    @Test(
        "a stop, both ways",
        arguments: [
            DriveEnd.Reason.interrupted, .aborted("error_rate > 5% over 60s"),
            .unreachable("nobody listens"), .hostLimit("no descriptors"),
        ])
    func stop(reason: DriveEnd.Reason) throws {
        guard case .stop(let found) = try read(.stop(reason)) else {
            Issue.record("no stop")
            return
        }
        #expect(found == reason)
        #expect(WorkerLine.stopReason(WorkerLine.text(stopped: reason)) == reason)
        #expect(WorkerLine.stopReason("ready") == nil)
    }

    @Test("where webhooks go, with a secret for topics or without", arguments: [nil, "topic-key"])
    func receiver(topicSecret: String?) throws {
        let door = RunReceiver.Door(
            url: "http://127.0.0.1:4711/hooks", secret: "key", topicSecret: topicSecret)
        guard case .receiver(let found) = try read(.receiver(door)) else {
            Issue.record("no receiver")
            return
        }
        #expect(found.url == door.url && found.secret == "key" && found.topicSecret == topicSecret)
    }

    @Test("a webhook, and what came in with a question, whatever bytes it holds", arguments: 0..<50)
    func bodies(round: Int) throws {
        var random = TestSeed.generator(round)
        let instant = Instant(nanoseconds: random.next())
        let body = (0..<(random.next() % 300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        // An empty body asks nothing: no line is made of it that could be read.
        guard !body.isEmpty else { return }
        guard case .question(let found, let received) = try read(.question(body, instant)) else {
            Issue.record("no question: \(TestSeed.note)")
            return
        }
        #expect(found == body && received == instant, "\(TestSeed.note)")
        var event = EventFields()
        event.conversationID = TextDigest("c\(random.next())")
        let sent = WebhookArrival(event: event, received: instant, isDuplicate: round % 2 == 0)
        guard case .webhook(let arrival) = try read(.webhook(sent)) else {
            Issue.record("no webhook: \(TestSeed.note)")
            return
        }
        #expect(arrival.event == event && arrival.received == instant, "\(TestSeed.note)")
        #expect(arrival.isDuplicate == sent.isDuplicate)
    }

    @Test(
        "what is no order is none",
        arguments: [
            "", "start", "start 1", "start 1 x", "stop", "stop weary", "receiver http://x",
            "webhook 1", "question 1", "question x aGk=", "question 1 *", "halt now",
        ])
    func nonsense(line: String) { #expect(WorkerLine.order(line) == nil) }
}
