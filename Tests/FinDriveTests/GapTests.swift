import FinMeasure
import FinTestSupport
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// What lies between events, and that a turn's parts are its whole.
@Suite struct GapTests {
    @Test("chunks that came alone have a gap, by arrival and by the server's clock")
    func gap() {
        let walk = Walk.streaming()
        walk.chunk(0, 30, offset: 25)
        #expect(walk.last.chunkGap == nil)
        #expect(walk.last.serverChunkGap == nil)
        walk.chunk(1, 47, offset: 40)
        #expect(walk.last.chunkGap == .milliseconds(17))
        #expect(walk.last.serverChunkGap == .milliseconds(15))
    }

    @Test("chunks that shared their read stand at neither end of a gap")
    func coalesced() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.chunk(1, 40, isCoalesced: true)
        #expect(walk.last.chunkGap == nil)
        walk.chunk(2, 50)
        #expect(walk.last.chunkGap == nil)
        #expect(walk.last.serverChunkGap == nil)
        walk.chunk(3, 60)
        #expect(walk.last.chunkGap == .milliseconds(10))
        #expect(walk.record.coalescedChunks == 1)
    }

    @Test("a chunk that is sent again is none more, and at neither end of a gap")
    func repeated() {
        let walk = Walk.streaming()
        walk.chunk(0, 30, offset: 25)
        walk.chunk(1, 40, offset: 35)
        walk.chunk(1, 50, offset: 35)
        #expect(walk.last.chunkGap == nil && walk.last.serverChunkGap == nil)
        #expect(walk.last.deliveryCreated == nil)
        walk.chunk(2, 60, offset: 55)
        #expect(walk.last.chunkGap == .milliseconds(20))
        #expect(walk.last.serverChunkGap == .milliseconds(20))
        #expect(walk.record.chunks == 3)
        #expect(walk.flags == [.duplicateChunk])
    }

    @Test("a chunk out of its order counts, and is at neither end of a gap")
    func outOfOrder() {
        let walk = Walk.streaming()
        for (index, milliseconds) in [(0, 30), (2, 40), (1, 50), (3, 60)] as [(Int32, Int64)] {
            walk.chunk(index, milliseconds)
            #expect(walk.last.chunkGap == (index == 2 ? .milliseconds(10) : nil))
        }
        #expect(walk.record.chunks == 4 && walk.record.lastChunk == at(60))
        #expect(walk.flags == [.indexGap, .duplicateChunk])
    }

    @Test("the largest number that a chunk can have is followed by any other", arguments: [0, nil])
    func largestIndex(next: Int32?) {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.chunk(.max, 40)
        #expect(walk.flags == [.indexGap])
        walk.event(.replyChunk, 50) {
            $0.chunkIndex = next
            $0.streamID = TextDigest("s-1")
        }
        #expect(walk.flags == [.indexGap, .duplicateChunk])
    }

    @Test("what a resumed stream brings of the time without it is replayed")
    func resumed() {
        // A later turn, not rewound: nothing of it was replayed before.
        let walk = Walk.streaming(turn: 2)
        walk.conversation.sawEventID()
        walk.chunk(0, 30)
        #expect(walk.end(.connectionLost, 40) == .resumeStream)
        walk.conversation.dialled(at: at(41))
        walk.open(90)
        walk.chunk(1, 91, offset: 50)
        #expect(walk.last.chunkGap == nil && walk.last.deliveryCreated == nil)
        #expect(walk.record.replayedChunks == 1)
        walk.chunk(2, 120)
        #expect(walk.last.chunkGap == nil && walk.last.deliveryCreated != nil)
        walk.chunk(3, 130)
        #expect(walk.last.chunkGap == .milliseconds(10))
        #expect(walk.record.replayedChunks == 1)
    }

    @Test("replayed chunks stand at neither end of a gap")
    func replayed() {
        let walk = Walk.streaming()
        walk.chunk(0, 30, offset: 0)
        walk.chunk(1, 40, offset: 11)
        #expect(walk.last.chunkGap == nil)
        walk.chunk(2, 50)
        #expect(walk.last.chunkGap == nil)
        walk.chunk(3, 65)
        #expect(walk.last.chunkGap == .milliseconds(15))
        #expect(walk.record.replayedChunks == 2)
    }

    @Test("gaps are within a part, also where parts interleave")
    func interleaved() {
        let walk = Walk.streaming()
        walk.chunk(0, 30, stream: "a")
        walk.chunk(0, 40, stream: "b")
        #expect(walk.last.chunkGap == nil)
        walk.chunk(1, 55, stream: "a")
        #expect(walk.last.chunkGap == .milliseconds(25))
        walk.chunk(1, 57, stream: "b")
        #expect(walk.last.chunkGap == .milliseconds(17))
    }

    @Test("the swap of a part is from its last chunk to its reply, where both came alone")
    func swap() {
        var walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.reply(42)
        #expect(walk.last.swapDelay == .milliseconds(12))
        walk = .streaming()
        walk.chunk(0, 30)
        walk.reply(42, isCoalesced: true)
        #expect(walk.last.swapDelay == nil)
        walk = .streaming()
        walk.chunk(0, 30, isCoalesced: true)
        walk.reply(42)
        #expect(walk.last.swapDelay == nil)
        walk = .streaming()
        walk.chunk(0, 30, offset: 0)
        walk.reply(42)
        #expect(walk.last.swapDelay == nil)
    }

    @Test("one instant without a kernel stamp is enough to say so")
    func callbackStamp() {
        let walk = Walk.posting()
        walk.conversation.postHeaders(status: 200, at: stamp(10, isKernel: false))
        #expect(!walk.record.isKernelStamped)
    }

    @Test("a stamp that lies before the one before it does not turn time back")
    func monotone() {
        let walk = Walk.streaming()
        walk.chunk(0, 15)
        #expect(walk.record.firstChunk == at(20))
    }

    @Test(
        "the next turn is planned when the user has thought, but not before the end is known",
        arguments: [(Int64(0), Int64(2040)), (1000, 2040), (3000, 3040)])
    func nextTurn(think: Int64, planned: Int64) {
        let walk = Walk.streaming()
        walk.reply(40, stream: nil, status: .awaitingUserReply)
        _ = walk.expire(at: at(2040) + .microseconds(50))
        walk.end(.hungUp, 2041)
        #expect(walk.record.done == at(40))
        let next = walk.conversation.nextPlanned(afterThinking: .milliseconds(think))
        #expect(next == at(planned) + (planned == 2040 ? .microseconds(50) : .zero))
    }

    @Test("five parts add up to the TTFT and none is negative, whatever the stamps")
    func fiveParts() {
        for index in 0..<2000 {
            var random = TestSeed.generator(index)
            let record = randomTurn(&random)
            let parts: [Metric] = [
                .scheduleLag, .post, .subscribeGap, .streamConnect, .firstWait,
            ]
            var sum = Nanoseconds.zero
            for part in parts {
                guard case .measured(let span) = record.observe(part, from: .none) else {
                    Issue.record("\(part) has no value; case \(index), \(TestSeed.note)")
                    return
                }
                #expect(span >= .zero, "\(part), case \(index), \(TestSeed.note)")
                sum = sum + span
            }
            let whole = record.observe(.ttft, from: .planned)
            #expect(whole == .measured(sum), "case \(index), \(TestSeed.note)")
        }
    }

    /// A turn whose stamps jitter by up to 5 ms either way and whose events come in any order.
    private func randomTurn(_ random: inout some RandomNumberGenerator) -> TurnRecord {
        let walk = Walk()
        func near(_ milliseconds: Int64) -> ArrivalStamp {
            let jitter = Nanoseconds(.random(in: -5_000_000...5_000_000, using: &random))
            let instant = max(at(0), at(milliseconds) + jitter)
            return ArrivalStamp(
                instant: instant, isKernel: .random(using: &random),
                callback: instant + Nanoseconds(.random(in: 0...5_000_000, using: &random)))
        }
        walk.conversation.begin(at: near(1).callback)
        walk.conversation.postHeaders(status: 200, at: near(2))
        var over = result(.complete, 0)
        over.stamp = near(3)
        _ = walk.conversation.postFinished(over, fields: answer()) { _ in true }
        walk.conversation.dialled(at: near(4).callback)
        _ = walk.conversation.streamHeaders(status: 200, isEventStream: true, at: near(5))
        var events = [EventFields.Name.replyChunk, .replyChunk, .unknown, .replied, .csatRequested]
        events.shuffle(using: &random)
        for (index, name) in events.enumerated() {
            var fields = EventFields()
            fields.name = name
            fields.chunkIndex = Int32(index)
            fields.streamID = name == .replyChunk ? TextDigest("s-1") : nil
            _ = walk.conversation.take(
                fields, at: near(6 + Int64(index)), isCoalesced: .random(using: &random))
        }
        walk.status(.awaitingUserReply, 30)
        walk.end(.complete, 31)
        return walk.record
    }
}
