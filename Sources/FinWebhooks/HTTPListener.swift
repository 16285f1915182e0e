public import Hummingbird
private import HummingbirdCore
private import Logging
private import NIOCore
private import NIOPosix
private import Synchronization

/// One listening socket, served by one event loop thread of its own.
public struct HTTPListener: Sendable {
    /// The address to bind.
    private let host: String
    /// The port to bind; 0 lets the system choose.
    private let port: Int

    /// - Parameters:
    ///   - host: a name or an address, IPv6 without brackets.
    ///   - port: 0 lets the system choose.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameters:
    ///   - responder: answers the requests, on the loop's thread.
    ///   - onReady: called once, with the base URL that a sender on this machine uses.
    /// - Throws: `ReceiverError` when the address cannot be bound, or the socket is closed from outside.
    public func serve(
        _ responder: some HTTPResponder<BasicRequestContext>,
        onReady: @escaping @Sendable (String) -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // Not at once: connections that end may still have work for their loop.
        defer { group.any().scheduleTask(in: .seconds(1)) { group.shutdownGracefully { _ in } } }
        let isListening = Atomic(false)
        var logger = Logger(label: "listener")
        logger.logLevel = .critical
        let (closed, hasClosed) = AsyncStream.makeStream(of: Void.self)
        let application = Application(
            responder: responder, server: .http1(),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 8192,
                reuseAddress: true),
            onServerRunning: { [self] channel in
                isListening.store(true, ordering: .relaxed)
                channel.closeFuture.whenComplete { _ in hasClosed.finish() }
                onReady(url(port: channel.localAddress?.port ?? port))
            },
            eventLoopGroupProvider: .shared(group), logger: logger)
        do {
            try await run(application, until: closed)
        } catch let error
            where !(error is CancellationError) && !isListening.load(ordering: .relaxed)
        {
            throw refusal(error)
        }
    }

    /// Serves until nobody can connect any more: open connections would be served on, perhaps for long.
    private func run(
        _ application: some ApplicationProtocol, until closed: AsyncStream<Void>
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                try await application.run()
                return false
            }
            tasks.addTask {
                for await _ in closed {}
                return true
            }
            let isClosed = try await tasks.next() ?? false
            // A cancelled server closes its socket, too, perhaps before the other task is cancelled; this
            // one was before both.
            guard isClosed, !Task.isCancelled else { return }
            throw ReceiverError(
                description: "\"\(HTTPListener.place(host, port))\" takes no more connections: its "
                    + "socket was closed from outside")
        }
    }

    private func refusal(_ error: any Error) -> ReceiverError {
        ReceiverError(
            description: "\"\(HTTPListener.place(host, port))\" cannot be bound (\(error)); choose "
                + "another port, or 0 for any")
    }

    /// The base URL for a sender on this machine; every interface is reached over loopback.
    func url(port: Int) -> String {
        let isAny = host == "0.0.0.0" || host == "::"
        return "http://" + HTTPListener.place(isAny ? "127.0.0.1" : host, port)
    }

    private static func place(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// What keeps a listener from listening.
public struct ReceiverError: Error, CustomStringConvertible, Sendable {
    /// What failed, the value in quotes, what to do.
    public let description: String
}
