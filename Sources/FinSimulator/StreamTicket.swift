internal import FinLoop
internal import FinMeasure
private import FinProfile

/// The right to open one stream, checked.
struct StreamTicket {
    let conversation: Conversation
    let turn: Int
    /// Whether the turn's past is wanted, or its fault would be missed without it.
    let rewinds: Bool
    /// The event after which a broken stream is resumed; it wins over `rewinds`.
    let resumesAfter: Int?
    /// When its token ends.
    let expires: Instant
    /// How long the response's headers are held back.
    let headerDelay: Nanoseconds
}

extension Hub {
    /// Checks the query of an `/event-stream` call.
    func ticket(
        channel: String, token: String, rewind: String?, lastEventID: String?
    ) throws(TokenFault) -> StreamTicket {
        if token.isEmpty { throw .missing }
        let unix = Clock.unixNanoseconds()
        let claims = try signer.read(token, now: unix / 1_000_000_000)
        guard claims.channel == channel else { throw .foreign }
        let prefix = "fin_agent_api:\(options.appID):"
        guard let conversation = conversations[String(channel.dropFirst(prefix.count))],
            conversation.channel == channel, claims.turn > conversation.revokedTurn
        else { throw .revoked }
        let script = conversation.turn(claims.turn)?.script
        if script?.fault == .tokenExpiry { throw .expired }
        let life = Nanoseconds(Int64(claims.exp * 1_000_000_000) - Int64(unix))
        return StreamTicket(
            conversation: conversation, turn: claims.turn,
            rewinds: StreamTicket.isRewind(rewind) || script?.fault != nil,
            resumesAfter: lastEventID.flatMap(StreamTicket.serial), expires: Clock.now() + life,
            headerDelay: script?.headerDelay ?? .zero)
    }

    /// The URL that opens a turn's stream.
    func streamURL(_ conversation: Conversation, turn: Int, rewinds: Bool) -> String {
        let token = signer.issue(
            channel: conversation.channel, turn: turn,
            now: Clock.unixNanoseconds() / 1_000_000_000)
        return base + "/event-stream?channels=" + StreamTicket.escape(conversation.channel)
            + "&accessToken=" + token + (rewinds ? "&rewind=2m" : "")
    }
}

extension StreamTicket {
    /// Whether a `rewind` value asks for the past: digits and `s` or `m`, not zero.
    static func isRewind(_ value: String?) -> Bool {
        guard let value, let unit = value.last, unit == "s" || unit == "m",
            let count = Int(value.dropLast())
        else { return false }
        return count > 0
    }

    /// The number at the end of an event's id: its place in the turn.
    static func serial(_ eventID: String) -> Int? {
        eventID.split(separator: "-").last.flatMap { Int($0) }
    }

    /// Percent-encodes what may not stand in a query; colons stay, as in every documented URL.
    static func escape(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), JSONText.hex(byte >> 4), JSONText.hex(byte & 15)]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
