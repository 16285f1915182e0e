internal import FinLoop
internal import FinMeasure
internal import NIOCore

/// How an event stream ends.
enum StreamEnding: Sendable {
    /// The response is finished; the connection may serve another request.
    case finished
    /// The connection is closed in the middle of the response.
    case cut
    /// The other side has gone.
    case gone
}

/// One open `/event-stream` response; lives on the event loop.
final class EventStream {
    /// The turn its token was issued for; it ends with that turn.
    let turn: Int
    let conversation: Conversation
    private let tap: ConnectionTap
    private let timers: Timers
    private let expires: Instant
    private let keepAlive: Nanoseconds
    private let ended: EventLoopPromise<StreamEnding>
    private var lastWrite: Instant
    private var hasWrittenEnd = false
    private(set) var isOpen = true

    init(
        turn: Int, conversation: Conversation, tap: ConnectionTap, loop: any EventLoop,
        timers: Timers,
        expires: Instant, keepAlive: Nanoseconds
    ) {
        self.turn = turn
        self.conversation = conversation
        self.tap = tap
        self.timers = timers
        self.expires = expires
        self.keepAlive = keepAlive
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
    ///   - split: whether each byte gets a packet of its own.
    ///   - isLast: whether the response ends with it; `end` must follow.
    /// - Returns: the instant right before the bytes were handed to the socket.
    @discardableResult
    func write(_ event: ByteBuffer, split: Bool = false, isLast: Bool = false) -> Instant {
        var chunk = HTTPChunk.wrap(event)
        if isLast {
            chunk.writeStaticString(HTTPChunk.end)
            hasWrittenEnd = true
        }
        let stamp = Clock.now()
        lastWrite = stamp
        if split {
            while chunk.readableBytes > 1, let byte = chunk.readSlice(length: 1) { tap.send(byte) }
        }
        tap.send(chunk, endsResponse: isLast)
        return stamp
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
        if now >= expires {
            let frame = "event: error\ndata: \(TokenFault.expired.json)\n\n"
            write(ByteBuffer(string: frame), isLast: true)
            end(.finished)
            return
        }
        // Re-armed lazily: events only move `lastWrite`.
        if keepAlive > .zero, now >= lastWrite + keepAlive {
            write(ByteBuffer(staticString: ":keepalive\n\n"))
        }
        schedule()
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
