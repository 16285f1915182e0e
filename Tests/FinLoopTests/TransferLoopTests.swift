import FinMeasure
import Testing

@testable import FinLoop

/// The loop against a server that plays a script, over real sockets.
@Suite struct TransferLoopTests {
    private static let streamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let answer =
        "HTTP/1.1 200 OK\r\nX-Request-Id: r-1\r\nContent-Length: 2\r\n\r\n{}"

    private func chunk(_ text: String) -> String {
        String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
    }

    private func make(_ rowCount: Int = 2) throws -> (Listener, TransferLoop) {
        let listener = Listener()
        var settings = TransferSettings(rowCount: rowCount)
        settings.postHeaders = ["Authorization: Bearer key", "Content-Type: application/json"]
        settings.streamHeaders = ["Accept: text/event-stream"]
        return (listener, try TransferLoop(settings: settings, delegate: listener))
    }

    @Test("events of a stream have kernel stamps between the server's writing and our reading")
    func stamps() throws {
        let server = ScriptServer([
            [
                .request, .write(TransferLoopTests.streamHead), .await,
                .write(chunk("data: 1\n\n")), .await, .write(chunk("data: 2\n\n")), .await,
                .write("0\r\n\r\n"), .close,
            ]
        ])
        let (listener, loop) = try make()
        loop.openStream(0, url: "http://127.0.0.1:\(server.port)/sse?token=t")
        #expect(listener.run(loop) { !listener.statuses.isEmpty })
        #expect(loop.openStreamCount == 1)
        for count in 1...2 {
            server.goOn()
            #expect(listener.run(loop) { listener.reads.count == count })
        }
        server.goOn()
        #expect(listener.run(loop) { !listener.results.isEmpty })
        let end = Clock.now()
        #expect(listener.reads.map { $0.text } == ["data: 1\n\n", "data: 2\n\n"])
        #expect(listener.results.first?.end == .complete)
        #expect(loop.openStreamCount == 0)
        let stamps = listener.statuses.map { $0.stamp } + listener.reads.map { $0.stamp }
        // The two clocks are compared by an offset that is exact to less than this.
        let exactness = Nanoseconds.microseconds(100)
        // The kernel begins to stamp a moment after the process's first socket asked for it.
        #expect(stamps.contains { $0.isKernel })
        for (stamp, write) in zip(stamps, server.seen.writes) {
            #expect(stamp.instant >= Instant(nanoseconds: write.before) - exactness)
            #expect(stamp.instant <= stamp.callback)
            #expect(stamp.callback <= end)
        }
        let request = server.seen.requests.first ?? ""
        #expect(request.hasPrefix("GET /sse?token=t HTTP/1.1\r\n"))
        #expect(request.contains("\r\nAccept: text/event-stream\r\n"))
        #expect(!request.contains("Authorization"))
    }

    @Test("HTTP chunks that one read brings come one by one, and are known as one read's")
    func chunks() throws {
        let pair = chunk("data: 1\n\n") + chunk("data: 2\n\n")
        let server = ScriptServer([
            [
                .request, .write(TransferLoopTests.streamHead), .await, .write(pair), .await,
                .write(chunk("data: 3\n\n")), .await,
            ]
        ])
        let (listener, loop) = try make()
        loop.openStream(0, url: "http://127.0.0.1:\(server.port)/sse")
        #expect(listener.run(loop) { !listener.statuses.isEmpty })
        for count in [2, 3] {
            server.goOn()
            #expect(listener.run(loop) { listener.reads.count == count })
        }
        #expect(listener.reads.map { $0.text } == ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"])
        let stamps = listener.reads.map { $0.stamp }
        #expect(stamps[0].isSameRead(as: stamps[1]))
        #expect(!stamps[1].isSameRead(as: stamps[2]))
        // Never between the two: who waits for a read's end would take them apart.
        #expect(listener.readsBeforeEnds.filter { $0 > 0 } == [2, 3])
        server.goOn()
    }

    @Test("the stamp of bytes that waited is that of their arrival, not of their reading")
    func waited() throws {
        // An attempt counts when the answer came while the loop did not listen, and was stamped.
        for _ in 0..<200 {
            guard let stamp = try stampOfWaitingAnswer(), stamp.isKernel else { continue }
            let lag = stamp.callback - stamp.instant
            #expect(lag >= .milliseconds(4), "\(lag.count) ns")
            return
        }
        Issue.record("no attempt had a kernel stamp")
    }

