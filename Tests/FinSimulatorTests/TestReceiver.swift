import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A callback URL of the test's own: keeps what it is posted, and answers as it is told.
final class TestReceiver: Sendable {
    struct Post: Sendable {
        let path: String
        let headers: HTTPHeaders
        let body: String

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        }

        var signatures: [String] { headers["X-Fin-Agent-API-Webhook-Signature"] }

        /// `name` or `name:status`.
        var name: String {
            let name = json["event_name"] as? String ?? "?"
            guard name == "fin_status_updated" else { return name }
            return name + ":" + (json["status"] as? String ?? "?")
        }
    }

    private let state: Mutex<[Post]> = Mutex([])
    private let answers: @Sendable (Int) -> HTTPResponseStatus?

    var posts: [Post] { state.withLock { $0 } }

    /// - Parameter answers: the status for each post, from 0; nil: none, for good.
    private init(answers: @escaping @Sendable (Int) -> HTTPResponseStatus?) {
        self.answers = answers
    }

    static func with(
        answers: @escaping @Sendable (Int) -> HTTPResponseStatus? = { _ in .ok },
        _ body: @Sendable (TestReceiver, _ url: String) async throws -> Void
    ) async throws {
        let receiver = TestReceiver(answers: answers)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(PostReader(receiver))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        do {
            try await body(receiver, "http://127.0.0.1:\(port)/fin?a=b")
        } catch {
            try? await listener.close()
            throw error
        }
        try await listener.close()
    }

    /// Waits until so many posts have come, at most a minute.
    func wait(for count: Int) async throws -> [Post] {
        for _ in 0..<6000 where posts.count < count { try await Task.sleep(for: .milliseconds(10)) }
        return posts
    }

    fileprivate func take(_ post: Post) -> HTTPResponseStatus? {
        let index = state.withLock { posts in
            posts.append(post)
            return posts.count - 1
        }
        return answers(index)
    }
}

private final class PostReader: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let receiver: TestReceiver
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ receiver: TestReceiver) { self.receiver = receiver }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(let bytes): body.writeImmutableBuffer(bytes)
        case .end:
            let post = TestReceiver.Post(
                path: head?.uri ?? "", headers: head?.headers ?? [:], body: String(buffer: body))
            guard let status = receiver.take(post) else { return }
            let answer = HTTPResponseHead(
                version: .http1_1, status: status, headers: ["Content-Length": "0"])
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
