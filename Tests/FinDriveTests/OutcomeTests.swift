import FinMeasure
import Testing

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// How a turn can end, each way once.
@Suite struct OutcomeTests {
    @Test(
        "a done signal ends the turn with its own outcome",
        arguments: [
            (EventFields.Status.awaitingUserReply, Outcome.done),
            (.resolved, .resolved), (.complete, .complete), (.escalated, .escalated),
        ])
    func doneSignals(status: EventFields.Status, outcome: Outcome) {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        walk.reply(40)
        walk.status(status, 41)
        #expect(walk.conversation.state == .closing)
        #expect(walk.end(.complete, 42) == .turnOver)
        #expect(walk.conversation.state == .over)
        #expect(walk.record.outcome == outcome)
        #expect(walk.record.detail.name == "")
        #expect(walk.record.done == at(41))
        #expect(walk.record.closed == at(42))
        #expect(walk.conversation.doneKnown == at(41) + .microseconds(50))
        #expect(walk.conversation.canGoOn == (outcome == .done))
    }

    @Test(
        "an escalation says why",
        arguments: [
            (EventFields.Reason.none, OutcomeCause.none), (.requestedByUser, .requestedByUser),
            (.requestedByAPI, .requestedByAPI), (.rule, .rule), (.ruleMatched, .ruleMatched),
            (.routedToTeam, .routedToTeam),
            (.finishedWithoutResolution, .finishedWithoutResolution), (.other, .otherReason),
        ])
    func escalation(reason: EventFields.Reason, cause: OutcomeCause) {
        let walk = Walk.streaming()
        walk.status(.escalated, 30, reason: reason)
        walk.status(.complete, 31)
        walk.end(.complete, 32)
        #expect(walk.record.outcome == .escalated)
        #expect(walk.record.detail.cause == cause)
        #expect(walk.record.done == at(30))
    }

    @Test(
        "a POST that is not answered with 200 fails with its status",
        arguments: [
            (429, Outcome.rateLimited, "post_429"), (500, .httpError, "post_500"),
            (401, .httpError, "post_401"), (204, .httpError, "post_204"),
        ])
    func refusedPost(status: Int, outcome: Outcome, detail: String) {
        let walk = Walk.posting()
        #expect(walk.post(status: status, nil) == .turnOver)
        #expect(walk.record.outcome == outcome)
        #expect(walk.record.detail.name == detail)
        #expect(Int(walk.record.httpStatus) == status)
        #expect(walk.record.ended == at(11) + .microseconds(50))
        #expect(!walk.conversation.canGoOn)
    }

    @Test(
        "a stream that is not answered with 200 fails with its status",
        arguments: [
            (429, Outcome.rateLimited, "stream_429"), (500, .httpError, "stream_500"),
            (401, .tokenExpired, "stream_401"),
        ])
    func refusedStream(status: Int, outcome: Outcome, detail: String) {
        let walk = Walk.dialing()
        // Its body is read, so that the connection can be used again.
        #expect(walk.open(status: status))
        #expect(walk.conversation.state == .dialing)
        #expect(walk.end(.complete, 21) == .turnOver)
        #expect(walk.record.outcome == outcome)
        #expect(walk.record.detail.name == detail)
        #expect(walk.record.streamOpen == nil)
    }

    static let networkEnds: [(TransferEnd, Outcome, OutcomeCause?)] = [
        (.connectFailed, .connectFailed, nil), (.connectTimeout, .timeout, .connectTimeout),
        (.tlsFailed, .tlsFailed, nil), (.connectionLost, .connectionLost, nil),
        (.notHTTP, .protocolError, nil),
    ]

    @Test("what the network does to a POST is its outcome", arguments: networkEnds)
    func brokenPost(end: TransferEnd, outcome: Outcome, cause: OutcomeCause?) {
        let walk = Walk.posting()
        #expect(walk.endPost(end, 7) == .turnOver)
        #expect(walk.record.outcome == outcome)
        #expect(walk.record.detail.cause == cause ?? .post)
        #expect(walk.record.response == nil)
    }

    @Test("what the network does to a stream is its outcome", arguments: networkEnds)
    func brokenStream(end: TransferEnd, outcome: Outcome, cause: OutcomeCause?) {
        let walk = Walk.dialing()
        #expect(walk.end(end, 17) == .turnOver)
        #expect(walk.record.outcome == outcome)
        #expect(walk.record.detail.cause == cause ?? .stream)
        #expect(walk.record.closed == nil)
    }

    @Test("a 200 that is no JSON object of the expected shape is a malformed response")
    func malformedResponse() {
        let walk = Walk.posting()
        #expect(walk.post(nil) == .turnOver)
        #expect(walk.record.outcome == .protocolError)
        #expect(walk.record.detail.name == "malformed_response")
    }

