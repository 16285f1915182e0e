internal import FinMeasure

/// One conversation and what became of it; lives on the event loop.
final class Conversation {
    let id: String
    let number: UInt64
    let channel: String
    var status = FinStatus.thinking
    /// Turns accepted so far; the newest has this number.
    var turnCount = 0
    /// Tokens of turns up to this one open nothing any more.
    var revokedTurn = 0
    /// The last turn that came to its end.
    var endedTurn = 0
    /// The turn that runs.
    var running: Turn?
    /// The newest replayable turn, as long as its past may be asked for again.
    var replayable: Turn?
    /// Messages that came while a turn ran, oldest first.
    var waiting: [Turn] = []
    /// Open streams.
    var streams: [EventStream] = []
    /// The number of the last turn whose call was refused on purpose: its repeat is served.
    var refusedTurn = 0
    /// Whose conversation it is, as the newest call that began a turn says.
    var userID = ""
    /// What humans were asked, oldest first.
    var hitlRequests: [HITLRequest] = []
    /// The survey that was shown, if one was.
    var survey: Survey?
    var lastActive: Instant
    private var recent: [(message: MessageKey, at: Instant)] = []

    /// A message within this span of an equal one is that message again.
    static let repeatWindow = Nanoseconds.seconds(300)
    /// Messages that may wait for a turn to end.
    static let waitingLimit = 16

    init(id: String, appID: String, now: Instant) {
        self.id = id
        number = Conversation.number(of: id)
        channel = "fin_agent_api:\(appID):\(id)"
        lastActive = now
    }

    /// A turn that has not ended, or whose past may be asked for.
    func turn(_ number: Int) -> Turn? {
        if let running, running.number == number { return running }
        if let replayable, replayable.number == number { return replayable }
        return waiting.first { $0.number == number }
    }

    /// Whether it has begun: a refused start leaves a conversation without turns.
    var hasBegun: Bool { turnCount > 0 }

    /// Whether the same message came within the last five minutes.
    func hasSeen(_ call: TurnCall, now: Instant) -> Bool {
        guard let key = MessageKey(call) else { return false }
        return recent.contains { seen in
            seen.at + Conversation.repeatWindow > now && seen.message == key
        }
    }

    func remember(_ call: TurnCall, now: Instant) {
        recent.removeAll { $0.at + Conversation.repeatWindow <= now }
        if let key = MessageKey(call) { recent.append((key, now)) }
    }

    /// The decimal digits at the end of an id as a number; a stable hash where there are none.
    static func number(of id: String) -> UInt64 {
        let digits = id.utf8.reversed().prefix { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let text = String(decoding: digits.reversed(), as: UTF8.self)
        return UInt64(text) ?? hash(id)
    }

    /// FNV-1a, 64 bits: Swift's own hash differs from process to process.
    private static func hash(_ id: String) -> UInt64 {
        id.utf8.reduce(0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
    }
}

/// What makes two messages of a conversation the same one.
///
/// The text itself may be large and is not kept: 64 bits of its hash tell it from others.
private struct MessageKey: Equatable {
    let author: String
    let timestamp: String
    let bodyHash: Int

    /// nil for a message without a timestamp: it repeats nothing.
    init?(_ call: TurnCall) {
        guard let timestamp = call.timestamp else { return nil }
        author = call.author
        self.timestamp = timestamp
        bodyHash = call.body.hashValue
    }
}
