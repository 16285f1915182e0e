import FinMeasure
import FinProfile
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// Deadlines, the quiet that stands for a done signal, and cuts.
@Suite struct TimeoutTests {
    /// Ends the turn by its deadline; not a nanosecond earlier.
    private func expire(_ walk: Walk, at deadline: Instant) {
        #expect(walk.conversation.deadline == deadline)
        #expect(walk.expire(at: deadline - Nanoseconds(1)) == .none)
        #expect(walk.expire(at: deadline) == .hangUp)
        #expect(walk.record.outcome == .timeout)
        #expect(walk.record.ended == deadline)
    }

    @Test("a POST that is not answered in time is a response timeout")
    func response() {
        let walk = Walk.posting()
        expire(walk, at: at(1) + .seconds(10))
        #expect(walk.endPost(.hungUp, 10_002) == .turnOver)
        #expect(walk.record.detail.name == "response")
    }

    @Test("a stream that says nothing is a first-chunk timeout, counted from the POST")
    func firstChunk() {
        let walk = Walk.streaming()
        walk.conversation.streamBytes(1, at: stamp(9_000))
        expire(walk, at: at(1) + .seconds(30))
        #expect(walk.end(.hungUp, 30_002) == .turnOver)
        #expect(walk.record.detail.name == "first_chunk")
        #expect(walk.record.closed == nil)
    }

    @Test("a stream that is not open in time is a first-chunk timeout too")
    func dialing() {
        let walk = Walk.dialing()
        expire(walk, at: at(1) + .seconds(30))
        #expect(walk.end(.hungUp, 30_002) == .turnOver)
        #expect(walk.record.detail.name == "first_chunk")
    }

    @Test("an answer that stops is an idle timeout, counted from the last bytes")
    func idle() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.conversation.streamBytes(1, at: stamp(500))
        expire(walk, at: stamp(500).callback + .seconds(30))
        walk.end(.hungUp, 31_000)
        #expect(walk.record.detail.name == "idle")
    }

    @Test("an answer that never ends is a turn timeout, whatever the state")
    func turn() {
        var timeouts = Profile.Timeouts()
        timeouts.turn = .milliseconds(100)
        for walk in [
            Walk.posting(timeouts: timeouts), .dialing(timeouts: timeouts),
            .streaming(timeouts: timeouts),
        ] {
            expire(walk, at: at(101))
            #expect(walk.record.detail.cause == .turnTimeout)
        }
        let walk = Walk.streaming(timeouts: timeouts)
        walk.chunk(0, 90)
        expire(walk, at: at(101))
        #expect(walk.record.detail.cause == .turnTimeout)
    }

    @Test("a stream left open after the done signal is hung up after a grace")
    func closing() {
        let walk = Walk.streaming()
        walk.status(.awaitingUserReply, 30)
        let deadline = stamp(30).callback + Conversation.closeGrace
        #expect(walk.conversation.deadline == deadline)
        #expect(walk.expire(at: deadline - Nanoseconds(1)) == .none)
        #expect(walk.expire(at: deadline) == .hangUp)
        #expect(walk.end(.hungUp, 300) == .turnOver)
        #expect(walk.record.outcome == .done)
        #expect(walk.record.closed == nil)
    }

    @Test("without a done signal, a close after the last part is one, dated to the last event")
    func quietByClose() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.reply(40, status: .awaitingUserReply)
        #expect(walk.conversation.state == .streaming)
        #expect(walk.end(.complete, 700) == .turnOver)
        #expect(walk.record.outcome == .done)
        #expect(walk.flags == .inferredDone)
        #expect(walk.record.done == at(40))
        #expect(walk.record.closed == at(700))
        #expect(walk.conversation.doneKnown == stamp(700).callback)
    }

    @Test("without a done signal, two seconds of quiet after the last event are one")
    func quietBySilence() {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.reply(40, status: .awaitingUserReply)
        walk.event(.unknown, 1000)
        // A heartbeat is not an event.
        walk.conversation.streamBytes(1, at: stamp(1500))
        let deadline = stamp(1000).callback + Conversation.quiet
        #expect(walk.conversation.deadline == deadline)
        #expect(walk.expire(at: deadline - Nanoseconds(1)) == .none)
        #expect(walk.expire(at: deadline) == .hangUp)
        #expect(walk.end(.hungUp, 3002) == .turnOver)
        #expect(walk.record.outcome == .done)
        #expect(walk.flags == .inferredDone)
        #expect(walk.record.done == at(1000))
        #expect(walk.conversation.doneKnown == deadline)
    }

    @Test("a done signal within the quiet needs no inference")
    func signalWithinQuiet() {
        let walk = Walk.streaming()
        walk.reply(40, stream: nil, status: .awaitingUserReply)
        walk.status(.awaitingUserReply, 41)
        walk.end(.complete, 42)
        #expect(walk.flags == [])
        #expect(walk.record.done == at(41))
    }

    @Test("a cut ends a turn that waits at once")
    func cutWaiting() {
        let walk = Walk()
        #expect(walk.cut(.drain, at: at(5)) == .turnOver)
        #expect(walk.conversation.state == .over)
        #expect(walk.record.outcome == .cut)
        #expect(walk.record.detail.name == "drain")
        #expect(walk.cut(.drain, at: at(6)) == .none)
    }

    @Test("a cut hangs up a turn that runs")
    func cutRunning() {
        for walk in [Walk.posting(), .dialing(), .streaming()] {
            let isPosting = walk.conversation.state == .posting
            #expect(walk.cut(.interrupted, at: at(50)) == .hangUp)
            let action =
                isPosting
                ? walk.endPost(.hungUp, 51) : walk.end(.hungUp, 51)
            #expect(action == .turnOver)
            #expect(walk.record.outcome == .cut)
            #expect(walk.record.detail.cause == .interrupted)
            #expect(walk.record.ended == at(50))
        }
    }

    @Test("a cut after the done signal leaves the outcome")
    func cutClosing() {
        let walk = Walk.streaming()
        walk.status(.resolved, 30)
        #expect(walk.cut(.drain, at: at(31)) == .hangUp)
        #expect(walk.end(.hungUp, 32) == .turnOver)
        #expect(walk.record.outcome == .resolved)
    }
}
