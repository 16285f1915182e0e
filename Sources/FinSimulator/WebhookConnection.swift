internal import FinLoop
internal import FinMeasure
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One connection to the callback URL, with at most one request under way; lives on the event loop.
final class WebhookConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The receiver has this long to answer.
    static let answerLimit = TimeAmount.seconds(5)

    private let address: WebhookAddress
    private var context: ChannelHandlerContext?
    private var deadline: Scheduled<Void>?
    private var onAnswer: ((WebhookAnswer, Instant?) -> Void)?
    private var status = 0
    private var keepsAlive = false
    private var written: Instant?
    /// Called when the connection is free again, and once when it has ended.
    var onFree: (WebhookConnection) -> Void = { _ in }
    var onEnd: (WebhookConnection) -> Void = { _ in }
    /// Since when nothing is under way.
    var freeSince = Instant(nanoseconds: 0)

    init(address: WebhookAddress) { self.address = address }

    /// Connects, on the given loop.
    static func open(
        _ address: WebhookAddress, on loop: any EventLoop
    ) -> EventLoopFuture<NIOLoopBound<WebhookConnection>> {
        let connection = NIOLoopBound(WebhookConnection(address: address), eventLoop: loop)
        return ClientBootstrap(group: loop)
            .connectTimeout(answerLimit)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(connection.value)
                }
            }
            .connect(host: address.host, port: address.port)
            .map { _ in connection }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Sends one delivery; `onAnswer` is called once, with the instant of the write.
    func send(
        _ delivery: WebhookDelivery, onAnswer: @escaping (WebhookAnswer, Instant?) -> Void
    ) {
        guard let context else { return onAnswer(.failed, nil) }
        self.onAnswer = onAnswer
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: WebhookConnection.answerLimit) {
            bound.value.answer(.timeout)
            bound.value.close()
        }
        var head = HTTPRequestHead(
            version: .http1_1, method: .POST, uri: address.target,
            headers: [
                "Host": address.authority, "Content-Type": "application/json",
                "Content-Length": String(delivery.body.readableBytes),
            ])
        for (name, value) in delivery.headers { head.headers.add(name: name, value: value) }
        written = Clock.now()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(delivery.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func close() { context?.close(promise: nil) }

    /// Ends it now; what is under way is answered with `stopped`.
    func stop() {
        answer(.stopped)
        close()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            keepsAlive = head.isKeepAlive
        case .body: break
        case .end:
            freeSince = Clock.now()
            answer(.status(status))
            if keepsAlive { onFree(self) } else { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Whatever broke, the connection is of no more use; the attempt is reported as failed.
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer(.failed)
        onEnd(self)
        onFree = { _ in }
        onEnd = { _ in }
    }

    private func answer(_ answer: WebhookAnswer) {
        deadline?.cancel()
        deadline = nil
        let call = onAnswer
        onAnswer = nil
        call?(answer, written)
    }
}
