internal import FinLoop
internal import FinMeasure
internal import NIOCore

/// How an event stream ends.
enum StreamEnding: Sendable {
    /// The response is finished; the connection may serve another request.
    case finished
    /// The connection is closed in the middle of the response.
    case cut
    /// The connection is reset in the middle of the response.
    case reset
    /// The other side has gone.
    case gone
}

/// One open `/event-stream` response; lives on the event loop.
final class EventStream {
    /// The turn its token was issued for; it ends with that turn.
    let turn: Int
    let conversation: Conversation
    private let tap: ConnectionTap
    private let style: WireStyle
    /// Whether an event comes in several packets.
    var isSplit: Bool { style.isSplit }
    private let timers: Timers
    private let expires: Instant
    private let keepAlive: Nanoseconds
    private let ended: EventLoopPromise<StreamEnding>
    private var lastWrite: Instant
    private var hasWrittenEnd = false
    private var needsOrderMark: Bool
    private(set) var isOpen = true

    init(
        turn: Int, conversation: Conversation, tap: ConnectionTap, loop: any EventLoop,
        timers: Timers, expires: Instant, keepAlive: Nanoseconds, style: WireStyle
    ) {
        self.turn = turn
        self.conversation = conversation
        self.tap = tap
        self.timers = timers
        self.expires = expires
        self.keepAlive = keepAlive
        self.style = style
        needsOrderMark = style.hasOrderMark
        ended = loop.makePromise(of: StreamEnding.self)
        lastWrite = Clock.now()
    }

    /// Opens the stream: from here on it is live.
    func open() -> EventLoopFuture<StreamEnding> {
        tap.stream = self
        conversation.streams.append(self)
        schedule()
        return ended.futureResult
    }

    /// Writes one event, now.
    ///
    /// - Parameters:
    ///   - event: its bytes, framed as a server-sent event; not empty.
    ///   - isLast: whether the response ends with it; `end` must follow.
    /// - Returns: the instant right before the last of the bytes were handed to the socket.
    @discardableResult
    func write(_ event: ByteBuffer, isLast: Bool = false) -> Instant {
        var chunk = HTTPChunk.wrap(marked(event))
        if isLast {
            chunk.writeStaticString(HTTPChunk.end)
            hasWrittenEnd = true
        }
        if style.isSplit { chunk = trickle(chunk) }
        let stamp = Clock.now()
        lastWrite = stamp
        tap.send(chunk, endsResponse: isLast)
        return stamp
    }

    /// The bytes behind a byte order mark, once a stream, where its style has one.
    private func marked(_ event: ByteBuffer) -> ByteBuffer {
        if !needsOrderMark { return event }
        needsOrderMark = false
        var bytes = ByteBuffer(bytes: [0xEF, 0xBB, 0xBF])
        bytes.writeImmutableBuffer(event)
        return bytes
    }

    /// Sends all but what completes the event, in packets of their own.
    ///
    /// - Returns: the rest: the event's last byte and the framing behind it, which a reader of the
    ///   event need not wait for.
    private func trickle(_ chunk: ByteBuffer) -> ByteBuffer {
        var rest = chunk
        var sent = 0
        for place in WireStyle.splits(of: chunk.readableBytesView, isLast: hasWrittenEnd) {
            if let piece = rest.readSlice(length: place - sent) { tap.send(piece) }
            sent = place
        }
        return rest
    }

    /// Breaks the stream, as its turn's fault says.
    func breakOff(_ how: TurnScript.Break) {
        switch how {
        case .cut: end(.cut)
        case .reset: end(.reset)
        case .tokenError: expire()
        }
    }

    /// Ends the response with the error that an expired token brings.
    private func expire() {
        guard isOpen else { return }
        var frame = ByteBuffer()
        frame.writeStaticString("event: error")
        frame.writeStaticString(style.lineEnd)
        frame.writeString("data: \(TokenFault.expired.json)")
        frame.writeStaticString(style.lineEnd)
        frame.writeStaticString(style.lineEnd)
        write(frame, isLast: true)
        end(.finished)
    }

    func end(_ ending: StreamEnding) {
        guard isOpen else { return }
        isOpen = false
        tap.stream = nil
        conversation.streams.removeAll { $0 === self }
        switch ending {
        case .finished where !hasWrittenEnd:
            tap.send(ByteBuffer(staticString: HTTPChunk.end), endsResponse: true)
        case .cut: tap.close()
        case .reset: tap.reset()
        case .finished, .gone: break
        }
        ended.succeed(ending)
    }

    func connectionEnded() { end(.gone) }

    /// Arms the only timer: the token's end, or the next comment into a quiet stream.
    ///
    /// Never cancelled: a stream that has ended ignores it.
    private func schedule() {
        let comment = keepAlive > .zero ? lastWrite + keepAlive : .never
        timers.wait(for: .stream(self), until: min(expires, comment))
    }

    func timerFired() {
        guard isOpen else { return }
        let now = Clock.now()
        if now >= expires { return expire() }
        // Re-armed lazily: events only move `lastWrite`.
        if keepAlive > .zero, now >= lastWrite + keepAlive {
            writeComment()
        }
        schedule()
    }
}

extension EventStream {
    private func writeComment() {
        var comment = ByteBuffer(staticString: ":keepalive")
        comment.writeStaticString(style.lineEnd)
        comment.writeStaticString(style.lineEnd)
        write(comment)
    }
}

/// The chunked transfer coding (RFC 9112, section 7.1).
enum HTTPChunk {
    /// The last chunk and the empty trailer: the end of a response.
    static let end: StaticString = "0\r\n\r\n"

    /// `bytes` as one chunk.
    static func wrap(_ bytes: ByteBuffer) -> ByteBuffer {
        var chunk = ByteBuffer()
        chunk.reserveCapacity(bytes.readableBytes + 10)
        chunk.writeString(String(bytes.readableBytes, radix: 16))
        chunk.writeStaticString("\r\n")
        chunk.writeImmutableBuffer(bytes)
        chunk.writeStaticString("\r\n")
        return chunk
    }
}
