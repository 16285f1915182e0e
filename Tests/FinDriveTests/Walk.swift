import FinMeasure
import FinProfile

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// A point of a test's own time.
func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: 5_000_000_000) + .milliseconds(milliseconds)
}

/// Bytes that the kernel had then, and the callback 50 us later.
func stamp(_ milliseconds: Int64, isKernel: Bool = true) -> ArrivalStamp {
    let callback = at(milliseconds) + .microseconds(50)
    return ArrivalStamp(
        instant: isKernel ? at(milliseconds) : callback, isKernel: isKernel, callback: callback)
}

/// The end of a transfer.
func result(_ end: TransferEnd, _ milliseconds: Int64) -> TransferResult {
    TransferResult(end: end, stamp: stamp(milliseconds), isReused: true)
}

/// The fields of a good answer to a POST.
func answer(url: String? = Walk.url, created: Int64? = Walk.created) -> ResponseFields {
    var fields = ResponseFields()
    fields.status = .thinking
    fields.subscriptionURL = url
    fields.createdAtMilliseconds = created
    return fields
}

/// A conversation led by hand through one turn.
///
/// POST at 1 ms, its headers at 10, its body at 11,
/// the stream dialled at 12 and open at 20.
final class Walk {
    static let url = "http://127.0.0.1:9/sse?token=t"
    /// The server's clock at the POST's answer.
    static let created: Int64 = 1_770_000_000_000

    var conversation: Conversation
    var last = Conversation.Effect()

    init(turn: UInt32 = 1, turnCount: Int = 3, timeouts: Profile.Timeouts = .init()) {
        conversation = Conversation(
            identity: TextDigest("c-1"), turnCount: turnCount, timeouts: timeouts)
        var record = TurnRecord()
        record.turn = turn
        record.planned = at(0)
        conversation.plan(record)
    }

    var record: TurnRecord { conversation.record }
    var flags: TurnFlags { conversation.record.detail.flags }

    static func posting(turn: UInt32 = 1, timeouts: Profile.Timeouts = .init()) -> Walk {
        let walk = Walk(turn: turn, timeouts: timeouts)
        walk.conversation.begin(at: at(1))
        return walk
    }

    static func dialing(turn: UInt32 = 1, timeouts: Profile.Timeouts = .init()) -> Walk {
        let walk = posting(turn: turn, timeouts: timeouts)
        walk.post()
        walk.conversation.dialled(at: at(12))
        return walk
    }

    static func streaming(turn: UInt32 = 1, timeouts: Profile.Timeouts = .init()) -> Walk {
        let walk = dialing(turn: turn, timeouts: timeouts)
        walk.open()
        return walk
    }

    @discardableResult
    func post(
        status: Int = 200, _ fields: ResponseFields? = answer(), isAllowed: Bool = true
    ) -> Conversation.Action {
        conversation.postHeaders(status: status, at: stamp(10))
        return conversation.postFinished(result(.complete, 11), fields: fields) { _ in isAllowed }
    }

    @discardableResult
    func open(
        status: Int = 200, isEventStream: Bool = true, _ milliseconds: Int64 = 20
    ) -> Bool {
        conversation.streamHeaders(
            status: status, isEventStream: isEventStream, at: stamp(milliseconds))
    }

    /// One event; `offset` is its `created_at_ms` after the POST's answer on the server's clock.
    func event(
        _ name: EventFields.Name, _ milliseconds: Int64, offset: Int64? = nil,
        isCoalesced: Bool = false, _ change: (inout EventFields) -> Void = { _ in }
    ) {
        var fields = EventFields()
        fields.name = name
        fields.conversationID = conversation.identity
        fields.createdAtMilliseconds = Walk.created + (offset ?? milliseconds)
        change(&fields)
        conversation.streamBytes(100, at: stamp(milliseconds))
        last = conversation.take(fields, at: stamp(milliseconds), isCoalesced: isCoalesced)
    }

    func chunk(
        _ index: Int32, _ milliseconds: Int64, stream: String = "s-1", offset: Int64? = nil,
        isCoalesced: Bool = false, continuity: TextContinuity = .extended
    ) {
        event(.replyChunk, milliseconds, offset: offset, isCoalesced: isCoalesced) {
            $0.chunkIndex = index
            $0.streamID = TextDigest(stream)
            $0.continuity = continuity
        }
    }

    func reply(
        _ milliseconds: Int64, stream: String? = "s-1", id: String = "m-1",
        status: EventFields.Status = .replying, isCoalesced: Bool = false
    ) {
        event(.replied, milliseconds, isCoalesced: isCoalesced) {
            $0.streamID = stream.map { TextDigest($0) }
            $0.messageID = TextDigest(id)
            $0.status = status
        }
    }

    func status(
        _ status: EventFields.Status, _ milliseconds: Int64, reason: EventFields.Reason = .none
    ) {
        event(.statusUpdated, milliseconds) {
            $0.status = status
            $0.reason = reason
        }
    }

    @discardableResult
    func end(_ end: TransferEnd, _ milliseconds: Int64) -> Conversation.Action {
        conversation.streamFinished(result(end, milliseconds))
    }

    func endPost(_ end: TransferEnd, _ milliseconds: Int64) -> Conversation.Action {
        conversation.postFinished(result(end, milliseconds), fields: nil) { _ in true }
    }

    func expire(at now: Instant) -> Conversation.Action { conversation.expire(at: now) }

    func cut(_ cause: OutcomeCause, at now: Instant) -> Conversation.Action {
        conversation.cut(cause, at: now)
    }

    func error(_ error: ErrorFields?, _ milliseconds: Int64) -> Conversation.Action {
        conversation.streamError(error, at: stamp(milliseconds))
    }

    func overflow(_ milliseconds: Int64) -> Conversation.Action {
        conversation.streamOverflow(at: stamp(milliseconds))
    }
}
