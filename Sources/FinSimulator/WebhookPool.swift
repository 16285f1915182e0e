internal import FinLoop
internal import FinMeasure
internal import NIOCore

/// Connections to one callback URL, kept alive, at most so many; lives on the event loop.
final class WebhookPool {
    typealias Completion = (WebhookAnswer, Instant?) -> Void

    /// Connections open at once, those being opened among them.
    static let connectionLimit = 64
    /// Deliveries that may wait for a connection; further ones are dropped, and the truth says so.
    static let waitingLimit = 100_000
    /// A connection that was free for longer is not used again: the receiver may be about to close
    /// it, and a delivery lost to that race would only be repeated after a minute.
    private static let freeLimit = Nanoseconds.seconds(2)

    private let address: WebhookAddress
    private let loop: any EventLoop
    private var free: [WebhookConnection] = []
    private var all: [ObjectIdentifier: WebhookConnection] = [:]
    private var opening = 0
    private var waiting: [(delivery: WebhookDelivery, done: Completion)] = []
    // Invariant: head <= waiting.count; what stands before it was sent.
    private var head = 0
    private var isStopped = false

    init(address: WebhookAddress, loop: any EventLoop) {
        self.address = address
        self.loop = loop
    }

    /// Sends a delivery as soon as a connection is free; `done` is called once.
    func send(_ delivery: WebhookDelivery, done: @escaping Completion) {
        if isStopped { return done(.stopped, nil) }
        if waiting.count - head >= WebhookPool.waitingLimit { return done(.dropped, nil) }
        waiting.append((delivery, done))
        serve()
    }

    /// Ends every connection; what waits is answered with `stopped`.
    func stop() {
        isStopped = true
        let rest = waiting[head...]
        waiting = []
        head = 0
        for item in rest { item.done(.stopped, nil) }
        for connection in all.values { connection.stop() }
    }

    private func serve() {
        while head < waiting.count, let connection = takeFree() {
            let item = waiting[head]
            head += 1
            connection.send(item.delivery, onAnswer: item.done)
        }
        trim()
        let lacking = waiting.count - head - opening
        let room = WebhookPool.connectionLimit - all.count - opening
        for _ in 0..<max(0, min(lacking, room)) { open() }
    }

    private func trim() {
        if head > 1024, head * 2 > waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
    }

    private func takeFree() -> WebhookConnection? {
        while let connection = free.popLast() {
            if connection.freeSince + WebhookPool.freeLimit > Clock.now() { return connection }
            connection.close()
        }
        return nil
    }

    private func open() {
        opening += 1
        let bound = NIOLoopBound(self, eventLoop: loop)
        WebhookConnection.open(address, on: loop).whenComplete { result in
            let pool = bound.value
            pool.opening -= 1
            switch result {
            case .success(let connection): pool.add(connection.value)
            case .failure: pool.failOne()
            }
        }
    }

    private func add(_ connection: WebhookConnection) {
        if isStopped { return connection.close() }
        all[ObjectIdentifier(connection)] = connection
        connection.freeSince = Clock.now()
        connection.onFree = { [weak self] connection in
            self?.free.append(connection)
            self?.serve()
        }
        connection.onEnd = { [weak self] connection in
            self?.all[ObjectIdentifier(connection)] = nil
            self?.free.removeAll { $0 === connection }
            self?.serve()
        }
        free.append(connection)
        serve()
    }

    /// A refused connection is the answer to the oldest delivery that waited for one.
    private func failOne() {
        if head < waiting.count {
            let item = waiting[head]
            head += 1
            item.done(.failed, nil)
        }
        serve()
    }
}