    /// The stamp of an answer that lay in the socket for 5 ms; nil when it was read before.
    private func stampOfWaitingAnswer() throws -> ArrivalStamp? {
        let server = ScriptServer([[.request, .write(TransferLoopTests.answer), .await]])
        defer { server.goOn() }
        let (listener, loop) = try make()
        loop.post(0, url: "http://127.0.0.1:\(server.port)/fin/start", body: Array("{}".utf8))
        let limit = Clock.now() + .seconds(10)
        while server.seen.requests.isEmpty && Clock.now() < limit {
            _ = loop.poll(precise: Clock.now(), coarse: Clock.now())
        }
        guard listener.statuses.isEmpty else { return nil }
        while server.seen.writes.isEmpty && Clock.now() < limit {}
        let pause = Clock.now() + .milliseconds(5)
        while Clock.now() < pause {}
        #expect(listener.run(loop) { !listener.results.isEmpty })
        return listener.statuses.first?.stamp
    }

    @Test("a POST carries its body and headers once, and its connection serves the next one")
    func post() throws {
        let server = ScriptServer([
            [
                .request, .write(TransferLoopTests.answer), .request,
                .write(TransferLoopTests.answer), .await,
            ]
        ])
        let (listener, loop) = try make()
        let url = "http://127.0.0.1:\(server.port)/fin/start"
        for count in 1...2 {
            loop.post(0, url: url, body: Array("{\"n\":\(count)}".utf8))
            #expect(loop.isActive(0))
            #expect(listener.run(loop) { listener.results.count == count })
            #expect(!loop.isActive(0))
        }
        #expect(listener.results.map { $0.end } == [.complete, .complete])
        #expect(listener.results.map { $0.isReused } == [false, true])
        #expect(listener.results[0].tcp != nil && listener.results[1].tcp == nil)
        #expect(listener.headers.contains("X-Request-Id: r-1"))
        let seen = server.seen
        #expect(seen.connectionCount == 1)
        #expect(seen.requests.count == 2)
        #expect(seen.requests.allSatisfy { $0.contains("\r\nAuthorization: Bearer key\r\n") })
        #expect(seen.requests.last?.hasSuffix("\r\n\r\n{\"n\":2}") == true)
        server.goOn()
    }

    @Test("a POST whose reused connection dies is lost, not sent again")
    func neverResent() throws {
        let server = ScriptServer([
            [.request, .write(TransferLoopTests.answer), .request, .close],
            [.request, .write(TransferLoopTests.answer), .close],
        ])
        let listener = try postTwice(to: server)
        #expect(listener.results.map { $0.end } == [.complete, .connectionLost])
        let bodies = server.seen.requests.filter { $0.hasSuffix("{\"n\":2}") }
        #expect(bodies.count == 1)
        #expect(listener.statuses.count == 1)
    }

    @Test("a POST whose connection died has been lost, also where nobody takes a new connection")
    func neverRedialled() throws {
        let server = ScriptServer([
            [.request, .write(TransferLoopTests.answer), .request, .deafen, .close]
        ])
        let listener = try postTwice(to: server)
        // Not `connectFailed`: the server may have begun a conversation.
        #expect(listener.results.map { $0.end } == [.complete, .connectionLost])
        #expect(listener.results.last?.isReused == true)
        #expect(server.seen.requests.count == 2)
    }

    /// Two POSTs, one after the other, the second over the first one's connection.
    private func postTwice(to server: ScriptServer) throws -> Listener {
        let (listener, loop) = try make()
        let url = "http://127.0.0.1:\(server.port)/fin/start"
        for count in 1...2 {
            loop.post(0, url: url, body: Array("{\"n\":\(count)}".utf8))
            #expect(listener.run(loop) { listener.results.count == count })
        }
        return listener
    }

    @Test("an idle connection that the server ends is let go of, and the next POST dials anew")
    func endedWhileIdle() throws {
        let turn: [ScriptServer.Step] = [.request, .write(TransferLoopTests.answer)]
        let server = ScriptServer([turn + [.await, .close], turn + [.await]])
        let (listener, loop) = try make()
        let url = "http://127.0.0.1:\(server.port)/fin/start"
        loop.post(0, url: url, body: Array("{}".utf8))
        #expect(listener.run(loop) { listener.results.count == 1 })
        server.goOn()
        #expect(listener.run(loop, step: .milliseconds(1)) { server.seen.endCount == 1 })
        // The end wakes the loop once at the most: nobody reads it, and epoll tells by level.
        let limit = Clock.now() + .milliseconds(30)
        var wakeCount = 0
        while Clock.now() < limit {
            _ = loop.poll(precise: .never, coarse: limit)
            wakeCount += 1
        }
        #expect(wakeCount < 10)
        loop.post(0, url: url, body: Array("{}".utf8))
        #expect(listener.run(loop) { listener.results.count == 2 })
        #expect(listener.results.map { $0.end } == [.complete, .complete])
        #expect(listener.results.map { $0.isReused } == [false, false])
        server.goOn()
    }

