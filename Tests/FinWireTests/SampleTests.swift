import COpenSSL
import FinTestSupport
import FinWire
import Testing

@Suite("Sample streams")
struct SampleTests {
    @Test("a sample has the bytes it was recorded with", arguments: Sample.all)
    func recorded(sample: Sample) {
        var digest = [UInt8](repeating: 0, count: 32)
        // Safe: SHA256 reads `count` bytes and writes 32.
        _ = unsafe SHA256(sample.bytes, sample.bytes.count, &digest)
        #expect(sample.bytes.count == sample.byteCount)
        #expect(hex(digest) == sample.sha256)
    }

    @Test("a sample reads alike whole, byte by byte and cut in two anywhere", arguments: Sample.all)
    func everySplit(sample: Sample) throws {
        let expected = parse(sample.bytes)
        #expect(expected.events == NaiveEventParser(sample.bytes).events)
        #expect(parse(sample.bytes, .bytewise) == expected)
        for cut in 0...sample.bytes.count {
            var parser = EventParser()
            var collector = EventCollector()
            try parser.feed(sample.bytes.span.extracting(0..<cut), to: &collector)
            try parser.feed(sample.bytes.span.extracting(cut...), to: &collector)
            #expect(collector.events == expected.events, "cut at \(cut)")
        }
    }

    @Test("a sample with CRLF line ends reads alike", arguments: Sample.all)
    func carriageReturns(sample: Sample) {
        let stream = sample.bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        #expect(parse(stream).events == parse(sample.bytes).events)
        #expect(parse(stream, .bytewise).events == parse(sample.bytes).events)
    }

    @Test("nothing is read beyond a sample's last byte, whatever its length", arguments: Sample.all)
    func guardPage(sample: Sample) {
        let buffer = GuardedBuffer(capacity: 4096)
        for count in 0...sample.bytes.count {
            let prefix = Array(sample.bytes.prefix(count))
            let events = buffer.withCopy(of: prefix) { bytes in
                var parser = EventParser()
                var collector = EventCollector()
                try? parser.feed(bytes, to: &collector)
                return collector.events
            }
            #expect(events == NaiveEventParser(prefix).events)
        }
    }

    @Test("S1 is a streamed turn that ends by its done signal")
    func startWithChunks() throws {
        let events = try scan(.startWithChunks)
        #expect(
            events.map(\.name) == [.replyChunk, .replyChunk, .replyChunk, .replied, .statusUpdated])
        #expect(events.map(\.chunkIndex) == [0, 1, 2, nil, nil])
        #expect(events.map(\.continuity) == [.first, .extended, .extended, .none, .none])
        #expect(events.map(\.status).last == .awaitingUserReply)
        #expect(events[3].status == .replying)
        #expect(events[3].messageID == TextDigest("m-501"))
        #expect(events[3].streamID == TextDigest("7c1f0e9ab2d34c5687f1a0b3c4d5e6f7"))
        #expect(events[3].streamID == events[0].streamID)
        #expect(events[0].createdAtMilliseconds == 1_770_110_101_204)
        #expect(events[0].messageID == nil)
        for event in events { #expect(event.conversationID == TextDigest("ld-0001")) }
    }

    @Test("S2 escalates at the user's wish and completes")
    func escalation() throws {
        let events = try scan(.escalation)
        #expect(events.map(\.name) == [.statusUpdated, .statusUpdated])
        #expect(events.map(\.status) == [.escalated, .complete])
        #expect(events.map(\.reason) == [.requestedByUser, .none])
    }

    @Test("S3 has a streamed part and one without a stream")
    func twoParts() throws {
        let events = try scan(.twoParts)
        #expect(
            events.map(\.name) == [.replyChunk, .replyChunk, .replied, .replied, .statusUpdated])
        #expect(events.map { $0.streamID != nil } == [true, true, true, false, false])
        #expect(events[2].messageID != events[3].messageID)
    }

    @Test("S4 ends without a done event")
    func oldVersion() throws {
        let events = try scan(.oldVersion)
        #expect(events.map(\.name) == [.replyChunk, .replyChunk, .replied])
        #expect(events.last?.status == .awaitingUserReply)
    }

    @Test("S5 asks for a rating after it is complete")
    func survey() throws {
        let events = try scan(.survey)
        #expect(events.map(\.name) == [.statusUpdated, .statusUpdated, .csatRequested])
        #expect(events.map(\.status) == [.resolved, .complete, .none])
    }

    @Test("S6 is S2 in envelopes, and ends in a token error")
    func enveloped() throws {
        let parsed = parse(Sample.enveloped.bytes)
        #expect(
            parsed.events.map { String(decoding: $0.type, as: UTF8.self) } == [
                "message", "message", "error",
            ])
        #expect(parsed.lastEventID == Array("hd93KsQ1Zp@1770110101600-2".utf8))
        let plain = try scan(.escalation)
        let wrapped = try scan(Array(parsed.events.prefix(2)))
        for (left, right) in zip(plain, wrapped) {
            var unwrapped = right
            unwrapped.isEnveloped = false
            #expect(right.isEnveloped && left == unwrapped)
        }
    }

    @Test("S7 is joined late: its first chunk has index 2")
    func lateReply() throws {
        let events = try scan(.lateReply)
        #expect(events.map(\.chunkIndex) == [2, 3, nil, nil])
        #expect(events.map(\.continuity) == [.first, .extended, .none, .none])
    }

    @Test("bare JSON under an id and event: message reads as the plain framing does")
    func bareWithID() throws {
        let plain = try scan(.startWithChunks)
        let framed = Sample.startWithChunks.text.replacing(
            "data: ", with: "id: x@1\nevent: message\ndata: ")
        #expect(try scan(parse(framed).events) == plain)
    }

    private func scan(_ sample: Sample) throws -> [EventFields] {
        try scan(parse(sample.bytes).events)
    }

    private func scan(_ events: [Event]) throws -> [EventFields] {
        var scanner = EventScanner()
        var mark = TextMark()
        var fields: [EventFields] = []
        for event in events { fields.append(try scanner.scan(event.data.span, mark: &mark)) }
        return fields
    }
}

/// Lower-case hexadecimal digits.
func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
