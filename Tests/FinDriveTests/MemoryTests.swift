import FinMeasure
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// What a turn remembers of its parts and replies.
@Suite struct MemoryTests {
    private func track(_ name: String) -> StreamTrack {
        StreamTrack(
            stream: TextDigest(name), lastIndex: 0, lastChunk: at(0), isLastTimed: true)
    }

    @Test("four parts are remembered, a fifth takes the place of the oldest")
    func tracks() throws {
        var tracks = StreamTracks()
        #expect(tracks.index(of: TextDigest("a")) == nil)
        for name in ["a", "b", "c", "d"] { tracks.append(track(name)) }
        let place = try #require(tracks.index(of: TextDigest("a")))
        tracks[place].isReplied = true
        #expect(tracks[place].isReplied)
        tracks.append(track("e"))
        #expect(tracks.index(of: TextDigest("a")) == nil)
        for name in ["b", "c", "d", "e"] {
            let place = try #require(tracks.index(of: TextDigest(name)))
            #expect(tracks[place].stream == TextDigest(name))
            #expect(!tracks[place].isReplied)
        }
        tracks.removeAll()
        #expect(tracks.index(of: TextDigest("e")) == nil)
    }

    @Test("eight replies are remembered, a ninth takes the place of the oldest")
    func replies() {
        var replies = SeenReplies()
        for number in 0..<8 {
            let isNew = replies.insert(TextDigest("m-\(number)"))
            #expect(isNew)
        }
        for number in 0..<8 {
            let isNew = replies.insert(TextDigest("m-\(number)"))
            #expect(!isNew)
        }
        let results = ["m-8", "m-0", "m-8"].map { replies.insert(TextDigest($0)) }
        #expect(results == [true, true, false])
        replies.removeAll()
        let isNew = replies.insert(TextDigest("m-8"))
        #expect(isNew)
    }

    @Test("a new turn remembers nothing of the one before it")
    func nextTurn() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.reply(40)
        walk.status(.awaitingUserReply, 41)
        walk.end(.complete, 42)
        var next = TurnRecord()
        next.turn = 2
        walk.conversation.plan(next)
        walk.conversation.begin(at: at(1001))
        walk.conversation.postHeaders(status: 200, at: stamp(1010))
        _ = walk.conversation.postFinished(result(.complete, 1011), fields: answer()) { _ in true }
        walk.conversation.dialled(at: at(1012))
        walk.open(status: 200, 1020)
        walk.chunk(0, 1030)
        walk.reply(1040)
        #expect(walk.flags == [])
        #expect(walk.last.swapDelay == .milliseconds(10))
        #expect(walk.record.firstReplied == at(1040))
        #expect(walk.conversation.state == .streaming)
    }
}