    @Test("a descriptor that closes under one shard is heard under the next")
    func descriptorAgain() throws {
        let last = TransferLoopTests.answer.replacing(
            "\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
        let server = ScriptServer([
            [.request, .write(TransferLoopTests.answer), .request, .write(last), .close],
            [.request, .write(TransferLoopTests.streamHead + "0\r\n\r\n"), .await],
        ])
        let (listener, loop) = try make()
        let url = "http://127.0.0.1:\(server.port)/"
        for count in 1...2 {
            loop.post(0, url: url, body: Array("{}".utf8))
            #expect(listener.run(loop) { listener.results.count == count })
        }
        loop.openStream(0, url: url)
        #expect(listener.run(loop) { listener.results.count == 3 })
        #expect(listener.results.allSatisfy { $0.end == .complete })
        server.goOn()
    }

    @Test("a POST and its body leave in one packet")
    func onePacket() throws {
        let server = ScriptServer([[.request, .write(TransferLoopTests.answer), .await]])
        let (listener, loop) = try make()
        loop.post(0, url: "http://127.0.0.1:\(server.port)/", body: Array("{\"n\":1}".utf8))
        #expect(listener.run(loop) { !listener.results.isEmpty })
        #expect(server.seen.readCount == 1)
        server.goOn()
    }

    @Test("a connection that is reset is lost")
    func reset() throws {
        let server = ScriptServer([[.request, .reset]])
        let (listener, loop) = try make()
        loop.post(0, url: "http://127.0.0.1:\(server.port)/", body: Array("{}".utf8))
        #expect(listener.run(loop) { !listener.results.isEmpty })
        #expect(listener.results.first?.end == .connectionLost)
    }

    @Test("a stream that breaks within its body is lost, and its bytes stand")
    func cutStream() throws {
        let server = ScriptServer([
            [.request, .write(TransferLoopTests.streamHead + chunk("data: 1\n\n")), .close]
        ])
        let (listener, loop) = try make()
        loop.openStream(0, url: "http://127.0.0.1:\(server.port)/")
        #expect(listener.run(loop) { !listener.results.isEmpty })
        #expect(listener.results.first?.end == .connectionLost)
        #expect(listener.reads.map { $0.text }.joined() == "data: 1\n\n")
        #expect(loop.openStreamCount == 0)
    }

    @Test("hanging up from a read ends the transfer at once, and the row can begin another")
    func hangUpFromRead() throws {
        let server = ScriptServer([
            [.request, .write(TransferLoopTests.streamHead + chunk("data: 1\n\n")), .await],
            [.request, .write(TransferLoopTests.answer), .await],
        ])
        let (listener, loop) = try make()
        listener.onBytes = { _ in listener.results.count > 0 }
        loop.openStream(0, url: "http://127.0.0.1:\(server.port)/")
        #expect(listener.run(loop) { listener.results.count == 1 })
        #expect(listener.results.first?.end == .hungUp)
        #expect(loop.openStreamCount == 0)
        server.goOn()
        loop.post(0, url: "http://127.0.0.1:\(server.port)/", body: Array("{}".utf8))
        #expect(listener.run(loop) { listener.results.count == 2 })
        #expect(listener.results.last?.end == .complete)
        server.goOn()
    }

    @Test("hanging up from a header callback ends the transfer once")
    func hangUpFromHeaders() throws {
        let server = ScriptServer([
            [.request, .write(TransferLoopTests.streamHead), .await]
        ])
        let (listener, loop) = try make()
        listener.onStatus = { row in
            loop.hangUp(row)
            loop.hangUp(row)
            #expect(listener.results.isEmpty)
        }
        loop.openStream(0, url: "http://127.0.0.1:\(server.port)/")
        #expect(listener.run(loop) { !listener.results.isEmpty })
        _ = loop.poll(precise: Clock.now(), coarse: Clock.now())
        #expect(listener.results.map { $0.end } == [.hungUp])
        #expect(loop.openStreamCount == 0)
        listener.onStatus = { _ in }
        server.goOn()
    }

    @Test("a row may begin its next transfer from within its last one's end")
    func beginFromEnd() throws {
        let server = ScriptServer([
            [.request, .write(TransferLoopTests.answer), .await],
            [.request, .write(TransferLoopTests.streamHead + "0\r\n\r\n"), .await],
        ])
        let (listener, loop) = try make()
        let url = "http://127.0.0.1:\(server.port)/"
        listener.onFinished = { row in
            if listener.results.count == 1 {
                server.goOn()
                loop.openStream(row, url: url, lastEventID: "e-7")
            }
        }
        loop.post(0, url: url, body: Array("{}".utf8))
        #expect(listener.run(loop) { listener.results.count == 2 })
        #expect(listener.results.map { $0.end } == [.complete, .complete])
        #expect(server.seen.requests.last?.contains("\r\nLast-Event-ID: e-7\r\n") == true)
        listener.onFinished = { _ in }
        server.goOn()
    }

    @Test("a connection that nobody accepts has failed")
    func refused() throws {
        let (listener, loop) = try make()
        loop.post(1, url: "http://127.0.0.1:\(ScriptServer.deadPort())/", body: [])
        #expect(listener.run(loop) { !listener.results.isEmpty })
        #expect(listener.results.first?.end == .connectFailed)
        #expect(listener.results.first?.isReused == false)
        #expect(listener.statuses.isEmpty)
        #expect(!loop.lastErrorText.isEmpty)
        #expect(!loop.lastErrorText.contains("key"))
    }

    @Test("an answer that is read while its request begins is not followed by a sleep")
    func endedAtOnce() async throws {
        let slept = await withCheckedContinuation { continuation in
            // Client and server on one processor: the kernel lets the server answer within the call
            // that sends, so that libcurl reads the answer before it returns.
            PlainThread.start(name: "one processor", processor: 0) {
                continuation.resume(returning: Result { try sleeps(of: 200) })
            }
        }
        // A machine that stands still for a second may look like a sleep, once.
        #expect(try slept.get() <= 1)
    }

    /// How many of so many POSTs, one after the other, were noticed a second late: as long as a poll
    /// sleeps when nothing comes.
    private func sleeps(of count: Int) throws -> Int {
        let steps: [ScriptServer.Step] = [.request, .write(TransferLoopTests.answer)]
        let server = ScriptServer([(0..<count).flatMap { _ in steps } + [.await]])
        // Another POST is under way, as most of the time.
        let silent = ScriptServer([[.request, .await]])
        defer {
            server.goOn()
            silent.goOn()
        }
        let (listener, loop) = try make()
        loop.post(1, url: "http://127.0.0.1:\(silent.port)/", body: Array("{}".utf8))
        var slept = 0
        for number in 1...count {
            loop.post(0, url: "http://127.0.0.1:\(server.port)/", body: Array("{}".utf8))
            let begun = Clock.now()
            // As a load thread does: it looks for what is over after each poll.
            repeat {
                _ = loop.poll(precise: .never, coarse: .never)
            } while listener.results.count < number && Clock.now() - begun < .seconds(60)
            guard listener.results.count == number else { return count }
            if Clock.now() - begun >= .milliseconds(900) { slept += 1 }
        }
        return slept
    }

    @Test("what does not speak HTTP is named so")
    func notHTTP() throws {
        let server = ScriptServer([[.request, .write("SSH-2.0-x\r\n\r\n"), .close]])
        let (listener, loop) = try make()
        loop.post(0, url: "http://127.0.0.1:\(server.port)/", body: Array("{}".utf8))
        #expect(listener.run(loop) { !listener.results.isEmpty })
        #expect(listener.results.first?.end == .notHTTP)
    }

    @Test("headers that come in pieces, after a 100, are the same headers")
    func splitHeaders() throws {
        let pieces = [
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2", "00 OK\r\nX-Requ", "est-Id: r-",
            "1\r\nContent-Length: 2\r", "\n\r", "\n{", "}",
        ]
        let server = ScriptServer([
            [.request] + pieces.flatMap { [ScriptServer.Step.write($0), .await] }
        ])
        let (listener, loop) = try make()
        loop.post(0, url: "http://127.0.0.1:\(server.port)/", body: Array("{}".utf8))
        for count in pieces.indices {
            #expect(listener.run(loop, step: .milliseconds(1)) { server.seen.writes.count > count })
            // What was written is read before the next piece is.
            _ = loop.poll(precise: .never, coarse: Clock.now() + .milliseconds(1))
            server.goOn()
        }
        #expect(listener.run(loop) { !listener.results.isEmpty })
        #expect(listener.statuses.map { $0.status } == [200])
        #expect(listener.headers.filter { $0 == "X-Request-Id: r-1" }.count == 1)
        #expect(listener.reads.map { $0.text }.joined() == "{}")
        #expect(listener.results.first?.end == .complete)
    }

    @Test("a post into a watched mailbox ends the loop's wait")
    func mailbox() throws {
        let (listener, loop) = try make()
        let mailbox = try Mailbox<Int>()
        try loop.watch(mailbox)
        PlainThread.start(name: "sender") { mailbox.post(1) }
        #expect(listener.run(loop) { listener.mailCount > 0 })
        #expect(mailbox.drain() == [1])
    }
}
