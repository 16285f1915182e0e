import FinMeasure
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// What a stream can do wrong, and what of it is replayed.
@Suite struct IntegrityTests {
    @Test("a good answer has no flags")
    func good() {
        let walk = Walk.streaming()
        walk.chunk(0, 30, continuity: .first)
        walk.chunk(1, 40)
        walk.chunk(2, 50, continuity: .same)
        walk.reply(60)
        walk.status(.awaitingUserReply, 61)
        walk.end(.complete, 62)
        #expect(walk.flags == [])
        #expect(walk.record.chunks == 3)
        #expect(walk.record.bytes == 500)
        #expect(walk.record.firstChunk == at(30))
        #expect(walk.record.lastChunk == at(50))
        #expect(walk.record.firstReplied == at(60))
        #expect(walk.record.isKernelStamped)
    }

    @Test("a skipped index is a gap")
    func indexGap() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.chunk(2, 40)
        #expect(walk.flags == .indexGap)
    }

    @Test("a second part that begins above 0 is a gap")
    func secondPartGap() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.chunk(1, 40, stream: "s-2")
        #expect(walk.flags == .indexGap)
    }

    @Test(
        "an index that was seen is a duplicate, and does not move the next one",
        arguments: [Int32(0), 1])
    func duplicateChunk(index: Int32) {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.chunk(1, 40)
        walk.chunk(index, 50)
        walk.chunk(2, 60)
        #expect(walk.flags == .duplicateChunk)
    }

    @Test(
        "text that does not go on is named",
        arguments: [
            (TextContinuity.shrank, TurnFlags.textShrank), (.diverged, .textDiverged),
        ])
    func continuity(continuity: TextContinuity, flag: TurnFlags) {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.chunk(1, 40, continuity: continuity)
        #expect(walk.flags == flag)
    }

    @Test("a reply to a stream that was never seen is an orphan, and still a reply")
    func orphan() {
        let walk = Walk.streaming()
        walk.reply(40, stream: "s-9")
        #expect(walk.flags == .orphanStream)
        #expect(walk.record.firstReplied == at(40))
        #expect(walk.last.swapDelay == nil)
    }

    @Test("a chunk after the reply of its stream is late, and never a first chunk")
    func lateAfterReply() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.reply(40)
        walk.chunk(1, 50)
        #expect(walk.flags == .lateChunk)
        #expect(walk.record.chunks == 1)
        #expect(walk.record.lastChunk == at(30))
    }

    @Test("a chunk after an orphan's reply is late too")
    func lateAfterOrphan() {
        let walk = Walk.streaming()
        walk.reply(40, stream: "s-9")
        walk.chunk(0, 50, stream: "s-9")
        #expect(walk.flags == [.orphanStream, .lateChunk])
        #expect(walk.record.firstChunk == nil)
        #expect(!walk.last.isFirstChunk)
    }

    @Test("a chunk after the done signal is late")
    func lateAfterDone() {
        let walk = Walk.streaming()
        walk.status(.awaitingUserReply, 40)
        walk.chunk(0, 50)
        #expect(walk.flags == .lateChunk)
        #expect(walk.record.firstChunk == nil)
    }

    @Test("a reply after the done signal moves no instant")
    func replyAfterDone() {
        let walk = Walk.streaming()
        walk.status(.awaitingUserReply, 40)
        walk.reply(50, stream: nil)
        #expect(walk.record.firstReplied == nil)
        #expect(walk.record.done == at(40))
    }

    @Test(
        "an event of another conversation is not counted",
        arguments: [EventFields.Name.replyChunk, .replied, .statusUpdated])
    func foreign(name: EventFields.Name) {
        let walk = Walk.streaming()
        walk.event(name, 40) {
            $0.conversationID = TextDigest("c-2")
            $0.chunkIndex = 0
            $0.status = .awaitingUserReply
        }
        #expect(walk.flags == .foreignEvent)
        #expect(walk.record.chunks == 0)
        #expect(walk.record.firstReplied == nil)
        #expect(walk.conversation.state == .streaming)
        #expect(walk.last.deliveryCreated == nil)
    }

    @Test("a reply that comes twice is a duplicate and moves no instant")
    func duplicateReply() {
        let walk = Walk.streaming()
        walk.reply(40, stream: nil)
        walk.reply(50, stream: nil)
        #expect(walk.flags == .duplicateReply)
        #expect(walk.record.lastReplied == at(40))
        walk.reply(60, stream: nil, id: "m-2")
        #expect(walk.record.lastReplied == at(60))
        #expect(walk.record.firstReplied == at(40))
    }

    @Test("events of the wrong shape are named")
    func malformed() {
        var walk = Walk.streaming()
        walk.conversation.malformedEvent()
        #expect(walk.flags == .malformedEvent)
        walk = .streaming()
        walk.event(.none, 30)
        #expect(walk.flags == .malformedEvent)
        walk = .streaming()
        walk.event(.unknown, 30) { $0.wrongTypes = 1 }
        #expect(walk.flags == .malformedEvent)
        walk = .streaming()
        walk.event(.unknown, 30) { $0.duplicateKeys = 1 }
        #expect(walk.flags == .duplicateKey)
        walk = .streaming()
        walk.status(.unknown, 30)
        #expect(walk.flags == .unknownStatus)
        #expect(walk.conversation.state == .streaming)
    }

    @Test("a first chunk above 0 is a late subscription; the turn still has its TTFT")
    func lateSubscription() {
        let walk = Walk.streaming(turn: 2)
        walk.chunk(3, 30)
        #expect(walk.flags == .lateSubscription)
        #expect(walk.record.firstChunk == at(30))
        #expect(walk.record.firstChunkIndex == 3)
    }

    // The stream was open 10 ms after the POST's headers; server stamps are whole milliseconds.
    @Test(
        "a chunk made before the stream was open is replayed, within a millisecond",
        arguments: [(Int64(0), true), (9, true), (10, true), (11, true), (12, false), (20, false)])
    func replayed(offset: Int64, isReplayed: Bool) {
        let walk = Walk.streaming()
        walk.chunk(0, 30, offset: offset)
        #expect(walk.record.replayedChunks == (isReplayed ? 1 : 0))
        #expect(walk.flags == (isReplayed ? .subscriptionBound : []))
        #expect(walk.last.deliveryCreated == (isReplayed ? nil : Walk.created + offset))
        #expect(walk.last.isFirstChunk)
    }

    @Test("only a first turn replays: a later one opens its stream without rewind")
    func laterTurnsDoNotReplay() {
        let walk = Walk.streaming(turn: 2)
        walk.chunk(0, 30, offset: 0)
        #expect(walk.record.replayedChunks == 0)
        #expect(walk.flags == [])
    }

    @Test("a server stamp that no clock can hold is no stamp", arguments: [Int64.max, .min, -1])
    func absurdStamp(created: Int64) {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.event(.replyChunk, 40) {
            $0.chunkIndex = 1
            $0.streamID = TextDigest("s-1")
            $0.createdAtMilliseconds = created
        }
        #expect(walk.last.serverChunkGap == nil)
        #expect(walk.last.deliveryCreated == nil)
        #expect(walk.last.chunkGap == .milliseconds(10))
        #expect(walk.flags == .malformedEvent)
        let posted = Walk.posting()
        posted.post(answer(created: created))
        #expect(posted.record.serverResponse == nil)
    }
}
