import FinLoop
import FinMeasure
import FinProfile
import FinTestSupport
import FinWire
import Testing

@testable import FinDrive

/// A webhook on its way to the worker whose conversation it is.
@Suite struct WorkerConversationsTests {
    private func plan(_ load: String) throws -> RunPlan {
        try RunPlan(
            profile: try Profile.parse(text: "name: t\nload: \(load)\n", source: "t.yaml"),
            runID: "r1")
    }

    private func arrival(_ conversation: String) -> WebhookArrival {
        var event = EventFields()
        event.conversationID = TextDigest(conversation)
        return WebhookArrival(
            event: event, received: Instant(nanoseconds: 1), isDuplicate: false)
    }

    private func workers(
        _ plan: RunPlan, _ known: WorkerConversations, of numbers: Range<UInt64>
    ) -> [Int?] {
        numbers.map { known.worker(of: arrival(plan.conversationID($0))) }
    }

    @Test("each conversation belongs to the worker in whose slice it is", arguments: [1, 2, 3, 7])
    func slices(count: Int) throws {
        let plan = try plan("{arrivals: constant, rate: 100/s, conversations: 40}")
        let known = WorkerConversations(plan: plan, workers: count)
        #expect(workers(plan, known, of: 0..<40).allSatisfy { $0 == nil }, "the run has no zero")
        known.begin(at: Clock.now() - .seconds(60))
        for (worker, shard) in PlanShard.all(count).enumerated() {
            let slice = try plan.slice(shard)
            for position in 0..<slice.conversationLimit {
                let id = plan.conversationID(slice.number(at: position))
                #expect(known.worker(of: arrival(id)) == worker)
            }
        }
        #expect(known.worker(of: arrival("somebody-else-1")) == nil)
        #expect(known.worker(of: arrival(plan.conversationID(40))) == nil)
    }

    @Test("of an open load only what was planned by now has begun")
    func open() throws {
        let plan = try plan("{arrivals: constant, rate: 1/s, conversations: 3600}")
        let known = WorkerConversations(plan: plan, workers: 2)
        known.begin(at: Clock.now() - .seconds(100))
        let found = workers(plan, known, of: 0..<3600).count { $0 != nil }
        // The clock goes on.
        #expect((100...400).contains(found))
        let before = WorkerConversations(plan: plan, workers: 2)
        before.begin(at: Clock.now() + .seconds(100))
        #expect(workers(plan, before, of: 0..<10).allSatisfy { $0 == nil })
    }

    @Test("of a closed load what was told last has begun, and some more")
    func closed() throws {
        let plan = try plan("{concurrency: 4, conversations: 90000, duration: 100s}")
        let known = WorkerConversations(plan: plan, workers: 2)
        known.begin(at: Clock.now())
        // 2 each at the zero, and 16,384 that may follow within the second until they report.
        #expect(workers(plan, known, of: 0..<32_772).allSatisfy { $0 != nil })
        #expect(workers(plan, known, of: 32_772..<32_774) == [nil, nil])
        known.began(100)
        known.began(50)
        #expect(workers(plan, known, of: 32_768..<32_969) == (0..<200).map { $0 % 2 } + [nil])
    }

    @Test("of a closed load a whole slice begins at once")
    func closedAtOnce() throws {
        let plan = try plan("{concurrency: 40000, conversations: 90000, duration: 100s}")
        let known = WorkerConversations(plan: plan, workers: 2)
        known.begin(at: Clock.now())
        // 20,000 each, and 16,384 that may follow within the second until they report.
        #expect(workers(plan, known, of: 72_766..<72_770) == [0, 1, nil, nil])
    }

    @Test("a webhook's words are the webhook", arguments: 0..<200)
    func words(round: Int) throws {
        var random = TestSeed.generator(round)
        func maybe<Value>(_ value: Value) -> Value? { random.next() % 3 == 0 ? nil : value }
        var event = EventFields()
        event.name = EventFields.Name(rawValue: UInt8(random.next() % 6)) ?? .none
        event.status = EventFields.Status(rawValue: UInt8(random.next() % 8)) ?? .none
        event.reason = EventFields.Reason(rawValue: UInt8(random.next() % 8)) ?? .none
        event.continuity = TextContinuity(rawValue: UInt8(random.next() % 6)) ?? .none
        event.isEnveloped = random.next() % 2 == 0
        event.duplicateKeys = Int(random.next() % 9)
        event.wrongTypes = Int(random.next() % 9)
        event.chunkIndex = maybe(Int32(truncatingIfNeeded: Int64(random.next() % 9) - 4))
        event.createdAtMilliseconds = maybe(Int64(bitPattern: random.next()))
        event.conversationID = maybe(TextDigest("c\(random.next())"))
        event.streamID = maybe(TextDigest("s\(random.next())"))
        event.messageID = maybe(TextDigest("m\(random.next())"))
        let arrival = WebhookArrival(
            event: event, received: Instant(nanoseconds: random.next()),
            isDuplicate: random.next() % 2 == 0)
        let read = try #require(WebhookArrival(words: arrival.words[...]), "\(TestSeed.note)")
        #expect(read.event == event, "\(TestSeed.note)")
        #expect(read.received == arrival.received && read.isDuplicate == arrival.isDuplicate)
    }

    @Test(
        "what is no webhook is none",
        arguments: ["", "1 0", "x", "- 0 1 1 0 0 0 0 0 - - 1 1 - - - -"])
    func nonsense(text: String) { #expect(WebhookArrival(words: text[...]) == nil) }

    @Test(
        "the words of an end are the end",
        arguments: [
            DriveEnd.Reason.finished, .interrupted, .aborted("a: b"), .unreachable("x"),
            .hostLimit("aborted: y"),
        ])
    func ends(reason: DriveEnd.Reason) {
        #expect(DriveEnd.Reason(words: reason.words) == reason)
        #expect(DriveEnd.Reason(words: "gone fishing") == nil)
    }
}
