import FinMeasure
import FinTestSupport
import Testing

@testable import FinLoop

/// How long a connection may take: up to the request, and no longer.
@Suite struct ConnectDeadlineTests {
    private static let limit = Nanoseconds.milliseconds(50)
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    private func make(
        _ limit: Nanoseconds = ConnectDeadlineTests.limit
    ) throws -> (Listener, TransferLoop) {
        let listener = Listener()
        var settings = TransferSettings(rowCount: 1)
        settings.connectTimeout = limit
        return (listener, try TransferLoop(settings: settings, delegate: listener))
    }

    /// Polls until long after the deadline of what was begun before.
    private func outlast(_ listener: Listener, _ loop: TransferLoop) {
        let late = Clock.now() + ConnectDeadlineTests.limit + ConnectDeadlineTests.limit
        #expect(listener.run(loop, step: .milliseconds(5)) { Clock.now() >= late })
    }

    @Test("a connection that is not there in time ends the transfer, then and not before")
    func late() throws {
        // It accepts, and says nothing of TLS.
        let server = ScriptServer([[.await]])
        defer { server.goOn() }
        let (listener, loop) = try make()
        let begun = Clock.now()
        loop.openStream(0, url: "https://127.0.0.1:\(server.port)/")
        #expect(listener.run(loop) { !listener.results.isEmpty })
        #expect(Clock.now() - begun >= ConnectDeadlineTests.limit)
        #expect(listener.results.map { $0.end } == [.connectTimeout])
        #expect(listener.statuses.isEmpty && !loop.isActive(0))
        #expect(loop.lastErrorText.isEmpty)
    }

    @Test("a poll without end wakes for the deadline")
    func wakes() throws {
        // Longer than libcurl's own first timer, shorter than the longest sleep by far. A machine that
        // stands still makes a wake-up late, not each of them.
        let limit = Nanoseconds.milliseconds(300)
        let lengths = try (0..<5).map { _ in try timeToGiveUp(limit) }
        #expect(lengths.allSatisfy { $0 >= limit })
        #expect(lengths.contains { $0 < .milliseconds(900) })
    }

    private func timeToGiveUp(_ limit: Nanoseconds) throws -> Nanoseconds {
        let server = ScriptServer([[.await]])
        defer { server.goOn() }
        let (listener, loop) = try make(limit)
        let begun = Clock.now()
        loop.openStream(0, url: "https://127.0.0.1:\(server.port)/")
        while listener.results.isEmpty && Clock.now() - begun < .seconds(60) {
            _ = loop.poll(precise: .never, coarse: .never)
        }
        #expect(listener.results.map { $0.end } == [.connectTimeout])
        return Clock.now() - begun
    }

    @Test("a request whose answer takes longer than its connection might have goes on")
    func answering() throws {
        let server = ScriptServer([
            [
                .request, .await, .write(ConnectDeadlineTests.answer), .request, .await,
                .write(ConnectDeadlineTests.answer), .await,
            ]
        ])
        let (listener, loop) = try make()
        // Over a new connection, then over the same again.
        for count in 1...2 {
            loop.post(0, url: "http://127.0.0.1:\(server.port)/", body: Array("{}".utf8))
            outlast(listener, loop)
            #expect(loop.isActive(0) && listener.results.count == count - 1)
            server.goOn()
            #expect(listener.run(loop) { listener.results.count == count })
        }
        #expect(listener.results.map { $0.end } == [.complete, .complete])
        server.goOn()
    }

    @Test("nothing is told of the deadline of a transfer that was hung up")
    func idle() throws {
        let silent = ScriptServer([[.await]])
        defer { silent.goOn() }
        let (listener, loop) = try make()
        loop.openStream(0, url: "https://127.0.0.1:\(silent.port)/")
        loop.hangUp(0)
        outlast(listener, loop)
        #expect(listener.results.map { $0.end } == [.hungUp])
    }

    @Test("the row's next transfer has the whole time, though the one before it was hung up")
    func hungUp() throws {
        let server = ScriptServer([[.await], [.await]])
        let url = "https://127.0.0.1:\(server.port)/"
        let (listener, loop) = try make()
        loop.openStream(0, url: url)
        let half = Clock.now() + .milliseconds(25)
        #expect(listener.run(loop, step: .milliseconds(5)) { Clock.now() >= half })
        loop.hangUp(0)
        let begun = Clock.now()
        loop.openStream(0, url: url)
        // On a machine that stood still the first one may have been late by itself.
        #expect(listener.run(loop) { listener.results.count == 2 })
        #expect(listener.results.last?.end == .connectTimeout)
        #expect(Clock.now() - begun >= ConnectDeadlineTests.limit)
        server.goOn()
        server.goOn()
    }

    @Test("a row may begin its next transfer where its connection was late")
    func again() throws {
        let silent = ScriptServer([[.await]])
        let server = ScriptServer([[.request, .write(ConnectDeadlineTests.answer), .await]])
        let (listener, loop) = try make()
        listener.onFinished = { row in
            guard listener.results.count == 1 else { return }
            loop.post(row, url: "http://127.0.0.1:\(server.port)/", body: Array("{}".utf8))
        }
        loop.openStream(0, url: "https://127.0.0.1:\(silent.port)/")
        #expect(listener.run(loop) { listener.results.count == 2 })
        #expect(listener.results.map { $0.end } == [.connectTimeout, .complete])
        listener.onFinished = { _ in }
        server.goOn()
        silent.goOn()
    }
}
