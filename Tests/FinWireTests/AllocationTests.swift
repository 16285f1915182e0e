import FinTestSupport
import FinWire
import Testing

/// Reads every event's fields; takes no memory of its own.
private struct FieldVisitor: EventVisitor, ~Copyable {
    var scanner = EventScanner()
    var mark = TextMark()
    var eventCount = 0
    var errorCount = 0

    mutating func visit(_ event: borrowing EventView) {
        do throws(WireError) {
            _ = try scanner.scan(event.data, mark: &mark)
            eventCount += 1
        } catch { errorCount += 1 }
    }
}

@Suite("Allocations", .enabled(if: AllocationCounter.isActive))
struct AllocationTests {
    @Test("the counter sees one deliberate allocation, and none where there is none")
    func counter() {
        var kept: [UInt8] = []
        #expect(AllocationCounter.count { kept.reserveCapacity(100) } == 1)
        #expect(AllocationCounter.count { kept.append(1) } == 0)
    }

    // Each test warms up once: at first use the Swift runtime itself allocates for generic types.
    @Test("events that lie in one read are parsed and scanned without an allocation")
    func oneRead() {
        let stream = Sample.startWithChunks.bytes
        var parser = EventParser()
        var visitor = FieldVisitor()
        try? parser.feed(stream.span, to: &visitor)
        let count = AllocationCounter.count {
            for _ in 0..<100 { try? parser.feed(stream.span, to: &visitor) }
        }
        #expect(count == 0)
        #expect(visitor.eventCount == 505 && visitor.errorCount == 0)
    }

    @Test("after a first turn, split events, IDs and envelopes allocate no more")
    func steadyState() {
        let stream = Sample.enveloped.bytes
        var parser = EventParser()
        var visitor = FieldVisitor()
        func turn() {
            for start in stride(from: 0, to: stream.count, by: 50) {
                let end = min(start + 50, stream.count)
                try? parser.feed(stream.span.extracting(start..<end), to: &visitor)
            }
            parser.reset()
        }
        turn()
        turn()
        #expect(AllocationCounter.count { for _ in 0..<50 { turn() } } == 0)
        #expect(visitor.eventCount == 52 * 3 && visitor.errorCount == 0)
    }

    @Test("a signature is verified without an allocation")
    func signature() {
        let vector = SignatureVector.finWebhook[0]
        let verifier = WebhookVerifier(secret: vector.secret, previousSecret: "old")
        let header = Array(vector.signature.utf8)
        let body = Array(vector.message.utf8)
        var validCount = verifier.verify(header: header.span, body: body.span) ? 0 : -1
        let count = AllocationCounter.count {
            for _ in 0..<100 where verifier.verify(header: header.span, body: body.span) {
                validCount += 1
            }
        }
        #expect(count == 0)
        #expect(validCount == 100)
    }

    @Test("a parser at rest is small")
    func size() {
        #expect(MemoryLayout<EventParser>.stride <= 128)
        #expect(MemoryLayout<TextMark>.stride <= 24)
    }
}
