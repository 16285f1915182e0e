import FinMeasure
import FinProfile

@testable import FinDrive
@testable import FinLoop
@testable import FinWire

/// Recorded shapes of streams, as `data` lines, and how they are framed.
enum ProbeSamples {
    static let stream = "7c1f0e9ab2d34c5687f1a0b3c4d5e6f7"

    static func chunk(_ index: Int, _ text: String, _ milliseconds: Int) -> String {
        #"{"event_name":"fin_reply_chunk","conversation_id":"c-1","stream_id":"\#(stream)","#
            + #""chunk_index":\#(index),"chunk_text":"\#(text)","status":"replying","#
            + #""created_at_ms":"\#(created(milliseconds))"}"#
    }

    static func replied(_ status: String, _ milliseconds: Int, stream: String? = stream) -> String {
        let link = stream.map { #","stream_id":"\#($0)""# } ?? ""
        return #"{"event_name":"fin_replied","conversation_id":"c-1","user_id":"u-77","#
            + #""message":{"id":"m-501","author":"fin","body":"<p>Under <b>Billing</b>.</p>","#
            + #""timestamp_ms":"\#(created(milliseconds))"},"status":"\#(status)"\#(link),"#
            + #""created_at_ms":"\#(created(milliseconds))"}"#
    }

    static func status(_ status: String, _ milliseconds: Int) -> String {
        #"{"event_name":"fin_status_updated","conversation_id":"c-1","user_id":"u-77","#
            + #""status":"\#(status)","created_at_ms":"\#(created(milliseconds))"}"#
    }

    /// `Walk.created` and so many milliseconds, as the API writes it.
    static func created(_ milliseconds: Int) -> String {
        let unix = UInt64(Walk.created) + UInt64(milliseconds)
        return UTCStamp.milliseconds(unixNanoseconds: unix * 1_000_000)
    }

    /// 2.16 and Preview: chunks, reply, done signal.
    static let newVersion = [
        chunk(0, "You can", 204), chunk(1, "You can change it", 391), replied("replying", 711),
        status("awaiting_user_reply", 744),
    ]

    /// 2.14 and 2.15 as their schema has it: no done signal.
    static let oldVersion = [
        chunk(0, "You can", 204), chunk(1, "You can change it", 391),
        replied("awaiting_user_reply", 711),
    ]

    /// The bytes of a stream in one framing.
    static func bytes(
        _ events: [String], _ framing: SimulatorSettings.Framing = .plain
    ) -> [UInt8] {
        let frames = events.enumerated().map { number, event in
            switch framing {
            case .plain: "data: \(event)\n\n"
            case .named: "id: hd93KsQ1Zp@\(number)\nevent: message\ndata: \(event)\n\n"
            case .enveloped:
                "id: hd93KsQ1Zp@\(number)\nevent: message\ndata: "
                    + #"{"id":"Qx7:\#(number):0","timestamp":1770000000204,"encoding":"json","#
                    + #""channel":"ch","data":"\#(escaped(event))","name":"fin_agent_event"}"#
                    + "\n\n"
            }
        }
        return Array(frames.joined().utf8)
    }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] })
    }

    /// The body of an answer to a POST.
    static func answer(
        url: String? = Walk.url, milliseconds: Int = 0, more: String = ""
    ) -> [UInt8] {
        let link = url.map { #","sse_subscription_url":"\#($0)""# } ?? ""
        return Array(
            (#"{"conversation_id":"c-1","user_id":"u-77","status":"thinking","#
                + #""created_at_ms":"\#(created(milliseconds))"\#(link)\#(more)}"#).utf8)
    }
}

/// A probe led by hand: POST at 1 ms, its headers at 10, its body at 11, the stream dialled at 12 and
/// open at 20, its bytes at 30, its end at 40.
///
/// A class, since a session cannot be copied.
final class ProbeWalk {
    /// The wall clock's offset that makes our clock agree with the server's: at 5 ms the answer
    /// was made.
    static let wallOffset =
        Walk.created * 1_000_000 - Int64(bitPattern: at(5).nanoseconds)

    private(set) var session: ProbeSession
    var evidence = ProbeEvidence()
    var jsonHeaders = ["HTTP/1.1 200 OK", "Content-Type: application/json"]
    var streamHeaders = ["HTTP/1.1 200 OK", "Content-Type: text/event-stream"]

    init(version: String = "2.16", isLive: Bool = false) {
        session = ProbeSession(
            identity: TextDigest("c-1"), turnCount: 1, timeouts: .init(), isLive: isLive)
        session.wallOffset = ProbeWalk.wallOffset
        evidence.version = version
        evidence.baseURL = "http://127.0.0.1:9"
        var turn = TurnRecord()
        turn.planned = at(0)
        session.plan(turn)
        session.begin("http://127.0.0.1:9/fin/start", byteCount: 171, at: at(1))
    }

    @discardableResult
    func post(_ body: [UInt8] = ProbeSamples.answer(), status: Int = 200) -> Conversation.Action {
        for line in jsonHeaders { session.take(headerLine: line.utf8.span) }
        _ = session.headers(.post, status: status, at: stamp(10))
        _ = session.bytes(.post, body.span, at: stamp(11))
        let action = session.finished(.post, result(.complete, 11))
        if action == .turnOver { session.turnOver(at: at(11)) }
        return action
    }

    func fail(_ end: TransferEnd) {
        let action = session.finished(.post, result(end, 10))
        if action == .turnOver { session.turnOver(at: at(10)) }
    }

    func open(url: String = Walk.url, status: Int = 200) {
        session.dial(url, isResumed: false, at: at(12))
        for line in streamHeaders { session.take(headerLine: line.utf8.span) }
        _ = session.headers(.stream, status: status, at: stamp(20))
    }

    func feed(_ bytes: Span<UInt8>, _ milliseconds: Int64 = 1000) {
        _ = session.bytes(.stream, bytes, at: stamp(milliseconds))
    }

    func end(_ end: TransferEnd = .complete) {
        let action = session.finished(.stream, result(end, 1010))
        if action == .turnOver { session.turnOver(at: at(1010)) }
    }

    func expire(_ milliseconds: Int64) -> Conversation.Action {
        session.expire(at: at(milliseconds))
    }

    /// Everything that was seen.
    var seen: ProbeEvidence {
        var all = evidence
        all.entries = session.entries
        all.lostCount = session.lostCount
        return all
    }

    /// A finding's words; empty when nothing was found of it.
    func words(_ subject: String) -> String {
        seen.findings.first { $0.subject == subject }?.words ?? ""
    }

    /// How a finding is known.
    func basis(_ subject: String) -> String {
        seen.findings.first { $0.subject == subject }?.basis ?? ""
    }

    /// The transcript and the findings, as a person sees them.
    var output: String {
        var lines = ProbeLines(version: evidence.version, sendsKey: true)
        let transcript = session.entries.flatMap { lines.text($0) }
        return transcript.joined(separator: "\n") + "\n" + ProbeReport(seen).text(width: 80)
    }

    /// A whole probe over one stream.
    static func over(_ events: [String], _ framing: SimulatorSettings.Framing) -> ProbeWalk {
        let walk = ProbeWalk()
        walk.post()
        walk.open()
        walk.feed(ProbeSamples.bytes(events, framing).span)
        walk.end()
        return walk
    }
}
