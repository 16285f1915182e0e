internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// What a connector's endpoint came to.
struct ExecutionAnswer {
    enum End: Equatable {
        case status(Int)
        case timeout
        /// No connection, or one that broke.
        case failed
        /// The connector's URL cannot be called.
        case unusable
    }
    let end: End
    let elapsed: Nanoseconds
    /// The first bytes of the response's body.
    var body = ""
}

/// The HTTP request of one execution.
struct ExecutionRequest {
    let address: WebhookAddress
    let method: ConnectorMethod
    let headers: [(name: String, value: String)]
    let body: String
}

/// One execution's request on a connection of its own; lives on the event loop.
///
/// Its time holds the wait for its turn and the handshake: the user of Fin waits for both.
final class ExecutionExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let call: ExecutionRequest
    private let began: Instant
    /// Called once.
    var onEnd: ((ExecutionAnswer) -> Void)?
    private var context: ChannelHandlerContext?
    private var deadline: Scheduled<Void>?
    private var status = 0
    private var body = ByteBuffer()

    init(_ call: ExecutionRequest, began: Instant) {
        self.call = call
        self.began = began
    }

    /// Connects and sends; `onEnd` is called at the latest after `limit`.
    func start(on loop: any EventLoop, limit: Nanoseconds) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        deadline = loop.scheduleTask(in: .nanoseconds(limit.count)) { bound.value.end(.timeout) }
        ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(limit.count))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: call.address.host, port: call.address.port)
            .whenFailure { _ in bound.value.end(.failed) }
    }

    /// Ends it now, and tells nobody.
    func stop() {
        onEnd = { _ in }
        end(.failed)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        if onEnd == nil { return context.close(promise: nil) }
        var headers = HTTPHeaders([("Host", call.address.authority), ("Connection", "close")])
        for header in call.headers { headers.add(name: header.name, value: header.value) }
        if !call.body.isEmpty {
            headers.replaceOrAdd(name: "Content-Length", value: String(call.body.utf8.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: call.method.rawValue.uppercased()),
            uri: call.address.target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !call.body.isEmpty {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: call.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(var part):
            let room = ExecutionResult.bodyLimit - body.readableBytes
            if let kept = part.readSlice(length: min(room, part.readableBytes)) {
                body.writeImmutableBuffer(kept)
            }
        case .end: end(.status(status))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failed) }

    func channelInactive(context: ChannelHandlerContext) { end(.failed) }

    private func end(_ end: ExecutionAnswer.End) {
        guard let onEnd else { return }
        self.onEnd = nil
        deadline?.cancel()
        context?.close(promise: nil)
        onEnd(
            ExecutionAnswer(
                end: end, elapsed: Clock.now() - began, body: String(buffer: body)))
    }
}
