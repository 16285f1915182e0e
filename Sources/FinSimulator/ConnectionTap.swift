internal import FinLoop
internal import FinMeasure
private import Glibc
internal import NIOCore

/// The handler nearest to the socket: stamps what comes in, and lets events out past the encoders.
///
/// A stream's bytes are framed by `EventStream` itself, so one event is one buffer and one `write`.
final class ConnectionTap: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    /// When the first bytes of the current request were read.
    private(set) var requestReceived = Instant(nanoseconds: 0)
    /// The stream this connection carries at the moment.
    var stream: EventStream?
    /// What is read after an answer's first byte begins another request: nobody pipelines here.
    private var isBetweenRequests = true
    private var hasSentEnd = false
    private var isInputClosed = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isBetweenRequests {
            requestReceived = Clock.now()
            isBetweenRequests = false
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if hasSentEnd {
            // The encoder's own end of the response, the only thing it writes after a stream.
            hasSentEnd = false
            promise?.succeed()
        } else {
            isBetweenRequests = true
            context.write(data, promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stream?.connectionEnded()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A subscriber that shut its side down has gone: nobody half-closes an event stream.
        if event as? ChannelEvent == .inputClosed {
            isInputClosed = true
            if stream != nil { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Hands bytes to the socket, now.
    ///
    /// - Parameter endsResponse: whether they hold the end of the response, which the encoder will
    ///   write once more and which is then dropped. In a packet of its own it would come a moment
    ///   later, be read together with the last event, and lend it its receive stamp.
    func send(_ bytes: ByteBuffer, endsResponse: Bool = false) {
        if endsResponse { hasSentEnd = true }
        isBetweenRequests = true
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// Whether the connection still stands, as far as a stream goes.
    var isOpen: Bool { context?.channel.isActive == true && !isInputClosed }

    func close() { context?.close(promise: nil) }

    /// Closes with a reset: what the other side has not read yet may be lost.
    func reset() {
        // Lingering for no time at all is how a socket is told to reset.
        let channel = context?.channel as? any SocketOptionProvider
        // Refused only by a socket that is closed already; then there is nothing to reset.
        _ = channel?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        close()
    }
}

/// Puts a tap in front of a connection's other handlers, where Hummingbird adds only behind them.
final class TapInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(ConnectionTap(), position: .first)
        } catch {
            context.fireErrorCaught(error)
        }
    }
}