    @Test("a response without a stream's URL is no stream")
    func noStream() {
        let walk = Walk.posting()
        #expect(walk.post(answer(url: nil)) == .turnOver)
        #expect(walk.record.outcome == .noStream)
        #expect(walk.record.detail.name == "")
    }

    @Test("a stream's URL that must not be dialled is refused")
    func refusedURL() {
        let walk = Walk.posting()
        #expect(walk.post(isAllowed: false) == .turnOver)
        #expect(walk.record.outcome == .refusedURL)
        #expect(walk.record.streamDial == nil)
    }

    @Test("a stream that may be dialled is dialled by the very URL that came")
    func openStream() {
        let walk = Walk.posting()
        #expect(walk.post() == .openStream(Walk.url))
        #expect(walk.conversation.url == Walk.url)
        #expect(walk.conversation.state == .dialing)
    }

    @Test("a 200 that is not an event stream is hung up and named")
    func notEventStream() {
        let walk = Walk.dialing()
        #expect(!walk.open(isEventStream: false))
        #expect(walk.end(.hungUp, 21) == .turnOver)
        #expect(walk.record.outcome == .protocolError)
        #expect(walk.record.detail.name == "not_event_stream")
    }

    @Test(
        "a stream without ids that ends early is closed before done",
        arguments: [TransferEnd.complete, .connectionLost])
    func closedBeforeDone(end: TransferEnd) {
        let walk = Walk.streaming()
        walk.chunk(0, 30)
        #expect(walk.end(end, 31) == .turnOver)
        #expect(walk.record.outcome == .closedBeforeDone)
        #expect(walk.record.detail.name == "stream")
        #expect(walk.record.closed == at(31))
    }

    @Test("a stream with ids is resumed once, then closed before done")
    func resumedOnce() {
        let walk = Walk.streaming()
        walk.conversation.sawEventID()
        walk.chunk(0, 30)
        #expect(walk.end(.connectionLost, 31) == .resumeStream)
        #expect(walk.conversation.state == .dialing)
        walk.conversation.dialled(at: at(32))
        #expect(walk.open(40))
        walk.chunk(1, 50)
        #expect(walk.end(.connectionLost, 51) == .turnOver)
        #expect(walk.record.outcome == .closedBeforeDone)
        #expect(walk.record.detail.name == "stream+resumed")
        #expect(walk.record.streamDial == at(12))
        #expect(walk.record.streamOpen == at(20))
        #expect(walk.record.chunks == 2)
    }

    @Test("a resumed stream can still end well")
    func resumedToDone() {
        let walk = Walk.streaming()
        walk.conversation.sawEventID()
        walk.chunk(0, 30)
        walk.end(.connectionLost, 31)
        walk.conversation.dialled(at: at(32))
        walk.open(40)
        walk.chunk(1, 50)
        walk.reply(60)
        walk.status(.awaitingUserReply, 61)
        #expect(walk.end(.complete, 62) == .turnOver)
        #expect(walk.record.outcome == .done)
        #expect(walk.flags == .resumed)
    }

    @Test(
        "an error event ends the turn; one about the token says so",
        arguments: [
            (40140, nil, Outcome.tokenExpired), (40149, nil, .tokenExpired),
            (nil, 401, .tokenExpired), (40139, nil, .protocolError), (40150, 400, .protocolError),
            (nil, nil, .protocolError),
        ] as [(Int?, Int?, Outcome)])
    func errorEvent(number: Int?, status: Int?, outcome: Outcome) {
        let walk = Walk.streaming()
        var error = ErrorFields()
        error.number = number
        error.statusCode = status
        #expect(walk.error(error, 30) == .hangUp)
        #expect(walk.error(nil, 31) == .none)
        #expect(walk.end(.hungUp, 32) == .turnOver)
        #expect(walk.record.outcome == outcome)
        #expect(walk.record.detail.name == "error_event")
        #expect(walk.record.ended == at(30) + .microseconds(50))
    }

    @Test("an event beyond the parser's limit ends the turn")
    func oversizedEvent() {
        let walk = Walk.streaming()
        #expect(walk.overflow(30) == .hangUp)
        walk.end(.hungUp, 31)
        #expect(walk.record.outcome == .protocolError)
        #expect(walk.record.detail.name == "oversized_event")
    }

    @Test("trouble after the done signal changes nothing")
    func troubleAfterDone() {
        let walk = Walk.streaming()
        walk.status(.resolved, 30)
        #expect(walk.overflow(31) == .none)
        #expect(walk.error(nil, 31) == .none)
        walk.end(.connectionLost, 32)
        #expect(walk.record.outcome == .resolved)
    }

    @Test("a blocked turn was never sent")
    func blocked() {
        let walk = Walk()
        walk.conversation.block(.circuitBreaker, at: at(3))
        #expect(walk.conversation.state == .over)
        #expect(walk.record.outcome == .blocked)
        #expect(walk.record.detail.name == "circuit_breaker")
        #expect(walk.record.sent == nil)
        #expect(walk.conversation.deadline == .never)
    }
}
