internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore

/// Calls the endpoint of the workspace's data connector; lives on the event loop.
///
/// At most 256 executions are under way, and 10,000 wait for one of them to end; what comes above
/// that fails at once, as an execution.
final class ConnectorExecutor {
    typealias Completion = (ExecutionAnswer) -> Void

    static let exchangeLimit = 256
    static let waitingLimit = 10_000

    /// The id of the connector that turns execute.
    let connectorID: String
    private let loop: any EventLoop
    private let limit: Nanoseconds
    private let mayBeRemote: Bool
    private var exchanges: [ObjectIdentifier: ExecutionExchange] = [:]
    private var waiting: [() -> Void] = []
    // Invariant: head <= waiting.count; what stands before it has begun.
    private var head = 0

    /// Puts the connector into the store; nil where the settings name none.
    init?(_ options: SimulatorOptions, loop: any EventLoop, store: inout ConnectorStore) {
        guard let settings = options.settings.connectors, let url = settings.url else { return nil }
        let version = ConnectorVersion(url: url, method: settings.method)
        let now = Clock.unixNanoseconds() / 1_000_000_000
        let connector = store.add(version, isLive: true, isInUse: true, now: now)
        connectorID = String(connector.id)
        limit = Nanoseconds(Int64(settings.timeout))
        mayBeRemote = options.allowsRemoteWebhooks
        self.loop = loop
    }

    /// Executes a published configuration; `onEnd` is called once, never before this returns.
    func execute(
        _ version: ConnectorVersion, _ template: ExecutionTemplate, onEnd: @escaping Completion
    ) {
        let bound = NIOLoopBound((self, version, template, onEnd), eventLoop: loop)
        loop.execute {
            let (executor, version, template, onEnd) = bound.value
            executor.take(version, template, onEnd)
        }
    }

    private func take(
        _ version: ConnectorVersion, _ template: ExecutionTemplate, _ onEnd: @escaping Completion
    ) {
        let began = Clock.now()
        guard let request = request(version, template) else {
            return onEnd(ExecutionAnswer(end: .unusable, elapsed: .zero))
        }
        if waiting.count - head >= ConnectorExecutor.waitingLimit {
            return onEnd(ExecutionAnswer(end: .failed, elapsed: .zero))
        }
        waiting.append { [unowned self] in begin(request, began, onEnd) }
        serve()
    }

    private func serve() {
        while head < waiting.count, exchanges.count < ConnectorExecutor.exchangeLimit {
            let next = waiting[head]
            head += 1
            if head > 1024, head * 2 > waiting.count {
                waiting.removeFirst(head)
                head = 0
            }
            next()
        }
    }

    private func begin(
        _ request: ExecutionRequest, _ began: Instant, _ onEnd: @escaping Completion
    ) {
        let exchange = ExecutionExchange(request, began: began)
        exchange.onEnd = { [unowned self, unowned exchange] answer in
            exchanges[ObjectIdentifier(exchange)] = nil
            onEnd(answer)
            serve()
        }
        exchanges[ObjectIdentifier(exchange)] = exchange
        exchange.start(on: loop, limit: limit)
    }

    /// The request with its values filled in; nil for a URL that cannot, or must not, be called.
    private func request(
        _ version: ConnectorVersion, _ template: ExecutionTemplate
    ) -> ExecutionRequest? {
        guard let url = version.url,
            let address = try? WebhookAddress(
                template.url(url), mayBeRemote: mayBeRemote, of: "data connector")
        else { return nil }
        return ExecutionRequest(
            address: address, method: version.method,
            headers: version.headers.compactMap { header in
                guard let name = header.name, HeaderName.isToken(name) else { return nil }
                return (name: name, value: template.header(header.value ?? ""))
            },
            body: template.body(version.body))
    }

    /// Ends what is under way; nothing is reported any more.
    func stop() {
        waiting = []
        head = 0
        let open = exchanges.values
        exchanges = [:]
        for exchange in open { exchange.stop() }
    }
}

/// Names of headers.
enum HeaderName {
    /// Whether a text can be one: what else it held could end the request's head.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}

extension ConnectorVersion {
    /// What the simulated workspace's own connector is: an order is looked up for the conversation.
    fileprivate init(url: String, method: ConnectorMethod) {
        self.init(name: "Look an order up")
        description = "What the simulated Fin calls inside its turns"
        self.method = method
        self.url = url
        usesFin = true
        audiences = ["users", "leads", "visitors"]
        inputs = ["conversation_id", "user_id"].map { name in
            ConnectorInput(name: name, type: "string", required: true)
        }
        switch method {
        case .get, .delete: break
        case .post, .put, .patch:
            headers = [ConnectorHeader(name: "Content-Type", value: "application/json")]
            body = #"{"conversation_id":"{{conversation_id}}","user_id":"{{user_id}}"}"#
        }
    }
}
