internal import FinLoop
internal import FinMeasure
internal import FinProfile
private import Hummingbird
private import HummingbirdCore
private import Logging
private import NIOCore
private import NIOPosix

/// The other side: the Fin Agent API on one thread, with seeded latencies, faults and a truth log.
public struct Simulator: Sendable {
    /// The id of the data connector that turns execute, where the settings ask for one.
    public static let connectorID = String(firstConnector)
    static let firstConnector = 1001

    private let options: SimulatorOptions

    /// Checks the options.
    ///
    /// - Throws: `SimulatorError.invalidOption`, with the option, its value and what is expected.
    public init(_ options: SimulatorOptions) throws(SimulatorError) {
        if APIVersion(header: options.defaultVersion) == nil {
            throw SimulatorError(
                .invalidOption,
                "default version \"\(options.defaultVersion)\" must be 2.14, 2.15, 2.16 or Preview")
        }
        if !(0...65_535).contains(options.port) {
            throw SimulatorError(
                .invalidOption, "port \"\(options.port)\" must be from 0 (any) to 65535")
        }
        if let webhooks = options.settings.webhooks {
            try Simulator.check(
                webhooks, "simulator.webhooks", mayBeRemote: options.allowsRemoteWebhooks)
        }
        if let topics = options.settings.topicWebhooks {
            try Simulator.check(
                topics.delivery, "simulator.topic_webhooks",
                mayBeRemote: options.allowsRemoteWebhooks)
        }
        if let connectors = options.settings.connectors {
            guard let url = connectors.url else {
                throw SimulatorError(
                    .invalidOption,
                    "simulator.connectors has no url: add the endpoint, such as "
                        + "http://127.0.0.1:8080/orders")
            }
            _ = try WebhookAddress(
                url, mayBeRemote: options.allowsRemoteWebhooks, of: "data connector")
        }
        if options.settings.hitl != nil, options.settings.topicWebhooks == nil {
            throw SimulatorError(
                .invalidOption,
                "simulator.hitl needs simulator.topic_webhooks: nobody would hear of a question")
        }
        self.options = options
    }

    private static func check(
        _ webhooks: SimulatorSettings.Webhooks, _ section: String, mayBeRemote: Bool
    ) throws(SimulatorError) {
        guard let url = webhooks.url else {
            throw SimulatorError(
                .invalidOption,
                "\(section) has no url: add the callback, such as http://127.0.0.1:8080/fin"
            )
        }
        _ = try WebhookAddress(url, mayBeRemote: mayBeRemote)
        if webhooks.secret?.isEmpty != false {
            throw SimulatorError(
                .invalidOption,
                "\(section) has no signing secret: name its variable with secret_env")
        }
    }

    /// Serves until the task is cancelled; then streams are cut and the truth log is complete.
    ///
    /// Raises the soft limit of open files to the hard one. One event loop thread does everything
    /// but the writing of the truth log.
    /// - Parameter onReady: called once, with the base URL that clients use, when requests are taken.
    /// - Throws: `SimulatorError`, when the address cannot be bound or the truth log not be written.
    public func run(onReady: @escaping @Sendable (String) -> Void) async throws {
        _ = Host.raiseFileLimit()
        let truth = try options.truthPath.map { path throws(SimulatorError) in
            try TruthLog(path: path)
        }
        let webhookTruth = try options.webhookTruthPath.map { path throws(SimulatorError) in
            try TruthLog(path: path, header: WebhookTruthRow.header)
        }
        let hitlTruth = try options.hitlTruthPath.map { path throws(SimulatorError) in
            try TruthLog(path: path, header: HITLTruthRow.header)
        }
        let truths = Truths(turns: truth, webhooks: webhookTruth, hitl: hitlTruth)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result: Result<Void, any Error>
        do {
            try await serve(group, truths, onReady)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for log in truths.all { try log.flush() }
        try await group.shutdownGracefully()
        try result.get()
    }

    private func serve(
        _ group: MultiThreadedEventLoopGroup, _ truth: Truths,
        _ onReady: @escaping @Sendable (String) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for log in truth.all { tasks.addTask { try await log.keepFlushing() } }
            tasks.addTask {
                try await withTaskExecutorPreference(LoopExecutor(group.any())) {
                    try await listen(group, truth, onReady)
                }
            }
            // Whichever ends first, by an error or by cancellation, ends the other.
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    /// Runs on the event loop from the first line on.
    private func listen(
        _ group: MultiThreadedEventLoopGroup, _ truth: Truths,
        _ onReady: @escaping @Sendable (String) -> Void
    ) async throws {
        let loop = group.any()
        let hub = NIOLoopBound(
            try Hub(options: options, loop: loop, truth: truth), eventLoop: loop)
        let options = options
        var logger = Logger(label: "simulator")
        logger.logLevel = .critical
        // Streams have a socket of their own, as Fin has another host for them: after a pause they
        // would otherwise queue behind every request that was held.
        let (listening, hasStreams) = AsyncStream.makeStream(of: Void.self)
        let streams = application(port: 0, hub, group, logger) { base in
            hub.value.base = options.advertise ?? base
            hasStreams.finish()
        }
        let calls = application(port: options.port, hub, group, logger) { base in
            hub.value.callBase = options.advertise ?? base
            hub.value.warmUp()
            onReady(base)
        }
        defer { hub.value.stop() }
        do {
            try await Simulator.run(streams, until: listening, then: calls)
        } catch let error as IOError {
            throw SimulatorError(
                .cannotListen,
                "\"\(options.host):\(options.port)\" cannot be bound (\(error)); "
                    + "choose another port, or 0 for any")
        }
    }

    /// One listening socket in front of the hub.
    private func application(
        port: Int, _ hub: NIOLoopBound<Hub>, _ group: MultiThreadedEventLoopGroup,
        _ logger: Logger, onRunning: @escaping @Sendable (String) -> Void
    ) -> Application<Routes> {
        let host = options.host
        return Application(
            responder: Routes(hub: hub),
            server: .http1(configuration: .init(additionalChannelHandlers: [TapInstaller()])),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil,
                // Hummingbird's 256 overflow when hundreds connect at once.
                backlog: 8192, reuseAddress: true),
            onServerRunning: { channel in
                onRunning(
                    Simulator.baseURL(host: host, port: channel.localAddress?.port ?? port))
            },
            eventLoopGroupProvider: .shared(group), logger: logger)
    }

    /// Runs both sockets, the second one once the first one takes connections; each ends the other.
    private static func run(
        _ first: Application<Routes>, until listening: AsyncStream<Void>,
        then second: Application<Routes>
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask { try await first.run() }
            tasks.addTask {
                for await _ in listening {}
                try await second.run()
            }
            try await tasks.next()
        }
    }

    /// The URL of a bound address; one that means "every interface" is reached over loopback.
    static func baseURL(host: String, port: Int) -> String {
        let reachable = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        return "http://" + (reachable.contains(":") ? "[\(reachable)]" : reachable) + ":\(port)"
    }
}

/// Runs a simulator until the task is cancelled: `Simulator(options).run(onReady:)`.
///
/// - Parameter onReady: called once with the base URL, when requests are taken.
public func runSimulator(
    _ options: SimulatorOptions, onReady: @escaping @Sendable (String) -> Void
) async throws {
    try await Simulator(options).run(onReady: onReady)
}
